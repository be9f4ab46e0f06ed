import { css, html, nothing, unsafeCSS, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { GeoJSONSource, Map as GlMap, MapLayerMouseEvent, StyleSpecification, VectorTileSource } from "maplibre-gl";
import type { Feature, Point, Position } from "geojson";
import glCss from "maplibre-gl/dist/maplibre-gl.css?inline";

import { controls } from "./controls";
import { HtElement } from "./element";
import { icon } from "./icons";
import { basemap, givenStyle, groundTones, NO_BASEMAP, withGround, type Basemap } from "./map-base";
import { drawn, Drawing } from "./map-draw";
import { CrewMarks, crewMarkStyles, followSelect, type CrewMark } from "./map-crews";
import { drawMarks, markOf } from "./map-marks";
import { namePoints, type Box } from "./map-names";
import { countWords, Known, leastZoom, tints, tonesAt, visibility, withReports, type AreaLoads, type Shown } from "./map-reports";
import { drawSpots, SPOTS, spotUnder, withSpots, type SpotMark } from "./map-spots";
import { coloursAt, mapStyle } from "./map-style";
import type { State } from "./model";
import { t } from "./preferences";
import type { Lateness } from "./times";

export interface MapPoint { code: string; lon: number; lat: number; state: State; lateness: Lateness; urgent: boolean; title: string }
export interface MapView { lon: number; lat: number; zoom: number }

const NEAR = 15;
const CASE = 13.8;
const LAST_ZOOM = 24;

/** The live map: properties in, events out: `choose` (detail: a report's code), `area` (a closed ring, or null when the
 *  drawing was given up), `corners` (their number while drawing). Needs nothing but our own tiles.
 *
 *  With `reports` (and `hexagons`), addresses of tiles without their query, it also shows what the server counted, as
 *  `view` says, under the filters in `query`. `points` stay on top: what is in `known` is drawn from them alone. `load`
 *  tints the areas. `spots` are hot spots; a click on one fires `hot-spot` with its code. */
@customElement("ht-map")
export class HtMap extends HtElement {
  @property({ attribute: false }) points: readonly MapPoint[] = [];
  @property({ attribute: false }) chosen: MapPoint | null = null;
  @property({ attribute: false }) area: string | null = null;
  @property({ attribute: false }) start: MapView = { lon: 107.11, lat: 10.39, zoom: 11.2 };
  @property() tiles = "/tiles/areas/{z}/{x}/{y}.mvt";
  @property() reports = "";
  @property() hexagons = "";
  @property() query = "";
  @property() view: Shown = "points";
  @property({ attribute: false }) load: AreaLoads | null = null;
  @property({ attribute: false }) known: Iterable<string> | null = null;
  @property({ attribute: false }) crews: readonly CrewMark[] = [];
  @property({ attribute: false }) spots: readonly SpotMark[] = [];
  @state() private followed = "";
  @state() private failed = false;
  @state() private base: Basemap = NO_BASEMAP;
  @state() private hover: { title: string; x: number; y: number } | null = null;
  @query(".canvas") private canvas!: HTMLElement;

  private map: GlMap | null = null;
  private crewMarks: CrewMarks | null = null;
  private ready = false;
  private drawn = new Map<string, MapPoint>();
  private readonly learnt = new Known();
  private tinted: string[] = [];
  private drawing: Drawing | null = null;
  private given: StyleSpecification | null = null;
  private selected: readonly Position[] = [];
  private names = "";
  private theme = "";
  private watchDark: MediaQueryList | null = null;

  static override styles = [unsafeCSS(glCss), controls, crewMarkStyles, css`
    :host { display: block; position: relative; min-height: 12rem; background: var(--map-ground); overflow: hidden; }
    .canvas { position: absolute; inset: 0; font: inherit; }
    .buttons { position: absolute; top: var(--s-3); right: var(--s-3); display: grid; gap: var(--s-1); box-shadow: var(--shadow-1); }
    .tip { position: absolute; z-index: 2; max-width: 16rem; padding: var(--s-1) var(--s-2); border-radius: var(--r-s); background: var(--raised);
      box-shadow: var(--shadow-2); font-size: var(--t-s); pointer-events: none; transform: translate(-50%, calc(-100% - 14px)); }
    .key { position: absolute; left: var(--s-3); bottom: var(--s-3); padding: var(--s-1) var(--s-2); border-radius: var(--r-s); background: var(--raised);
      border: 1px solid var(--line); font-size: var(--t-s); }
    .credit { position: absolute; right: 0; bottom: 0; padding: 0 var(--s-2); background: var(--raised); color: var(--ink-2); font-size: var(--t-xs); border-start-start-radius: var(--r-s); }
    .failed { position: absolute; inset: 0; display: grid; place-content: center; padding: var(--s-5); text-align: center; color: var(--ink-2); }
    .maplibregl-canvas:focus-visible { outline: 2px solid var(--focus); outline-offset: -3px; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.watchDark = matchMedia("(prefers-color-scheme: dark)");
    this.watchDark.addEventListener("change", this.onDark);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watchDark?.removeEventListener("change", this.onDark);
    this.map?.remove();
    this.map = null;
    this.ready = false;
  }

  private readonly onDark = (): void => this.requestUpdate();

  protected override firstUpdated(): void {
    this.build().catch(() => { this.failed = true; });
  }

  private async build(): Promise<void> {
    const [{ mark, open }, base] = await Promise.all([import("./map-engine"), basemap()]);
    this.base = base;
    this.given = await givenStyle(base);
    if (!this.isConnected) return;
    const map = open(this.canvas, this.look(), this.start);
    this.map = map;
    this.crewMarks = new CrewMarks(map, mark);
    this.drawCrews();
    map.getCanvas().setAttribute("aria-label", t("map.label"));
    map.on("style.load", () => this.furnish());
    map.on("idle", () => this.nameAreas());
    for (const layer of ["points", SPOTS, ...(this.reports === "" ? [] : ["tile-points", "clusters", "hexagons"])]) {
      map.on("click", layer, (event) => this.onPoint(event));
      map.on("mousemove", layer, (event) => this.onHover(event));
      map.on("mouseleave", layer, () => { this.hover = null; if (this.drawing === null) map.getCanvas().style.cursor = ""; });
    }
    map.on("movestart", () => { this.hover = null; });
  }

  private look(): StyleSpecification {
    const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const colours = coloursAt(this);
    const style = withGround(mapStyle(location.origin + this.tiles, colours, scale), this.base, this.given, location.origin, colours, groundTones(this), scale);
    if (this.reports === "") return withSpots(style, this, scale);
    const furnished = withReports(style, { reports: this.address(this.reports), hexagons: this.address(this.hexagons) }, tonesAt(this), scale, this.view, this.load !== null);
    return withSpots(furnished, this, scale);
  }

  private address(tiles: string): string {
    return `${location.origin}${tiles}${this.query === "" ? "" : `?${this.query}`}`;
  }

  /** After every (re)load of the style: pictures, points and selection have to be given to it again. */
  private furnish(): void {
    const style = getComputedStyle(this);
    for (const mark of drawMarks((token) => style.getPropertyValue(token).trim())) {
      if (this.map?.hasImage(mark.name) === false) this.map.addImage(mark.name, mark.image, { pixelRatio: mark.ratio });
    }
    this.ready = true;
    this.drawn = new Map();
    this.names = "";
    this.drawPoints();
    this.drawChosen();
    this.tell(this.learnt.all());
    this.drawLoad();
    this.drawSelected();
    if (this.map !== null) drawSpots(this.map, this.spots);
    this.setAttribute("data-ready", "");
  }

  protected override updated(changed: PropertyValues<this>): void {
    const theme = `${document.documentElement.dataset["theme"] ?? ""}${String(this.watchDark?.matches)}`;
    if (this.map !== null && this.theme !== "" && theme !== this.theme) {
      this.ready = false;
      this.map.setStyle(this.look(), { diff: false });
    }
    this.theme = theme;
    if (changed.has("crews")) this.drawCrews();
    if (!this.ready) return;
    if (changed.has("points")) this.drawPoints();
    if (changed.has("points") || changed.has("known")) this.tell(this.learnt.learn(this.known ?? this.drawn.keys()));
    if (changed.has("spots") && this.map !== null) drawSpots(this.map, this.spots);
    if (changed.has("query")) this.ask();
    if (changed.has("view") || changed.has("load")) this.showLayers();
    if (changed.has("load")) this.drawLoad();
    if (changed.has("chosen") || changed.has("area")) this.drawChosen();
    const before = changed.get("chosen");
    if (changed.has("chosen") && this.chosen !== null && before?.code !== this.chosen.code) this.show(this.chosen);
  }

  /** The crews' marks; the one that is followed stays in the middle. */
  private drawCrews(): void {
    this.crewMarks?.show(this.crews);
    const one = this.crews.find((crew) => crew.crew === this.followed);
    if (one !== undefined) this.map?.easeTo({ center: [one.lon, one.lat], duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 400 });
  }

  private source(name: string): GeoJSONSource | null {
    return (this.map?.getSource(name)) ?? null;
  }

  private drawPoints(): void {
    const source = this.source("points");
    if (source === null) return;
    const next = new Map(this.points.map((point) => [point.code, point]));
    const remove = [...this.drawn.keys()].filter((code) => !next.has(code));
    const add = this.points.filter((point) => !same(this.drawn.get(point.code), point)).map(feature);
    this.drawn = next;
    if (remove.length > 0 || add.length > 0) void source.updateData({ remove, add });
  }

  private drawChosen(): void {
    void this.source("chosen")?.setData({ type: "FeatureCollection", features: this.chosen === null ? [] : [feature(this.chosen)] });
    this.map?.setFilter("area-chosen", ["==", ["get", "code"], this.area ?? ""]);
  }

  /** Marks of tiles whose reports are drawn from the live points, or have gone, are hidden. */
  private tell(codes: readonly string[]): void {
    if (this.reports === "") return;
    for (const id of codes) this.map?.setFeatureState({ source: "reports", sourceLayer: "reports", id }, { known: true });
  }

  private drawLoad(): void {
    for (const id of this.tinted) this.map?.removeFeatureState({ source: "areas", sourceLayer: "areas", id });
    const found = tints(this.load ?? {});
    for (const { code: id, full, share } of found) this.map?.setFeatureState({ source: "areas", sourceLayer: "areas", id }, { full, share });
    this.tinted = found.map((one) => one.code);
    this.names = "";
    this.nameAreas();
  }

  private showLayers(): void {
    if (this.reports === "") return;
    for (const [layer, shown] of Object.entries(visibility(this.view, this.load !== null))) {
      this.map?.setLayoutProperty(layer, "visibility", shown ? "visible" : "none");
      this.map?.setLayerZoomRange(layer, leastZoom(layer, this.view), LAST_ZOOM);
    }
  }

  private ask(): void {
    for (const [source, tiles] of [["reports", this.reports], ["hexagons", this.hexagons]] as const) {
      this.map?.getSource<VectorTileSource>(source)?.setTiles([this.address(tiles)]);
    }
  }

  /** Asks the server for what is shown again, in place: a tile that has not changed costs an answer without a body. */
  refresh(): void {
    if (!this.ready || this.reports === "") return;
    if (this.view === "hexagons") this.map?.refreshTiles("hexagons");
    else this.map?.refreshTiles("reports");
  }

  /** Begins to draw an area; the canvas takes the focus, so that it can be drawn with the keys. */
  draw(): void {
    if (this.map === null || this.drawing !== null) return;
    this.select([]);
    this.drawing = new Drawing(this.map, (ring) => {
      this.drawing = null;
      this.select(ring ?? []);
      this.fire("area", ring);
    }, (corners) => this.fire("corners", corners));
    this.map.getCanvas().focus();
  }

  /** Gives up drawing. */
  stopDrawing(): void {
    this.drawing?.stop(null);
  }

  /** Closes what is drawn, if it has an inside. */
  closeDrawing(): void {
    this.drawing?.finish();
  }

  /** A corner at the middle of the map, for those who draw without a pointer. */
  corner(): void {
    this.drawing?.here();
  }

  /** What is seen, as a ring. */
  seen(): Position[] {
    const box = this.map?.getBounds();
    if (box === undefined) return [];
    const [west, south, east, north] = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
    return [[west, south], [east, south], [east, north], [west, north], [west, south]];
  }

  /** Shows a closed ring as the chosen area; an empty one takes it away. */
  select(ring: readonly Position[]): void {
    this.selected = ring;
    this.drawSelected();
  }

  private drawSelected(): void {
    void this.source("drawn")?.setData(drawn(this.selected, true));
  }

  private fire(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  private nameAreas(): void {
    if (this.map === null || !this.ready) return;
    const kind = this.map.getZoom() >= 13.5 ? ["commune", "neighbourhood"] : ["commune"];
    const pieces = this.map.querySourceFeatures("areas", { sourceLayer: "areas" });
    const seen = this.map.getBounds();
    const box: Box = [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()];
    const features = kind.flatMap((one) => namePoints(pieces, one, box).features).map((one) => this.withLoad(one));
    const text = JSON.stringify(features);
    if (text === this.names) return;
    this.names = text;
    void this.source("area-names")?.setData({ type: "FeatureCollection", features });
  }

  private withLoad(area: Feature<Point>): Feature<Point> {
    const found = this.load?.[String(area.id)];
    if (found === undefined) return area;
    const words = t(found.late > 0 ? "map.load_late" : "map.load", { open: found.open, late: found.late });
    return { ...area, properties: { name: `${String(area.properties?.["name"])}\n${words}` } };
  }

  private show(point: MapPoint): void {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const zoom = Math.max(this.map?.getZoom() ?? CASE, CASE);
    this.map?.easeTo({ center: [point.lon, point.lat], zoom, duration: calm ? 0 : 400 });
  }

  /** Shows all points at once; the whole city when there are none. */
  overview(): void {
    const west = Math.min(...this.points.map((point) => point.lon));
    const east = Math.max(...this.points.map((point) => point.lon));
    const south = Math.min(...this.points.map((point) => point.lat));
    const north = Math.max(...this.points.map((point) => point.lat));
    if (this.points.length === 0) this.map?.jumpTo({ center: [this.start.lon, this.start.lat], zoom: this.start.zoom });
    else this.map?.fitBounds([west, south, east, north], { padding: 48, maxZoom: NEAR, animate: false });
  }

  private onPoint(event: MapLayerMouseEvent): void {
    if (this.drawing !== null || this.covered(event)) return;
    const found = event.features?.[0];
    const code: unknown = found?.properties["code"];
    if (typeof code === "string") this.fire(found?.layer.id === SPOTS ? "hot-spot" : "choose", code);
    else if (found !== undefined) {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      event.target.easeTo({ center: event.lngLat, zoom: event.target.getZoom() + 2, duration: calm ? 0 : 300 });
    }
  }

  /** Whether a hot spot lies above what was met, or what was met is a hot spot with a report above it. */
  private covered(event: MapLayerMouseEvent): boolean {
    return (event.features?.[0]?.layer.id === SPOTS) !== (spotUnder(event.target, event.point) !== null);
  }

  private onHover(event: MapLayerMouseEvent): void {
    if (this.drawing !== null || this.covered(event)) return;
    const said = event.features?.[0]?.properties ?? {};
    const title: unknown = said["title"] ?? (typeof said["code"] === "string" ? said["code"] : countWords(said));
    event.target.getCanvas().style.cursor = "pointer";
    if (typeof title === "string") this.hover = { title, x: event.point.x, y: event.point.y };
  }

  private placeTip(): void {
    const tip = this.renderRoot.querySelector<HTMLElement>(".tip");
    if (tip === null || this.hover === null) return;
    tip.style.left = `${this.hover.x}px`;
    tip.style.top = `${this.hover.y}px`;
  }

  protected override async getUpdateComplete(): Promise<boolean> {
    const done = await super.getUpdateComplete();
    this.placeTip();
    return done;
  }

  override render(): TemplateResult {
    if (this.hover !== null) void this.updateComplete;
    return html`<div class="canvas"></div>
      ${this.failed ? html`<p class="failed">${icon("map")} ${t("map.failed")}</p>` : html`<div class="buttons">
        <button class="square" aria-label=${t("map.in")} @click=${() => this.map?.zoomIn()}>${icon("plus")}</button>
        <button class="square" aria-label=${t("map.out")} @click=${() => this.map?.zoomOut()}>${icon("minus")}</button>
        <button class="square" aria-label=${t("map.all")} title=${t("map.all")} @click=${() => this.overview()}>${icon("home")}</button>
      </div>`}
      ${followSelect(this.crews, this.followed, (crew) => { this.followed = crew; this.drawCrews(); })}
      ${this.base.attribution === "" ? nothing : html`<p class="credit">${this.base.attribution}</p>`}
      ${this.hover === null ? nothing : html`<div class="tip">${this.hover.title}</div>`}`;
  }
}

function same(one: MapPoint | undefined, other: MapPoint): boolean {
  return one === other || (one !== undefined && (Object.keys(other) as (keyof MapPoint)[]).every((key) => one[key] === other[key]));
}

function feature(point: MapPoint): Feature<Point> {
  const mark = markOf(point.state, point.lateness, point.urgent);
  return {
    type: "Feature", id: point.code, geometry: { type: "Point", coordinates: [point.lon, point.lat] },
    properties: { code: point.code, picture: mark.name, rank: mark.rank, title: point.title },
  };
}

declare global { interface HTMLElementTagNameMap { "ht-map": HtMap } }
