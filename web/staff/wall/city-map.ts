import { css, html, nothing, svg, unsafeCSS, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Position } from "geojson";
import type { Map as GlMap } from "maplibre-gl";
import glCss from "maplibre-gl/dist/maplibre-gl.css?inline";

import { HtElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { coloursAt, mapStyle } from "../../shared/map-style";
import { t } from "../../shared/preferences";
import { styled } from "../styled";
import { bodyOf, boundsOf, diameterOf, edgeOf, joined, ringOf, tintsOf, within, type Bounds, type Mark } from "./city-map-marks";
import { gridOf, placed, type Box, type Name, type Outline } from "./city-map-names";
import type { Alarm, Cluster, Load, Told } from "./model";
import { wallText } from "./wall-styles";
import { number } from "./wording";

interface Pulse { id: number; lon: number; lat: number; urgent: boolean }

const MOST_PULSES = 16;
const TINT_STEPS = 5;
const LARGEST_CANVAS = 4096;
/** Of the names of areas, in u. */
const NAME_SIZE = 2.4;
/** Of marks for what is beyond it, in u from the edge. */
const EDGE = 8;

/** The whole city at once: areas tinted by their open load, open cases as marks, new reports pulse. Nobody touches it,
 *  so it neither moves nor zooms; marks are drawn over the canvas and stay sharp where that is scaled up to a large wall. */
@customElement("ht-wall-map")
export class WallMap extends HtElement {
  @property({ attribute: false }) clusters: readonly Cluster[] = [];
  @property({ attribute: false }) areas: readonly Load[] = [];
  @property({ attribute: false }) alarms: readonly Alarm[] = [];
  @property({ type: Number }) u = 10;
  /** A place for each ring that can be seen at once; used again and again in turn. */
  @state() private pulses: readonly (Pulse | null)[] = new Array<null>(MOST_PULSES).fill(null);
  @state() private ready = false;
  @state() private failed = false;
  @query(".canvas") private canvas!: HTMLElement;

  private map: GlMap | null = null;
  private fitted: Bounds | null = null;
  private looked: readonly Cluster[] | null = null;
  private made = 0;
  private tinted = "";
  @state() private outlines: readonly Outline[] = [];
  @state() private names: readonly Name[] = [];
  private drawn = "";
  private pen: CanvasRenderingContext2D | null = null;
  private named: { marks: readonly Mark[]; outlines: readonly Outline[]; key: boolean } | null = null;
  private gridded: { of: readonly Outline[]; grid: ReturnType<typeof gridOf> } | null = null;
  private marked: { of: unknown; key: string; marks: readonly Mark[] } | null = null;
  private sizer: ResizeObserver | null = null;

  static override styles = [unsafeCSS(glCss), wallText, css`
    :host { display: block; position: relative; overflow: hidden; background: var(--map-ground); border-radius: calc(0.9 * var(--u)); }
    .canvas { position: absolute; inset: 0; font: inherit; }
    .marks { position: absolute; inset: 0; overflow: hidden; pointer-events: none; }
    .marks > * { position: absolute; left: var(--x); top: var(--y); transform: translate(-50%, -50%); }
    .name { font-size: calc(${unsafeCSS(String(NAME_SIZE))} * var(--u)); font-weight: 600; line-height: 1.2; text-align: center; white-space: nowrap; color: var(--map-label); --edge: calc(0.35 * var(--u)); text-shadow: 0 0 var(--edge) var(--map-halo), 0 0 var(--edge) var(--map-halo), 0 0 var(--edge) var(--map-halo), 0 0 var(--edge) var(--map-halo); }
    .name span { display: block; }
    .cluster { width: var(--size); height: var(--size); }
    .cluster svg { width: 100%; height: 100%; overflow: visible; display: block; }
    .ground { fill: var(--paper); }
    .arc { fill: none; stroke-width: 5; }
    /* Told without colours too: broken, whole, broad. */
    .waiting { stroke: var(--waiting); stroke-dasharray: 4.5 2.5; }
    .working { stroke: var(--progress); }
    .resolved { stroke: var(--done); stroke-width: 8; }
    .cluster text { fill: var(--ink); font-weight: 650; font-size: 15px; text-anchor: middle; dominant-baseline: central; }
    .cluster text.long { font-size: 11.5px; }
    .cluster .late { fill: var(--late); stroke: var(--paper); stroke-width: 1.5; }
    .cluster path.beyond { fill: var(--ink); }
    /* Above the mark, for the arrow mostly points down or aside; towards the middle there is room. */
    .cluster span.beyond { position: absolute; left: 50%; bottom: calc(100% + 0.4 * var(--u)); translate: -50% 0; padding: 0 calc(0.6 * var(--u)); border-radius: calc(0.4 * var(--u)); background: var(--map-ground); color: var(--ink); font-size: calc(2.4 * var(--u)); font-weight: 600; white-space: nowrap; }
    .pulse { width: calc(3 * var(--u)); height: calc(3 * var(--u)); border-radius: 50%; border: calc(0.5 * var(--u)) solid var(--accent-strong); animation: pulse 3.2s ease-out 1 both; }
    .pulse.urgent { border-color: var(--urgent); border-style: double; }
    .siren { width: calc(9 * var(--u)); height: calc(9 * var(--u)); border-radius: 50%; border: calc(0.6 * var(--u)) solid var(--late); display: grid; place-items: center; color: var(--late); font-size: calc(4 * var(--u)); animation: siren 1.6s ease-in-out infinite alternate; }
    @keyframes pulse { 0% { scale: 0.4; opacity: 1; } 70% { opacity: 0.8; } 100% { scale: 5; opacity: 0; } }
    @keyframes siren { to { opacity: 0.35; } }
    @media (prefers-reduced-motion: reduce) { .pulse { animation: rest 3.2s linear 1 both; } .siren { animation: none; } @keyframes rest { 0%, 90% { opacity: 1; } 100% { opacity: 0; } } }
    .key { position: absolute; left: calc(1.2 * var(--u)); bottom: calc(1.2 * var(--u)); display: grid; gap: calc(0.3 * var(--u)); padding: calc(0.8 * var(--u)) calc(1.2 * var(--u)); border-radius: calc(0.7 * var(--u)); background: rgb(10 12 15 / 78%); color: var(--ink-2); }
    .key li { display: flex; align-items: center; gap: calc(0.8 * var(--u)); }
    .key svg { width: calc(2.6 * var(--u)); height: calc(2.6 * var(--u)); flex: none; }
    .scale { display: flex; width: calc(8 * var(--u)); height: calc(1.6 * var(--u)); border-radius: calc(0.3 * var(--u)); overflow: hidden; }
    .scale i { flex: 1; background: var(--progress); opacity: var(--o); }
    .failed { position: absolute; inset: 0; display: grid; place-content: center; color: var(--ink-2); }
  `];

  protected override firstUpdated(): void {
    this.build().catch(() => { this.failed = true; });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizer?.disconnect();
    this.map?.remove();
    this.map = null;
    this.ready = false;
  }

  private async build(): Promise<void> {
    const { open } = await import("../../shared/map-engine");
    if (!this.isConnected) return;
    const style = mapStyle(`${location.origin}/tiles/areas/{z}/{x}/{y}.mvt`, coloursAt(this), (2.5 * this.u) / 12);
    const map = open(this.canvas, style, { lon: 107.11, lat: 10.39, zoom: 10.5 }, this.ratio());
    this.map = map;
    // Before the first tile is asked for: nobody shall see another city first.
    this.fit();
    map.getCanvas().setAttribute("aria-label", t("map.label"));
    map.getCanvas().tabIndex = -1;
    map.scrollZoom.disable();
    map.dragPan.disable();
    map.keyboard.disable();
    map.doubleClickZoom.disable();
    map.on("load", () => { this.ready = true; this.setAttribute("data-ready", ""); });
    map.on("idle", () => this.outline());
    this.sizer = new ResizeObserver(() => {
      map.setPixelRatio(this.ratio());
      this.fitted = null;
      this.requestUpdate();
    });
    this.sizer.observe(this);
  }

  /** A canvas has a largest size that every graphics card can draw; on a larger wall it is scaled up. */
  private ratio(): number {
    return Math.min(devicePixelRatio, LARGEST_CANVAS / Math.max(1, this.clientWidth), LARGEST_CANVAS / Math.max(1, this.clientHeight));
  }

  /** A report has just come in: one ring, once. */
  pulse(told: Told): void {
    this.made += 1;
    this.pulses = this.pulses.with(this.made % MOST_PULSES, { id: this.made, lon: told.lon, lat: told.lat, urgent: told.urgency === "urgent" });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.ready) return;
    this.fit();
    if (changed.has("areas") || this.tinted === "") this.tint();
  }

  /** Once the key stands: it takes room too. */
  protected override updated(): void {
    if (this.ready) this.names = this.placeNames();
  }

  /** Where what is open can be seen; the few that are very far stand at the edge. Once chosen it stays, for a map that jumps
   *  cannot be learnt. */
  private fit(): void {
    if (this.looked === this.clusters && this.fitted !== null) return;
    this.looked = this.clusters;
    const body = bodyOf(this.clusters);
    const bounds = boundsOf(body);
    if (bounds === null || (this.fitted !== null && within(bounds, this.fitted))) return;
    this.fitted = boundsOf(body, 0.06);
    // Room for those at the edge, clear of the others.
    const edge = (body.length < this.clusters.length ? 11 : 6) * this.u;
    if (this.fitted !== null) this.map?.fitBounds(this.fitted, { animate: false, maxZoom: 14, padding: { left: (this.clientWidth > 90 * this.u ? 42 : 6) * this.u, top: 6 * this.u, right: 6 * this.u, bottom: edge - 2 * this.u } });
    // They are of another view; the next come with its tiles.
    this.drawn = "";
    this.outlines = [];
  }

  private tint(): void {
    const tints = tintsOf(this.areas, TINT_STEPS);
    const key = JSON.stringify(tints);
    if (key === this.tinted || this.map === null) return;
    this.tinted = key;
    const { area, accent, label } = coloursAt(this);
    if (this.map.getLayer("wall-tint") === undefined) {
      this.map.addLayer({ id: "wall-tint", type: "fill", source: "areas", "source-layer": "areas", filter: ["==", ["get", "kind"], "commune"], paint: { "fill-color": accent } }, "area-chosen");
      this.map.setPaintProperty("areas", "fill-color", area);
      // Neighbours of one tint are told apart from across the room.
      this.map.setPaintProperty("area-lines", "line-color", label);
      this.map.setPaintProperty("area-lines", "line-opacity", 0.55);
      this.map.setPaintProperty("area-lines", "line-width", Math.max(1, 0.14 * this.u));
    }
    const pairs = tints.flatMap(([code, step]) => [code, (0.55 * step) / TINT_STEPS]);
    this.map.setPaintProperty("wall-tint", "fill-opacity", pairs.length === 0 ? 0 : ["match", ["get", "code"], ...pairs, 0] as never);
  }

  /** The communes as the tiles that are drawn know them, the busiest first: they choose first where their name stands. */
  private outline(): void {
    const { map } = this;
    if (map === null) return;
    const found = new Map<string, { name: string; rings: Outline["rings"][number][] }>();
    const within = this.areas.map((one) => one.code);
    for (const { properties, geometry } of map.querySourceFeatures("areas", { sourceLayer: "areas", filter: ["==", ["get", "kind"], "commune"] })) {
      const { code, name } = properties as { code?: string; name?: string };
      if (code === undefined || name === undefined) continue;
      const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
      const known = found.get(code) ?? { name, rings: [] };
      known.rings.push(...polygons.map((rings) => (rings[0] ?? []).map((at: Position): [number, number] => {
        const { x, y } = map.project([at[0] ?? 0, at[1] ?? 0]);
        return [x, y];
      })));
      found.set(code, known);
    }
    const rank = (code: string): number => (within.includes(code) ? within.indexOf(code) : within.length);
    const outlines = [...found].map(([code, one]): Outline => ({ code, ...one })).sort((a, b) => rank(a.code) - rank(b.code) || (a.code < b.code ? -1 : 1));
    const text = JSON.stringify(outlines);
    if (text === this.drawn) return;
    this.drawn = text;
    this.outlines = outlines;
  }

  /** Names find their place when the marks or the areas have changed, and keep it where nothing has come over them. */
  private placeNames(): readonly Name[] {
    const marks = this.marks();
    const key = this.renderRoot.querySelector(".key");
    if (this.named?.marks === marks && this.named.outlines === this.outlines && this.named.key === (key !== null)) return this.names;
    this.named = { marks, outlines: this.outlines, key: key !== null };
    const [width, height, line] = [this.clientWidth, this.clientHeight, NAME_SIZE * this.u * 1.2];
    if (this.gridded?.of !== this.outlines) this.gridded = { of: this.outlines, grid: gridOf(this.outlines, width, height, this.u) };
    const pen = (this.pen ??= document.createElement("canvas").getContext("2d"));
    if (pen === null) return [];
    pen.font = `600 ${NAME_SIZE * this.u}px ${getComputedStyle(this).fontFamily}`;
    const [beyond, tall] = [pen.measureText(t("wall.beyond")).width + 2 * this.u, 1.5 * line];
    const said = marks.filter((one) => one.turn !== null).map(({ x, y, cluster }): Box => {
      const bottom = y - (diameterOf(cluster) / 2) * this.u;
      return { left: x - beyond / 2, top: bottom - tall, right: x + beyond / 2, bottom };
    });
    return placed(this.outlines, this.gridded.grid, {
      width, height, line, measure: (text) => pen.measureText(text).width + this.u,
      marks: marks.map(({ x, y, cluster }) => ({ x, y, r: (diameterOf(cluster) / 2 + 0.6) * this.u })),
      boxes: [...(key === null ? [] : [this.boxOf(key)]), ...said],
    }, new Map(this.names.map((one) => [one.code, one])));
  }

  private boxOf(element: Element): Box {
    const [own, { left, top, right, bottom }] = [this.getBoundingClientRect(), element.getBoundingClientRect()];
    return { left: left - own.left, top: top - own.top, right: right - own.left, bottom: bottom - own.top };
  }

  /** In px, at the edge where it lies beyond. */
  private placeOf(lon: number, lat: number): { x: number; y: number; turn: number | null } {
    const { x, y } = this.map?.project([lon, lat]) ?? { x: 0, y: 0 };
    return edgeOf(x, y, this.clientWidth, this.clientHeight, EDGE * this.u) ?? { x, y, turn: null };
  }

  private at(lon: number, lat: number): Record<string, string> {
    const { x, y } = this.placeOf(lon, lat);
    return { "--x": `${x}px`, "--y": `${y}px` };
  }

  /** Only a change of the clusters or of the place they have asks for this anew. */
  private marks(): readonly Mark[] {
    const place = this.map?.project([0, 0]);
    const key = place === undefined ? "" : `${place.x} ${place.y} ${this.clientWidth}`;
    if (this.marked?.of !== this.clusters || this.marked.key !== key) {
      const all = this.clusters.map((cluster): Mark => ({ ...this.placeOf(cluster.lon, cluster.lat), cluster }));
      this.marked = { of: this.clusters, key, marks: joined(all, this.u) };
    }
    return this.marked.marks;
  }

  private cluster({ x, y, turn, cluster: one }: Mark): TemplateResult {
    const all = one.waiting + one.working + one.resolved;
    return html`<div class="cluster" ${styled({ "--x": `${x}px`, "--y": `${y}px`, "--size": `${this.u * diameterOf(one)}px` })}><svg viewBox="0 0 40 40" role="img" aria-label=${`${all}`}>
      ${svg`<circle class="ground" cx="20" cy="20" r="19"/>${ringOf([one.waiting, one.working, one.resolved]).map((path, place) => path === "" ? nothing : svg`<path class="arc ${["waiting", "working", "resolved"][place] ?? ""}" d=${path}/>`)}
      <text class=${all > 999 ? "long" : ""} x="20" y="20.5">${number(all)}</text>${one.overdue > 0 ? svg`<path class="late" d="M33 -2 L43 14 L23 14 Z"/>` : nothing}${turn === null ? nothing : svg`<path class="beyond" d="M25 -8 L33 0 L25 8 Z" transform=${`translate(20 20) rotate(${((turn * 180) / Math.PI).toFixed(0)})`}/>`}`}</svg>${turn === null ? nothing : html`<span class="beyond">${t("wall.beyond")}</span>`}</div>`;
  }

  private key(): TemplateResult {
    const ring = (name: string): TemplateResult => html`<svg viewBox="0 0 40 40">${svg`<circle class="ground" cx="20" cy="20" r="19"/><path class="arc ${name}" d=${ringOf([1])[0] ?? ""}/>`}</svg>`;
    return html`<ul class="key cluster-key">
      <li>${ring("waiting")}${t("wall.key.waiting")}</li><li>${ring("working")}${t("wall.key.working")}</li><li>${ring("resolved")}${t("wall.key.resolved")}</li>
      <li>${icon("alarm")}${t("wall.key.late")}</li>
      <li><span class="scale">${Array.from({ length: TINT_STEPS }, (_, step) => html`<i ${styled({ "--o": `${(step + 1) / TINT_STEPS}` })}></i>`)}</span>${t("wall.key.load")}</li></ul>`;
  }

  override render(): TemplateResult {
    const sirens = this.alarms.filter((one) => one.location !== null && one.acknowledged === null && one.cleared_at === null);
    return html`<div class="canvas"></div>
      ${this.failed ? html`<p class="failed">${t("map.failed")}</p>` : nothing}
      ${!this.ready ? nothing : html`<div class="marks">
        ${this.names.map((one) => html`<div class="name" ${styled({ "--x": `${one.x}px`, "--y": `${one.y}px` })}>${one.lines.map((line) => html`<span>${line}</span>`)}</div>`)}
        ${this.marks().map((one) => this.cluster(one))}
        ${this.pulses.map((one) => one === null ? nothing : html`<div class="pulse ${one.urgent ? "urgent" : ""}" ${styled(this.at(one.lon, one.lat))} @animationend=${() => { this.pulses = this.pulses.map((other) => other?.id === one.id ? null : other); }}></div>`)}
        ${sirens.map((one) => html`<div class="siren" ${styled(this.at(one.location?.lon ?? 0, one.location?.lat ?? 0))}>${icon("alarm")}</div>`)}
      </div>${this.key()}`}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-wall-map": WallMap } }
