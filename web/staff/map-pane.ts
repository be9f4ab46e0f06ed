import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Position } from "geojson";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import type { HtMap, MapPoint } from "../shared/map";
import "../shared/map";
import type { SpotMark } from "../shared/map-spots";
import { VIEWS, type AreaLoads, type View } from "../shared/map-reports";
import { t } from "../shared/preferences";
import { serverNow } from "../shared/server-time";
import type { Report } from "../shared/model";
import { askWithin, type Selection } from "./map-select";
import { listedPoints, listQueryOf, pointOf, queryOf, shownPoints, viewOf } from "./map-points";
import { inTab, matcher, NO_FILTERS, type Filters, type Tab } from "./queue";
import { StaffElement } from "./staff-element";

const KEPT = "hientruong-map";
const LOAD_EVERY = 15_000;
const NO_SPOTS: readonly SpotMark[] = [];
const REFRESH_PAUSE = 1_500;

/** The desk's map with its layers and tools. It shows what the queue shows; fires `choose` and, when what a drawn area holds is
 *  to be ticked, `select` with the codes; `hot-spot` with the code of one that was clicked. */
@customElement("ht-map-pane")
export class MapPane extends StaffElement {
  @property() tab: Tab = "waiting";
  @property({ attribute: false }) filters: Filters = NO_FILTERS;
  @property({ attribute: false }) minute = 0;
  /** The codes of the queue's rows. */
  @property({ attribute: false }) list: readonly string[] = [];
  @state() private view: View = "points";
  @state() private tinted = false;
  @state() private spots = true;
  @state() private load: AreaLoads | null = null;
  @state() private loadFailed = false;
  @state() private open = false;
  @state() private corners = -1;
  @state() private selection: Selection | "asking" | "failed" | null = null;
  @query("ht-map") private map!: HtMap;
  private ring: Position[] = [];
  private timer = 0;
  private refreshing = 0;
  private stopEvents: (() => void) | null = null;

