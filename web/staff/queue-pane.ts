import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { locale, t } from "../shared/preferences";
import { serverNow } from "../shared/server-time";
import { everySecond } from "../shared/ticker";
import { ASIDE_TABS, byDue, CENTER_TABS, inTab, NO_FILTERS, passes, type Filters, type Tab } from "./queue";
import { filterForm, narrowing } from "./queue-filters";
import { QueueIndex } from "./queue-index";
import { rowView, type RowContext } from "./queue-row";
import { queueStyles } from "./queue-styles";
import { RowWindow } from "./row-window";
import { StaffElement } from "./staff-element";
import { styled } from "./styled";

const SEARCH_PAUSE = 300;
const AGEING_MS = 15_000;

/** The left pane: tabs, search, filters and the rows, the most pressing first. However many there are, only those in sight
 *  are in the page. Fires `list` with the codes it shows, `filters` when they change, `pick` for a row's tick. */
@customElement("ht-queue")
export class QueuePane extends StaffElement {
  @property() tab: Tab = "waiting";
  @property({ attribute: false }) tabs: readonly Tab[] = CENTER_TABS;
  @property({ attribute: false }) seen: ReadonlyMap<string, number> = new Map();
  @property({ attribute: false }) filters: Filters = NO_FILTERS;
  /** The codes ticked for a bulk action; null where there is none. */
  @property({ attribute: false }) picked: ReadonlySet<string> | null = null;
  @state() private filtering = false;
  @state() private found: string[] = [];
  @state() private searching = false;
  @state() private now = serverNow();
  @query("input[type=search]") private box!: HTMLInputElement;
  private readonly index = new QueueIndex();
  private readonly sight = new RowWindow(this, () => this.renderRoot.querySelector<HTMLElement>(".rows"));
  private stop: (() => void) | null = null;
  private timer = 0;
  private rows: readonly Report[] = [];
  private beyond: readonly Report[] = [];
  private told: readonly Report[] | null = null;
  private toldBeyond = "";
  private shown: string | null = null;
  private focused: string | null = null;
  private roving: string | null = null;
  private anchored: { code: string; cut: number } | null = null;

  static override styles = [controls, queueStyles, css`:host { display: grid; grid-template: auto auto minmax(0, 1fr) / minmax(0, 1fr); min-height: 0; }`];

  override connectedCallback(): void {
    super.connectedCallback();
    // Ageing is drawn by the quarter minute; what falls due or runs out, at once. The clocks in the rows tick by themselves.
    this.stop = everySecond((now) => { if (now - this.now >= AGEING_MS || now > this.index.nextChange) this.now = now; });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
  }

