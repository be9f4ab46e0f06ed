import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import "../shared/due";
import { age } from "../shared/due";
import { categoryIcon, icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { named, t } from "../shared/preferences";
import { lateness } from "../shared/times";
import { everySecond } from "../shared/ticker";
import { holderOf } from "./allowed";
import { ageing, byDue, CENTER_TABS, inTab, listed, NO_FILTERS, passes, type Filters, type Tab } from "./queue";
import { queueStyles } from "./queue-styles";
import { StaffElement } from "./staff-element";
import { agencyName, categoryName, stateChip, urgentChip } from "./tell";

const SEARCH_PAUSE = 300;

/** The left pane: tabs, search, filters and the rows, the most pressing first. Fires `list` with what it shows. */
@customElement("ht-queue")
export class QueuePane extends StaffElement {
  @property() tab: Tab = "waiting";
  @property({ attribute: false }) tabs: readonly Tab[] = CENTER_TABS;
  @property({ attribute: false }) seen: ReadonlyMap<string, number> = new Map();
  @state() private filters: Filters = NO_FILTERS;
  @state() private filtering = false;
  @state() private found: string[] = [];
  @state() private searching = false;
  @state() private now = Date.now();
  @query("input[type=search]") private box!: HTMLInputElement;
  private stop: (() => void) | null = null;
  private timer = 0;
  private told = "";

  static override styles = [controls, queueStyles, css`:host { display: grid; grid-template: auto auto minmax(0, 1fr) / minmax(0, 1fr); min-height: 0; }`];

  override connectedCallback(): void {
    super.connectedCallback();
    // Ageing is drawn by the minute; the clocks in the rows tick by themselves.
    this.stop = everySecond((now) => { if (now - this.now >= 15_000) this.now = now; });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
  }

  focusSearch(): void {
    this.box.focus();
    this.box.select();
  }

  private get rows(): Report[] {
    const { reports } = this.desk.collection;
    const rows = listed(reports.values(), this.tab, this.filters, this.desk.me.username, Math.max(this.now, Date.now() - 1000));
    if (this.tab === "done") return [...this.desk.aside.values()].filter((report) => inTab("done", report, "", 0) && passes(this.filters, report, this.now)).sort((a, b) => byDue(b, a));
    if (this.tab !== "all") return rows;
    const beyond = this.found.map((code) => this.desk.aside.get(code)).filter((report) => report !== undefined && !reports.has(report.code));
    return [...rows, ...(beyond as Report[])];
  }

  private onText(event: Event): void {
    this.set({ text: (event.target as HTMLInputElement).value });
  }

  private set(part: Partial<Filters>): void {
    this.filters = { ...this.filters, ...part };
    window.clearTimeout(this.timer);
    this.found = [];
    if (this.filters.text.trim().length >= 2) this.timer = window.setTimeout(() => void this.searchEverything(), SEARCH_PAUSE);
    else this.searching = false;
  }

  /** The live collection holds what is open; finished reports are asked from the server. */
  private async searchEverything(): Promise<void> {
    const text = this.filters.text.trim();
    this.searching = true;
    try {
      const answer = await api<{ reports: Report[] }>(`/api/v1/reports?open=false&order=newest&limit=30&q=${encodeURIComponent(text)}`);
      if (text !== this.filters.text.trim()) return;
      for (const report of answer.reports) this.desk.take(report);
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
    const codes = this.rows.map((report) => report.code);
    const text = codes.join(" ");
    if (text !== this.told) {
      this.told = text;
      this.dispatchEvent(new CustomEvent("list", { detail: codes }));
    }
    this.renderRoot.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  }

  private tabList(): TemplateResult {
    const reports = [...this.desk.collection.reports.values()];
    return html`<div class="tabs" role="tablist" aria-label=${t("queue.label")} @keydown=${this.onTabKey}>${this.tabs.map((tab) => {
      const inside = reports.filter((report) => inTab(tab, report, this.desk.me.username, this.now));
      const late = inside.some((report) => lateness(report.due_at, this.now) === "late");
      return html`<button role="tab" id="tab-${tab}" data-tab=${tab} aria-controls="rows" aria-selected=${tab === this.tab} tabindex=${tab === this.tab ? 0 : -1} @click=${() => this.pick(tab)}>
        <span class="number count">${inside.length}${late ? html`<span class="visually-hidden">, ${t("queue.some_late")}</span>${icon("alarm")}` : nothing}</span><span>${t(`tab.${tab}`)}</span></button>`;
    })}</div>`;
  }

  private tools(): TemplateResult {
    const active = [this.filters.category, this.filters.area, this.filters.agency].filter((one) => one !== "").length
      + Number(this.filters.urgent) + Number(this.filters.late);
    return html`<div class="tools">
      <label class="search"><span class="visually-hidden">${t("queue.search")}</span>${icon("search")}
        <input type="search" .value=${this.filters.text} placeholder=${t("queue.search.hint")} @input=${this.onText} @keydown=${(event: KeyboardEvent) => {
          if (event.key === "Escape") { this.set({ text: "" }); this.box.blur(); }
        }}><kbd>/</kbd></label>
      <button class="square" aria-label=${t("queue.filters")} title=${t("queue.filters")} aria-expanded=${this.filtering} aria-pressed=${active > 0} @click=${() => { this.filtering = !this.filtering; }}>${icon("filter")}</button>
      ${this.filtering ? this.filterForm() : nothing}
    </div>`;
  }

  private filterForm(): TemplateResult {
    const reports = [...this.desk.collection.reports.values()];
    const choices = (values: [string, string][]): [string, string][] =>
      [...new Map(values.filter(([code]) => code !== ""))].sort((a, b) => a[1].localeCompare(b[1], "vi"));
    const pick = (label: string, key: "category" | "area" | "agency", options: [string, string][]): TemplateResult => html`<label>${label}
      <select @change=${(event: Event) => this.set({ [key]: (event.target as HTMLSelectElement).value })}>
        <option value="">${t("filter.any")}</option>${options.map(([code, name]) => html`<option value=${code} ?selected=${this.filters[key] === code}>${name}</option>`)}
      </select></label>`;
    const tick = (label: string, key: "urgent" | "late"): TemplateResult => html`<label class="tick">
      <input type="checkbox" .checked=${this.filters[key]} @change=${(event: Event) => this.set({ [key]: (event.target as HTMLInputElement).checked })}>${label}</label>`;
    return html`<div class="filters">
      ${pick(t("filter.category"), "category", choices(this.desk.catalogues.leaves().map((one) => [one.code, named(one)])))}
      ${pick(t("filter.area"), "area", choices(reports.map((report) => [report.area?.code ?? "", report.area?.name ?? ""])))}
      ${pick(t("filter.agency"), "agency", choices(reports.map((report) => [report.lead ?? "", agencyName(this.desk, report.lead, report.lead_name)])))}
      <div class="ticks">${tick(t("filter.urgent"), "urgent")}${tick(t("filter.late"), "late")}
        <button class="link" @click=${() => { this.set({ ...NO_FILTERS, text: this.filters.text }); }}>${t("filter.clear")}</button></div>
    </div>`;
  }

  private row(report: Report): TemplateResult {
    const desk = this.desk;
    const holder = holderOf(report, this.now);
    const others = desk.looking(report.code);
    const share = ageing(report, this.now);
    const tint = share === null ? "" : share >= 1 ? "late" : share >= 0.75 ? "soon" : share >= 0.5 ? "half" : "";
    const photo = report.media.find((one) => one.role === "report" && one.small);
    const fresh = (this.seen.get(report.code) ?? 0) === 0 && report.state === "received";
    const pending = desk.pending.get(report.code);
    const current = desk.chosen === report.code;
    return html`<button class="row ${tint}" aria-current=${current} @click=${() => this.dispatchEvent(new CustomEvent("choose", { detail: report.code, bubbles: true, composed: true }))}>
      <span class="thumb">${photo?.small ? html`<img src=${photo.small} alt="" loading="lazy" decoding="async">` : categoryIcon(report.category, desk.category(report.category)?.icon)}</span>
      <span class="body">
        <span class="line"><strong>${fresh ? html`<span class="dot"></span><span class="visually-hidden">${t("queue.new")}: </span>` : nothing}${categoryName(desk, report)}</strong>
          ${report.due_at !== null && !["published", "closed", "rejected", "merged", "withdrawn"].includes(report.state)
            ? html`<ht-due compact .due=${report.due_at} .basis=${report.due_basis}></ht-due>` : html`<span class="faint">${age(this.now - Date.parse(report.received_at))}</span>`}</span>
        <span class="line"><span class="text">${report.description ?? ""}</span></span>
        <span class="line small"><span class="text faint">${report.area?.name ?? t("area.none")} · <span class="code">${report.code}</span></span>
          <span class="marks">${urgentChip(report)}${(report.reporter_count ?? 1) > 1 ? html`<span class="chip" title=${t("case.reporters", { n: report.reporter_count ?? 1 })}>${icon("users")}<span class="number">${report.reporter_count}</span></span>` : nothing}
          ${others.length > 0 ? html`<span class="chip" title=${t("presence.looking", { names: others.map((one) => one.name).join(", ") })}>${icon("eye")}<span class="number">${others.length}</span></span>` : nothing}
          ${holder === null ? nothing : html`<span class="chip held" title=${t("claim.by", { name: holder.name })}>${icon("hand")}<span>${holder.username === desk.me.username ? t("claim.me") : holder.name}</span></span>`}
          ${pending === undefined ? (this.tab === "waiting" && report.state === "received" ? nothing : stateChip(report)) : html`<span class="chip">${t("pending")}</span>`}</span></span>
      </span>
    </button>`;
  }

  private rest(rows: Report[]): TemplateResult | typeof nothing {
    if (!this.desk.loaded) return html`<p class="empty">${t("queue.loading")}</p>`;
    if (rows.length > 0) return nothing;
    const filtered = JSON.stringify(this.filters) !== JSON.stringify(NO_FILTERS);
    return html`<div class="empty">${icon(filtered ? "search" : "check")}<p>${filtered ? t("queue.empty.filtered") : t(`queue.empty.${this.tab}`)}</p>
      ${filtered ? html`<button @click=${() => { this.filters = NO_FILTERS; }}>${t("filter.clear")}</button>` : nothing}</div>`;
  }

  override render(): TemplateResult {
    const rows = this.rows;
    const live = this.tab === "done" ? rows : rows.filter((report) => this.desk.collection.reports.has(report.code));
    const beyond = rows.filter((report) => !live.includes(report));
    return html`${this.tabList()}${this.tools()}
      <div class="rows" id="rows" role="tabpanel" aria-labelledby="tab-${this.tab}" tabindex="-1">
        <ul>${repeat(live, (report) => report.code, (report) => html`<li>${this.row(report)}</li>`)}</ul>
        ${beyond.length > 0 ? html`<h2 class="beyond">${t("queue.beyond")}</h2><ul>${repeat(beyond, (report) => report.code, (report) => html`<li>${this.row(report)}</li>`)}</ul>` : nothing}
        ${this.searching ? html`<p class="empty small">${t("queue.searching")}</p>` : this.rest(rows)}
      </div>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-queue": QueuePane } }