  static override styles = [controls, css`
    :host { display: grid; position: relative; min-height: 0; }
    .tools { position: absolute; z-index: 2; top: var(--s-3); left: var(--s-3); right: 4.5rem; display: grid; gap: var(--s-2); justify-items: start; pointer-events: none; }
    .tools > * { pointer-events: auto; }
    .row { display: flex; gap: var(--s-1); flex-wrap: wrap; }
    .row button { box-shadow: var(--shadow-1); }
    .panel { display: grid; gap: var(--s-2); padding: var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--raised); box-shadow: var(--shadow-2); max-width: 18rem; }
    .panel fieldset { border: 0; margin: 0; padding: 0; display: grid; gap: var(--s-1); }
    .panel legend { padding: 0; font-weight: 600; }
    .panel label { display: flex; align-items: center; gap: var(--s-2); min-height: 1.75rem; font-weight: 400; }
    .word { padding: var(--s-1) var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--raised); box-shadow: var(--shadow-1); font-size: var(--t-s); max-width: 24rem; }
    .word.bad { border-color: var(--late); }
    .cross { position: absolute; z-index: 1; inset: 0; display: grid; place-items: center; pointer-events: none; color: var(--accent); font-size: 1.5rem; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as { view?: View; tinted?: boolean; spots?: boolean };
    this.view = VIEWS.find((view) => view === kept.view) ?? "points";
    this.tinted = kept.tinted === true;
    this.spots = kept.spots !== false;
    this.timer = window.setInterval(() => void this.askLoad(), LOAD_EVERY);
    this.stopEvents = this.desk.onEvents(() => this.refreshSoon());
    void this.askLoad();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
    window.clearTimeout(this.refreshing);
    this.refreshing = 0;
    this.stopEvents?.();
  }

  /** Many events in a moment are one question to the server. */
  private refreshSoon(): void {
    if (this.refreshing !== 0) return;
    this.refreshing = window.setTimeout(() => {
      this.refreshing = 0;
      if (this.view !== "points") this.map.refresh();
    }, REFRESH_PAUSE);
  }

  private async askLoad(): Promise<void> {
    if (!this.tinted || document.hidden) return;
    try {
      const { areas } = await api<{ areas: AreaLoads }>("/api/v1/map/areas");
      this.loadFailed = false;
      if (JSON.stringify(areas) !== JSON.stringify(this.load)) this.load = areas;
    } catch {
      this.loadFailed = true;
    }
  }

  private keep(): void {
    localStorage.setItem(KEPT, JSON.stringify({ view: this.view, tinted: this.tinted, spots: this.spots }));
  }

  private pickView(view: View): void {
    this.view = view;
    this.keep();
  }

  private pickLoad(tinted: boolean): void {
    this.tinted = tinted;
    if (!tinted) this.load = null;
    this.keep();
    void this.askLoad();
  }

  private pickSpots(shown: boolean): void {
    this.spots = shown;
    this.keep();
  }

  private draw(): void {
    this.clear();
    this.corners = 0;
    this.map.draw();
  }

  private clear(): void {
    this.selection = null;
    this.ring = [];
    this.map.select([]);
  }

  private async onArea(ring: Position[] | null): Promise<void> {
    this.corners = -1;
    this.ring = ring ?? [];
    if (ring !== null) await this.askSelection();
  }

  private async askSelection(): Promise<void> {
    const { ring } = this;
    this.map.select(ring);
    this.selection = "asking";
    try {
      const { tab, filters, desk: { me, catalogues } } = this;
      const matches = matcher(filters, me.username, catalogues.kinds(filters.category));
      const found = await askWithin(ring, listQueryOf(filters), (report) => inTab(tab, report, me.username, serverNow()) && matches(report, serverNow()));
      if (ring !== this.ring) return;
      this.selection = found;
    } catch {
      if (ring === this.ring) this.selection = "failed";
    }
  }

  /** Ticks what the area holds, so that one action can be taken for all of it. */
  private pickSelected(reports: readonly Report[]): void {
    for (const report of reports) this.desk.take(report);
    this.dispatchEvent(new CustomEvent("select", { detail: reports.map((report) => report.code), bubbles: true, composed: true }));
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    // An area stays chosen, and what it holds is asked again under the new filters.
    if ((changed.has("tab") || changed.has("filters")) && this.ring.length > 0) void this.askSelection();
  }

  private panel(): TemplateResult {
    return html`<div class="panel" id="layers">
      <fieldset><legend>${t("map.view")}</legend>${queryOf(this.tab, this.filters) === null && this.view !== "points" ? html`<p class="quiet" data-alone>${t("map.view.alone")}</p>` : nothing}${VIEWS.map((view) => html`<label><input type="radio" name="view" value=${view} .checked=${this.view === view} @change=${() => this.pickView(view)}>${t(`map.view.${view}`)}</label>`)}</fieldset>
      <label><input type="checkbox" data-load .checked=${this.tinted} @change=${(event: Event) => this.pickLoad((event.target as HTMLInputElement).checked)}>${t("map.load.show")}</label>
      ${this.tinted ? html`<p class="quiet">${t("map.load.key")}</p>` : nothing}
      <label><input type="checkbox" data-spots .checked=${this.spots} @change=${(event: Event) => this.pickSpots((event.target as HTMLInputElement).checked)}>${t("map.spots.show")}</label>
      ${this.spots ? html`<p class="quiet">${t("map.spots.key")}</p>` : nothing}
      ${this.loadFailed ? html`<p class="note warn">${t("map.load.failed")}</p>` : nothing}</div>`;
  }

  private drawing(): TemplateResult {
    return html`<p class="word">${t("map.draw.how")}</p>
      <div class="row"><button @click=${() => this.map.corner()}>${t("map.draw.corner")}</button>
        <button class="first" ?disabled=${this.corners < 3} @click=${() => this.map.closeDrawing()}>${t("map.draw.close")}</button>
        <button @click=${() => this.map.stopDrawing()}>${t("map.draw.stop")}</button></div>`;
  }

  private selected(): TemplateResult | typeof nothing {
    if (this.selection === null) return nothing;
    if (this.selection === "asking") return html`<p class="word" role="status">…</p>`;
    if (this.selection === "failed") return html`<p class="word bad" role="status">${t("map.selected.failed")} <button class="link" @click=${() => void this.askSelection()}>${t("action.again")}</button></p>`;
    const { reports, more } = this.selection;
    const words = reports.length === 0 ? t("map.selected.none") : t(more ? "map.selected.more" : "map.selected", { count: reports.length });
    return html`<p class="word" role="status" data-selected=${reports.length}>${words}${reports.length > 0 ? html` <button class="link" data-pick @click=${() => this.pickSelected(reports)}>${t("map.selected.pick")}</button>` : nothing} <button class="link" @click=${() => this.clear()}>${t("map.selected.clear")}</button></p>`;
  }

  private tools(): TemplateResult {
    return html`<div class="tools"><div class="row">
        <button class="square" data-layers aria-label=${t("map.layers")} title=${t("map.layers")} aria-expanded=${this.open} aria-controls="layers" @click=${() => { this.open = !this.open; }}>${icon("map")}</button>
        <button class="square" data-draw aria-label=${t("map.draw")} title=${t("map.draw")} aria-pressed=${this.corners >= 0} @click=${() => this.draw()}>${icon("route")}</button>
        <button class="square" data-seen aria-label=${t("map.seen")} title=${t("map.seen")} @click=${() => { this.ring = this.map.seen(); void this.askSelection(); }}>${icon("eye")}</button></div>
      ${this.open ? this.panel() : nothing}${this.corners >= 0 ? this.drawing() : this.selected()}</div>`;
  }

  override render(): TemplateResult {
    const report = this.desk.report(this.desk.chosen);
    const chosen: MapPoint | null = report === undefined ? null : pointOf(this.desk, report, this.minute);
    const counted = queryOf(this.tab, this.filters);
    const points = counted === null ? listedPoints(this.desk, this.list, this.minute) : shownPoints(this.desk, this.tab, this.filters, this.minute);
    return html`<ht-map .points=${points} .known=${this.desk.collection.reports.keys()} .chosen=${chosen}
        .area=${report?.area?.code ?? null} .start=${viewOf(document.documentElement.dataset["view"])} reports="/api/v1/tiles/open/{z}/{x}/{y}.mvt"
        hexagons="/api/v1/tiles/hexagons/{z}/{x}/{y}.mvt" .query=${counted ?? ""} .view=${counted === null ? "alone" : this.view} .load=${this.load} .crews=${this.desk.crews.at(serverNow())} .spots=${this.spots ? this.desk.hotSpots.marks() : NO_SPOTS}
        @area=${(event: CustomEvent<Position[] | null>) => void this.onArea(event.detail)} @corners=${(event: CustomEvent<number>) => { this.corners = event.detail; }}></ht-map>
      ${this.corners >= 0 ? html`<div class="cross" aria-hidden="true">+</div>` : nothing}${this.tools()}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-map-pane": MapPane } }
