import { css, html, unsafeCSS, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Map as GlMap } from "maplibre-gl";
import glCss from "maplibre-gl/dist/maplibre-gl.css?inline";

import { controls } from "../shared/controls";
import { HtElement } from "../shared/element";
import { icon } from "../shared/icons";
import { coloursAt, mapStyle } from "../shared/map-style";
import { t } from "../shared/preferences";
import { viewOf } from "./map-points";
import type { Point } from "./phone-desk-draft";

const STREET = 16;
const NUDGE_PX = 24;
const LEAP_PX = 120;
const WAYS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** A map under a fixed pin: what lies under it is the place. Moved by hand or by the arrow keys; fires `pin`. */
@customElement("ht-pin-map")
export class PinMap extends HtElement {
  @property({ attribute: false }) point: Point | null = null;
  @state() private failed = false;
  @query(".canvas") private canvas!: HTMLElement;
  private map: GlMap | null = null;

  static override styles = [unsafeCSS(glCss), controls, css`
    :host { display: block; position: relative; min-height: 14rem; background: var(--map-ground); border: 1px solid var(--line); border-radius: var(--r-m); overflow: hidden; }
    .canvas { position: absolute; inset: 0; font: inherit; }
    .aim { position: absolute; left: 50%; top: 50%; transform: translate(-50%, -92%); font-size: 2.2rem; color: var(--late); pointer-events: none; }
    .aim.unset { color: var(--ink-3); }
    .aim .icon { fill: var(--surface); }
    .buttons { position: absolute; top: var(--s-2); right: var(--s-2); display: grid; gap: var(--s-1); }
    .told { position: absolute; left: var(--s-2); bottom: var(--s-2); padding: var(--s-1) var(--s-2); background: var(--raised); border: 1px solid var(--line); border-radius: var(--r-s); font-size: var(--t-s); }
    .maplibregl-canvas:focus-visible { outline: 3px solid var(--focus); outline-offset: -4px; }
  `];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.map?.remove();
    this.map = null;
  }

  protected override firstUpdated(): void {
    this.build().catch(() => { this.failed = true; });
  }

  private async build(): Promise<void> {
    const { open } = await import("../shared/map-engine");
    if (!this.isConnected) return;
    const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const style = mapStyle(`${location.origin}/tiles/areas/{z}/{x}/{y}.mvt`, coloursAt(this), scale);
    const start = this.point === null ? viewOf(document.documentElement.dataset["view"]) : { ...this.point, zoom: STREET };
    const map = open(this.canvas, style, start);
    this.map = map;
    map.keyboard.disable();
    const view = map.getCanvas();
    view.setAttribute("aria-label", t("caller.map.keys"));
    view.addEventListener("keydown", (event) => this.onKey(event, map));
    map.on("click", (event) => map.easeTo({ center: event.lngLat, duration: 150 }, { originalEvent: event.originalEvent }));
    // Only a movement by a hand is a new place: jumps after a search come from us, and zooming keeps the place.
    map.on("moveend", (event) => {
      if (event.originalEvent === undefined || event.originalEvent.type === "wheel") return;
      const centre = map.getCenter();
      this.point = { lon: centre.lng, lat: centre.lat };
      this.dispatchEvent(new CustomEvent<Point>("pin", { detail: this.point }));
    });
    map.scrollZoom.enable({ around: "center" });
  }

  private onKey(event: KeyboardEvent, map: GlMap): void {
    const way = WAYS[event.key];
    const length = event.shiftKey ? LEAP_PX : NUDGE_PX;
    if (way !== undefined) map.panBy([way[0] * length, way[1] * length], { duration: 0 }, { originalEvent: event });
    else if (event.key === "+" || event.key === "=") map.zoomTo(map.getZoom() + 1, { duration: 0 });
    else if (event.key === "-") map.zoomTo(map.getZoom() - 1, { duration: 0 });
    else return;
    event.preventDefault();
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has("point") || this.point === null || this.map === null) return;
    const centre = this.map.getCenter();
    if (Math.abs(centre.lng - this.point.lon) < 1e-7 && Math.abs(centre.lat - this.point.lat) < 1e-7) return;
    this.map.jumpTo({ center: [this.point.lon, this.point.lat], zoom: Math.max(STREET, this.map.getZoom()) });
  }

  private zoom(by: number): TemplateResult {
    const words = t(by > 0 ? "map.in" : "map.out");
    return html`<button type="button" class="square" tabindex="-1" aria-label=${words} @click=${() => this.map?.zoomTo(this.map.getZoom() + by)}>${icon(by > 0 ? "plus" : "minus")}</button>`;
  }

  override render(): TemplateResult {
    return html`<div class="canvas"></div>${this.failed ? html`<p class="told">${t("caller.map.failed")}</p>` : html`<span class="aim ${this.point === null ? "unset" : ""}">${icon("pin")}</span>
      <div class="buttons">${this.zoom(1)}${this.zoom(-1)}</div>
      <span class="told">${this.point === null ? t("caller.pin.unset") : `${this.point.lat.toFixed(5)}, ${this.point.lon.toFixed(5)}`}</span>`}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-pin-map": PinMap } }