  toggleFilters(): void {
    this.filtering = !this.filtering;
    if (this.filtering) void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(".filters select")?.focus());
  }

  focusSearch(): void {
    this.box.focus();
    this.box.select();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has("filters") && (changed.get("filters") as Filters | undefined)?.text !== this.filters.text) this.lookBeyond();
    const before = this.rows;
    this.arrange();
    const place = this.sight.anchor();
    const row = place === null || before === this.rows ? undefined : before[place.at];
    this.anchored = row === undefined || place === null ? null : { code: row.code, cut: place.cut };
  }

  private arrange(): void {
    const { reports } = this.desk;
    const me = this.desk.me.username;
    const kinds = this.desk.catalogues.kinds(this.filters.category);
    this.index.take(reports, this.filters.order);
    if (ASIDE_TABS.has(this.tab)) {
      this.rows = this.aside(this.tab).filter((report) => passes(this.filters, report, this.now, me, kinds)).sort((a, b) => byDue(b, a));
      this.beyond = [];
      return;
    }
    this.rows = this.index.rows(this.tab, this.filters, me, this.now, kinds);
    this.beyond = this.tab !== "all" ? [] : this.found.map((code) => this.desk.aside.get(code))
      .filter((report): report is Report => report !== undefined && !reports.has(report.code));
  }

  private aside(tab: Tab): Report[] {
    const { agency } = this.desk.me;
    // Whoever leads a case may have been asked to look at it before: that one is in the collection.
    const all = tab === "checks" ? [...this.desk.aside.values(), ...this.desk.reports.values()].filter((report) => agency !== null && report.checking?.includes(agency) === true) : [...this.desk.aside.values()];
    return all.filter((report) => inTab(tab, report, "", 0));
  }

  private set(part: Partial<Filters>): void {
    this.filters = { ...this.filters, ...part };
    this.dispatchEvent(new CustomEvent("filters", { detail: this.filters }));
  }

  /** The live collection holds what is open; finished reports are asked from the server, after a pause in typing. */
  private lookBeyond(): void {
    window.clearTimeout(this.timer);
    this.found = [];
    this.searching = false;
    if (this.filters.text.trim().length >= 2) this.timer = window.setTimeout(() => void this.searchEverything(), SEARCH_PAUSE);
  }

  private async searchEverything(): Promise<void> {
    const text = this.filters.text.trim();
    this.searching = true;
    try {
      const answer = await api<{ reports: Report[] }>(`/api/v1/reports?open=false&order=newest&limit=30&q=${encodeURIComponent(text)}`);
      if (text !== this.filters.text.trim()) return;
      this.desk.takeAll(answer.reports);
      this.found = answer.reports.map((report) => report.code);
      if (this.found.length > 0 && this.rows.length === 0 && this.tabs.includes("all")) this.pick("all");
    } catch {
      this.found = [];
    } finally {
      this.searching = false;
    }
  }

  private pick(tab: Tab): void {
    this.dispatchEvent(new CustomEvent("tab", { detail: tab }));
  }

  private onTabKey(event: KeyboardEvent): void {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const next = this.tabs[(this.tabs.indexOf(this.tab) + step + this.tabs.length) % this.tabs.length] ?? this.tab;
    this.pick(next);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`[data-tab=${next}]`)?.focus());
  }

  protected override updated(): void {
    const more = this.beyond.map((report) => report.code).join(" ");
    if (this.rows !== this.told || more !== this.toldBeyond) {
      this.told = this.rows;
      this.toldBeyond = more;
      this.dispatchEvent(new CustomEvent("list", { detail: [...this.rows, ...this.beyond].map((report) => report.code) }));
    }
    this.keepPlace();
    if (this.desk.chosen !== this.shown) {
      this.shown = this.desk.chosen;
      const at = this.rows.findIndex((report) => report.code === this.shown);
      if (at >= 0) this.sight.show(at);
      // Whoever is among the rows goes along.
      if (this.focused !== null && this.shown !== null && this.focused !== this.shown) void this.goAlong(this.shown);
    }
  }

  private async goAlong(code: string): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`.row[data-code="${code}"]`)?.focus({ preventScroll: true });
  }

  /** However many rows there are, Tab stops once among them: at the chosen one, else where the focus was, else at the first. */
  private rover(shown: readonly Report[]): string | null {
    const known = (code: string | null): boolean => shown.some((report) => report.code === code);
    return known(this.desk.chosen) ? this.desk.chosen : known(this.focused) ? this.focused : (shown[0]?.code ?? null);
  }

  /** What was being read stays where it is when rows come or go above it. */
  private keepPlace(): void {
    const { anchored } = this;
    this.anchored = null;
    if (anchored === null) return;
    const at = this.rows.findIndex((report) => report.code === anchored.code);
    if (at >= 0) this.sight.settle(at, anchored.cut);
  }

  private tabList(): TemplateResult {
    const counts = this.index.counts(this.tabs, this.desk.me.username, this.now);
    const number = new Intl.NumberFormat(locale());
    return html`<div class="tabs" role="tablist" aria-label=${t("queue.label")} @keydown=${this.onTabKey}>${this.tabs.map((tab) => {
      const count = ASIDE_TABS.has(tab) ? { n: tab === this.tab ? this.rows.length : this.aside(tab).length, late: false } : counts.get(tab);
      return html`<button role="tab" id="tab-${tab}" data-tab=${tab} aria-controls="rows" aria-selected=${tab === this.tab} tabindex=${tab === this.tab ? 0 : -1} @click=${() => this.pick(tab)}>
        <span class="count"><span class="number">${number.format(count?.n ?? 0)}${this.desk.rest.cut ? "+" : ""}</span>${count?.late === true ? html`<span class="visually-hidden">, ${t("queue.some_late")}</span>${icon("alarm")}` : nothing}</span><span>${t(`tab.${tab}`)}</span></button>`;
    })}</div>`;
  }

  private tools(): TemplateResult {
    return html`<div class="tools">
      <label class="search"><span class="visually-hidden">${t("queue.search")}</span>${icon("search")}
        <input type="search" .value=${this.filters.text} placeholder=${t("queue.search.hint")} @input=${(event: Event) => this.set({ text: (event.target as HTMLInputElement).value })} @keydown=${(event: KeyboardEvent) => {
          if (event.key === "Escape") { this.set({ text: "" }); this.box.blur(); }
        }}><kbd>/</kbd></label>
      <button class="square" data-filters aria-label=${t("queue.filters")} title=${t("queue.filters")} aria-expanded=${this.filtering} aria-pressed=${narrowing(this.filters) > 0} @click=${() => { this.filtering = !this.filtering; }}>${icon("filter")}</button>
      <slot name="tools"></slot>
      ${this.filtering ? filterForm(this.desk, this.filters, [...this.desk.reports.values()], (part) => this.set(part), this.tabs === CENTER_TABS) : nothing}
      ${this.desk.rest.loading ? html`<p class="faint small more" role="status">${t("queue.more", { n: new Intl.NumberFormat(locale()).format(this.desk.reports.size) })}</p>` : nothing}
      ${this.desk.rest.cut ? html`<p class="note warn small more">${t("queue.cut", { n: new Intl.NumberFormat(locale()).format(this.desk.reports.size) })}</p>` : nothing}
    </div>`;
  }

  private empty(): TemplateResult | typeof nothing {
    if (!this.desk.loaded) return html`<p class="empty">${t("queue.loading")}</p>`;
    if (this.rows.length > 0 || this.beyond.length > 0) return nothing;
    const { category } = this.filters;
    if (this.desk.catalogues.lacks(category)) {
      return html`<div class="empty">${icon("search")}<p>${t("queue.empty.gone", { code: category })}</p>
        <button data-gone @click=${() => this.set({ category: "" })}>${t("filter.clear.one")}</button></div>`;
    }
    const filtered = this.filters.text.trim() !== "" || narrowing(this.filters) > 0;
    return html`<div class="empty">${icon(filtered ? "search" : "check")}<p>${filtered ? t("queue.empty.filtered") : t(`queue.empty.${this.tab}`)}</p>
      ${filtered ? html`<button @click=${() => this.set(NO_FILTERS)}>${t("filter.clear")}</button>` : nothing}</div>`;
  }

  private tick(report: Report): TemplateResult | typeof nothing {
    if (this.picked === null) return nothing;
    return html`<label class="pick"><input type="checkbox" tabindex=${this.roving === report.code ? 0 : -1} .checked=${this.picked.has(report.code)} @click=${(event: MouseEvent) =>
      this.dispatchEvent(new CustomEvent("pick", { detail: { code: report.code, range: event.shiftKey } }))}><span class="visually-hidden">${t("bulk.pick", { code: report.code })}</span></label>`;
  }

  override render(): TemplateResult {
    const { rows, beyond, sight } = this;
    const held = this.focused === null ? -1 : rows.findIndex((report) => report.code === this.focused);
    const places = sight.inSight(rows.length, held < 0 ? null : held);
    const shown = places.flatMap((at) => { const report = rows[at]; return report === undefined ? [] : [{ at, report }]; });
    this.roving = this.rover([...shown.map((one) => one.report), ...beyond]);
    const context: RowContext = {
      desk: this.desk, rover: this.roving, now: this.now, seen: this.seen, plain: this.tab === "waiting", byPriority: this.filters.order === "priority",
      choose: (code) => this.dispatchEvent(new CustomEvent("choose", { detail: code, bubbles: true, composed: true })),
    };
    return html`${this.tabList()}${this.tools()}
      <div class="rows ${this.picked !== null && this.picked.size > 0 ? "picking" : ""}" id="rows" role="tabpanel" aria-busy=${!this.desk.loaded} aria-labelledby="tab-${this.tab}" tabindex="-1"
        @focusin=${(event: FocusEvent) => { this.focused = (event.target as HTMLElement).closest<HTMLElement>("[data-code]")?.dataset["code"] ?? null; }} @focusout=${() => { this.focused = null; }}>
        <ul class="all" role="list" ${styled({ "--rows": String(rows.length) })}>${repeat(shown, (one) => one.report.code, ({ at, report }) => html`<li role="listitem" aria-setsize=${rows.length} aria-posinset=${at + 1}
          class=${this.picked?.has(report.code) === true ? "picked" : ""} ${styled({ "--at": String(at) })}>${this.tick(report)}${rowView(context, report)}</li>`)}</ul>
        ${beyond.length > 0 ? html`<h2 class="beyond">${t("queue.beyond")}</h2><ul>${repeat(beyond, (report) => report.code, (report) => html`<li class="after">${rowView(context, report)}</li>`)}</ul>` : nothing}
        ${this.searching ? html`<p class="empty small">${t("queue.searching")}</p>` : this.empty()}
      </div>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-queue": QueuePane } }
