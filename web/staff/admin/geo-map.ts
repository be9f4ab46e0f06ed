import { css, html, nothing, unsafeCSS, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { FeatureCollection, Position } from "geojson";
import type { ExpressionSpecification, FilterSpecification, GeoJSONSource, LayerSpecification, Map as GlMap, MapMouseEvent, StyleSpecification } from "maplibre-gl";
import glCss from "maplibre-gl/dist/maplibre-gl.css?inline";

import { controls } from "../../shared/controls";
import { HtElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { Drawing } from "../../shared/map-draw";
import { basemap, givenStyle, groundTones, withGround } from "../../shared/map-base";
import { namePoints } from "../../shared/map-names";
import { coloursAt, mapStyle } from "../../shared/map-style";
import { t } from "../../shared/preferences";
import { viewOf } from "../map-points";

export const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

/** What a shape means; each has its own line or fill beside its colour. */
export type Tone = "was" | "now" | "changed" | "moved" | "unmatched" | "plain";

function look(get: (token: string) => string, scale: number): LayerSpecification[] {
  const tone = (name: Tone): ExpressionSpecification => ["==", ["get", "tone"], name];
  const of = (name: Tone, kind: "Point" | "Line"): FilterSpecification => ["all", tone(name), kind === "Point" ? ["==", ["geometry-type"], "Point"] : ["!=", ["geometry-type"], "Point"]];
  return [
    { id: "g-changed", type: "fill", source: "shown", filter: tone("changed"), paint: { "fill-pattern": "hatch" } },
    { id: "g-plain", type: "line", source: "shown", filter: of("plain", "Line"), paint: { "line-color": get("--ink-3"), "line-width": 1.2 * scale } },
    { id: "g-was", type: "line", source: "shown", filter: of("was", "Line"), paint: { "line-color": get("--waiting"), "line-width": 2 * scale, "line-dasharray": [3, 2] } },
    { id: "g-now", type: "line", source: "shown", filter: of("now", "Line"), paint: { "line-color": get("--accent"), "line-width": 2.2 * scale } },
    { id: "g-moved", type: "circle", source: "shown", filter: of("moved", "Point"), paint: { "circle-radius": 6 * scale, "circle-color": get("--accent"), "circle-stroke-color": get("--surface"), "circle-stroke-width": 2 } },
    { id: "g-unmatched", type: "circle", source: "shown", filter: of("unmatched", "Point"), paint: { "circle-radius": 6 * scale, "circle-color": get("--surface"), "circle-stroke-color": get("--late"), "circle-stroke-width": 3.5 } },
    { id: "g-plain-points", type: "circle", source: "shown", filter: of("plain", "Point"), paint: { "circle-radius": 4 * scale, "circle-color": get("--ink-3"), "circle-stroke-color": get("--surface"), "circle-stroke-width": 1.5 } },
    { id: "g-chosen", type: "circle", source: "shown", filter: ["==", ["get", "id"], "\u0000"], paint: { "circle-radius": 11 * scale, "circle-opacity": 0, "circle-stroke-color": get("--ink"), "circle-stroke-width": 3 } },
  ];
}

/** Slanting lines in the accent's colour, drawn here so that nothing has to be loaded. */
function hatch(colour: string): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 16;
  const ink = canvas.getContext("2d");
  if (ink === null) return new ImageData(16, 16);
  ink.strokeStyle = colour;
  ink.globalAlpha = 0.55;
  ink.lineWidth = 2;
  for (const shift of [-16, 0, 16]) { ink.beginPath(); ink.moveTo(shift - 2, 18); ink.lineTo(shift + 18, -2); ink.stroke(); }
  return ink.getImageData(0, 0, 16, 16);
}

/** The administration's map: the city's areas, some of them picked, and shapes and points of `shown` (members `tone` and
 *  `id`). Fires `pick` (an area's code) when `pickable`, `place` (lon, lat) when `placing`, and `choose` (a shape's id); while
 *  something is drawn `corners` (their number), `crossed` when it cannot be closed so, and `ring` at the end (null: given up). */
@customElement("ht-geo-map")
export class GeoMap extends HtElement {
  @property({ attribute: false }) picked: readonly string[] = [];
  @property({ attribute: false }) shown: FeatureCollection = NOTHING;
  @property() chosen = "";
  @property({ type: Boolean }) pickable = false;
  @property({ type: Boolean }) placing = false;
  /** Without our own areas: when the shapes shown are areas themselves. */
  @property({ type: Boolean }) bare = false;
  @property() label = "";
  @state() private failed = false;
  @query(".canvas") private canvas!: HTMLElement;
  private map: GlMap | null = null;
  private ready = false;
  private given: StyleSpecification | null = null;
  private theme = "";
  private fitted = "";
  private drawing: Drawing | null = null;

  static override styles = [unsafeCSS(glCss), controls, css`
    :host { display: block; position: relative; min-height: 16rem; background: var(--map-ground); border: 1px solid var(--line); border-radius: var(--r-m); overflow: hidden; }
    .canvas { position: absolute; inset: 0; font: inherit; }
    .buttons { position: absolute; top: var(--s-2); right: var(--s-2); display: grid; gap: var(--s-1); }
    .failed { position: absolute; inset: 0; display: grid; place-content: center; color: var(--ink-2); padding: var(--s-4); text-align: center; }
    /* Where Enter would click, while the map has the keys. */
    .middle { position: absolute; inset: 50% auto auto 50%; width: 1.5rem; height: 1.5rem; translate: -50% -50%; display: none; pointer-events: none; background: linear-gradient(var(--ink), var(--ink)) center / 2px 100% no-repeat, linear-gradient(var(--ink), var(--ink)) center / 100% 2px no-repeat; }
    .canvas:has(:focus-visible) ~ .middle { display: block; }
    .maplibregl-canvas:focus-visible { outline: 2px solid var(--focus); outline-offset: -3px; }
  `];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.map?.remove();
    this.map = this.drawing = null;
    this.ready = false;
  }

  protected override firstUpdated(): void {
    this.build().catch(() => { this.failed = true; });
  }

  private async build(): Promise<void> {
    const [{ open }, base] = await Promise.all([import("../../shared/map-engine"), basemap()]);
    this.given = await givenStyle(base);
    if (!this.isConnected) return;
    const map = open(this.canvas, await this.style_(), viewOf(document.documentElement.dataset["view"]));
    this.map = map;
    map.getCanvas().setAttribute("aria-label", this.label === "" ? t("map.label") : this.label);
    map.on("style.load", () => this.furnish());
    map.on("idle", () => this.nameAreas());
    map.on("click", ({ lngLat, point }) => this.choose(lngLat, point));
    map.getCanvas().addEventListener("keydown", (event) => this.onKey(event, map));
  }

  private async style_(): Promise<StyleSpecification> {
    const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const style = getComputedStyle(this);
    const colours = coloursAt(this);
    const whole = withGround(mapStyle(`${location.origin}/tiles/areas/{z}/{x}/{y}.mvt`, colours, scale), await basemap(), this.given, location.origin, colours, groundTones(this), scale);
    const layers = [...whole.layers.filter((layer) => !this.bare || layer.id !== "area-lines"), ...look((token) => style.getPropertyValue(token).trim(), scale)];
    return { ...whole, sources: { ...whole.sources, shown: { type: "geojson", data: NOTHING } }, layers: layers.map((layer) => (layer.id === "area-chosen" ? { ...layer, paint: { "fill-color": colours.accent, "fill-opacity": 0.28 } } as LayerSpecification : layer)) };
  }

  private furnish(): void {
    if (this.map === null) return;
    if (!this.map.hasImage("hatch")) this.map.addImage("hatch", hatch(getComputedStyle(this).getPropertyValue("--accent").trim()), { pixelRatio: 2 });
    this.ready = true;
    this.draw();
    this.setAttribute("data-ready", "");
  }

  private draw(): void {
    if (!this.ready || this.map === null) return;
    void this.map.getSource<GeoJSONSource>("shown")?.setData(this.shown);
    this.map.setFilter("area-chosen", ["in", ["get", "code"], ["literal", [...this.picked]]]);
    this.map.setFilter("g-chosen", ["all", ["==", ["geometry-type"], "Point"], ["==", ["get", "id"], this.chosen]]);
    this.fit();
  }

  /** Begins to draw a ring; the canvas takes the focus, so that it can be drawn with the keys. False before the map is there. */
  begin(): boolean {
    if (this.map === null || !this.ready || this.drawing !== null) return false;
    this.drawing = new Drawing(this.map, (ring) => {
      this.drawing = null;
      void this.map?.getSource<GeoJSONSource>("drawn")?.setData(NOTHING);
      this.fire("ring", ring);
    }, (corners) => this.fire("corners", corners), () => this.fire("crossed", null));
    this.map.getCanvas().focus();
    return true;
  }

  /** What the hand does while drawing: a corner at the middle of the map, the last one back, closing, giving up. */
  step(what: "corner" | "back" | "close" | "stop"): void {
    if (what === "corner") this.drawing?.here();
    else if (what === "back") this.drawing?.back();
    else if (what === "close") this.drawing?.finish();
    else this.drawing?.stop(null);
  }

  /** Shows everything once whenever other things are shown. */
  private fit(): void {
    const corners = this.shown.features.flatMap((feature) => positions(feature.geometry));
    const key = corners.length === 0 ? "" : `${corners.length}${String(corners[0])}${String(corners.at(-1))}`;
    if (key === this.fitted) return;
    this.fitted = key;
    // While a place is chosen by clicking, the map stays where the hand is.
    if (corners.length === 0 || this.placing) return;
    const [lons, lats] = [corners.map((one) => one[0] ?? 0), corners.map((one) => one[1] ?? 0)];
    const [west, east, south, north] = [lons.reduce(least), lons.reduce(most), lats.reduce(least), lats.reduce(most)];
    this.map?.fitBounds([west, south, east, north], { padding: 40, maxZoom: 15, animate: false });
  }

  private nameAreas(): void {
    if (this.map === null || !this.ready || this.bare) return;
    const pieces = this.map.querySourceFeatures("areas", { sourceLayer: "areas" });
    void this.map.getSource<GeoJSONSource>("area-names")?.setData(namePoints(pieces, "commune"));
  }

  /** The arrows move the map under its middle; Enter or Space is a click there. */
  private onKey(event: KeyboardEvent, map: GlMap): void {
    if ((event.key !== "Enter" && event.key !== " ") || this.drawing !== null) return;
    event.preventDefault();
    const middle = map.getCenter();
    this.choose(middle, map.project(middle));
  }

  private choose(at: { lng: number; lat: number }, point: MapMouseEvent["point"]): void {
    const { map } = this;
    if (map === null || this.drawing !== null) return;
    if (this.placing) {
      this.fire("place", { lon: at.lng, lat: at.lat });
      return;
    }
    const { x, y } = point;
    const hit = map.queryRenderedFeatures([[x - 6, y - 6], [x + 6, y + 6]], { layers: ["g-moved", "g-unmatched", "g-plain-points"] })[0]?.properties["id"] as unknown;
    if (typeof hit === "string") this.fire("choose", hit);
    if (typeof hit === "string" || !this.pickable) return;
    const area = map.queryRenderedFeatures(point, { layers: ["areas"] }).find((one) => one.properties["kind"] === "commune")?.properties["code"] as unknown;
    if (typeof area === "string") this.fire("pick", area);
  }

  private fire(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  protected override updated(changed: PropertyValues<this>): void {
    const theme = document.documentElement.dataset["theme"] ?? "";
    if (this.map !== null && theme !== this.theme) {
      this.ready = false;
      void this.style_().then((style) => this.map?.setStyle(style, { diff: false }));
    }
    this.theme = theme;
    if (changed.has("picked") || changed.has("shown") || changed.has("chosen")) this.draw();
    if (this.map !== null && this.drawing === null) this.map.getCanvas().style.cursor = this.placing ? "crosshair" : this.pickable ? "pointer" : "";
  }

  override render(): TemplateResult {
    return html`<div class="canvas"></div><span class="middle" aria-hidden="true"></span>${this.failed ? html`<p class="failed">${t("map.failed")}</p>` : html`<div class="buttons">
      <button type="button" class="square" aria-label=${t("map.in")} @click=${() => this.map?.zoomIn()}>${icon("plus")}</button>
      <button type="button" class="square" aria-label=${t("map.out")} @click=${() => this.map?.zoomOut()}>${icon("minus")}</button></div>`}${nothing}`;
  }
}

const least = (a: number, b: number): number => Math.min(a, b);
const most = (a: number, b: number): number => Math.max(a, b);

/** Every corner of a geometry. */
function positions(geometry: FeatureCollection["features"][number]["geometry"]): Position[] {
  if (geometry.type === "GeometryCollection") return geometry.geometries.flatMap(positions);
  if (geometry.type === "Point") return [geometry.coordinates];
  return (geometry.coordinates as unknown[]).flat(geometry.type === "MultiPolygon" ? 2 : geometry.type === "Polygon" || geometry.type === "MultiLineString" ? 1 : 0) as Position[];
}

declare global { interface HTMLElementTagNameMap { "ht-geo-map": GeoMap } }
