import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { FeatureCollection } from "geojson";

import { api } from "../../shared/api";
import { controls } from "../../shared/controls";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { fromInput } from "../../shared/times";
import { AdminElement } from "./admin-element";
import { csv } from "./csv";
import { faultWords } from "./fault-words";
import { typed } from "./form-part";
import { formStyles } from "./form-styles";
import "./geo-map";
import { namesIn, type Names } from "./names";
import { reasonWords } from "./reason-words";
import { flowOf, flows, type Moved, type Side, type TryOut } from "./try-out-flows";

const PAGE = 100;
const TRIES = 10;
const WAIT_MS = 2_000;

/** Another administrator may be trying something out: waits for them a while. */
async function patiently<T>(path: string, body: unknown): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await api<T>(path, { method: "POST", body });
    } catch (error) {
      if (asRefused(error).status !== 429 || tried === TRIES) throw error;
      await new Promise((done) => { window.setTimeout(done, WAIT_MS); });
    }
  }
}

/** The draft run over the reports of the last days: what would go elsewhere, from whom to whom, and why. */
@customElement("ht-try-out")
export class TryOutView extends AdminElement {
  @property({ type: Number }) days = 30;
  @state() private found: TryOut | null = null;
  @state() private busy = false;
  @state() private fault: string | null = null;
  @state() private open = "";
  @state() private flow = "";
  @state() private most = PAGE;
  @state() private asOf = "";
  private asked = "";
  private waiting = false;

  static override styles = [controls, formStyles, css`
    :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-4); align-content: start; }
    .figures { display: flex; flex-wrap: wrap; gap: var(--s-3); } .figure { display: grid; padding: var(--s-3) var(--s-4); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--surface); min-width: 10rem; }
    .figure b { font-size: var(--t-2xl); font-variant-numeric: tabular-nums; line-height: 1.2; } .figure.bad b { color: var(--late); }
    .lead { font-size: var(--t-l); font-weight: 600; }
    .two { display: grid; grid-template-columns: minmax(20rem, 5fr) minmax(0, 6fr); gap: var(--s-4); align-items: start; }
    ht-geo-map { height: min(32rem, 60vh); } .flows button { width: 100%; justify-content: space-between; white-space: normal; text-align: start; }
    .flows { display: grid; gap: var(--s-1); max-height: 32rem; overflow-y: auto; } .flows .words { display: inline-flex; gap: var(--s-2); align-items: center; flex-wrap: wrap; }
    .key { display: flex; gap: var(--s-4); font-size: var(--t-s); color: var(--ink-2); } .key i { display: inline-block; width: 0.8rem; height: 0.8rem; border-radius: 50%; background: var(--accent); vertical-align: -0.1em; } .key i.none { background: none; border: 3px solid var(--late); }
    td .first-line { font-weight: 500; } td.open-cell { width: 1%; } tr.reasons td { background: var(--sunken); } .sides { display: grid; grid-template-columns: 1fr 1fr; gap: var(--s-4); } .sides ol { list-style: decimal; padding-inline-start: 1.3em; color: var(--ink-2); }
    @media (max-width: 1000px) { .two, .sides { grid-template-columns: minmax(0, 1fr); } }
  `];

  protected override updated(): void {
    const { draft } = this.drafting;
    if (draft === null) return;
    const key = `${draft.id}/${this.days}/${this.asOf}`;
    if (key === this.asked) return;
    this.asked = key;
    void this.run();
  }

  /** One try at a time: what is asked meanwhile comes after. */
  private async run(): Promise<void> {
    this.waiting = true;
    if (this.busy) return;
    this.busy = true;
    this.fault = null;
    while (this.next()) await this.once();
    this.busy = false;
  }

  private next(): boolean {
    const { waiting } = this;
    this.waiting = false;
    return waiting;
  }

  private async once(): Promise<void> {
    const { draft } = this.drafting;
    if (draft === null) return;
    this.open = this.flow = "";
    this.most = PAGE;
    const body = { days: this.days, ...(this.asOf === "" ? {} : { as_of: fromInput(`${this.asOf}T00:00`) }) };
    try {
      this.found = await patiently<TryOut>(`/api/v1/admin/drafts/${draft.id}/try-out`, body);
      this.fault = null;
    } catch (error) {
      this.fault = faultWords(asRefused(error));
    }
  }

  private agency(names: Names, code: string | null): string {
    return code === null ? t("admin.try.nobody") : names.of("agencies", code);
  }

  private download(found: TryOut, names: Names): void {
    const head = ["code", "category", "area", "from", "to", "rule_was", "rule_now", "because"].map((name) => t(`admin.try.csv.${name}` as "admin.try.csv.code"));
    const body = found.moved.map((one) => [one.code, names.of("categories", one.category), one.area?.name ?? "", this.agency(names, one.was.lead), this.agency(names, one.now.lead),
      one.was.rule_name ?? "", one.now.rule_name ?? "", one.now.reasons.map((reason) => reasonWords(reason, names, this.drafting.me)).join(" ")]);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv(head, body)], { type: "text/csv" }));
    link.download = `${t("admin.try.file")}-${this.drafting.draft?.name ?? ""}.csv`;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  private ruleWords(side: Side): string {
    return side.rule === null ? t("admin.try.no_rule") : t("admin.try.by_rule", { rule: side.rule_name ?? side.rule });
  }

  private row(one: Moved, names: Names): TemplateResult {
    const opened = this.open === one.code;
    const toggle = (): void => { this.open = opened ? "" : one.code; };
    return html`<tr><td class="open-cell"><button class="bare square" aria-expanded=${opened} aria-label="${t("admin.try.why")}: ${one.code}" @click=${toggle}>${icon(opened ? "down" : "right")}</button></td>
        <td class="code">${one.code}</td><td>${names.of("categories", one.category)}</td><td>${one.area?.name ?? "—"}</td><td>${this.agency(names, one.was.lead)}</td>
        <td>${one.now.rule === null ? html`${icon("alarm")} ` : nothing}<span class="first-line">${this.agency(names, one.now.lead)}</span></td></tr>
      ${opened ? html`<tr class="reasons"><td></td><td colspan="5"><div class="sides">${([["admin.try.was", one.was], ["admin.try.now", one.now]] as const).map(([words, side]) => html`<div><strong>${t(words)}: ${this.agency(names, side.lead)}</strong>
        <p class="quiet">${this.ruleWords(side)}</p><ol>${side.reasons.map((reason) => html`<li>${reasonWords(reason, names, this.drafting.me)}</li>`)}</ol></div>`)}</div></td></tr>` : nothing}`;
  }

  private results(found: TryOut): TemplateResult {
    const names = namesIn(this.drafting.document, this.drafting.areas);
    const all = flows(found.moved);
    const moved = found.moves;
    const shown = this.flow === "" ? found.moved : found.moved.filter((one) => flowOf(one) === this.flow);
    const points: FeatureCollection = { type: "FeatureCollection", features: shown.map((one) => ({
      type: "Feature", properties: { id: one.code, tone: one.now.rule === null ? "unmatched" : "moved" }, geometry: { type: "Point", coordinates: [one.lon, one.lat] } })) };
    return html`<p class="lead" role="status">${moved === 0 ? t("admin.try.same", { n: found.reports }) : t("admin.try.lead", { moved, unmatched: found.to_no_rule })}</p>
      <div class="figures"><div class="figure"><span class="quiet">${t("admin.try.looked", { days: this.days })}</span><b>${found.reports}</b></div><div class="figure"><span class="quiet">${t("admin.try.moved")}</span><b>${moved}</b></div>
        <div class="figure ${found.to_no_rule > 0 ? "bad" : ""}"><span class="quiet">${t("admin.try.unmatched")}</span><b>${found.to_no_rule}</b></div>
        ${found.relocated > 0 ? html`<div class="figure"><span class="quiet">${t("admin.try.relocated")}</span><b>${found.relocated}</b></div>` : nothing}</div>
      ${found.hidden > 0 ? html`<p class="note info">${t("admin.try.hidden", { n: found.hidden })}</p>` : nothing}
      ${found.moved.length === 0 ? nothing : html`<div class="two"><div class="group"><h3>${t("admin.try.flows")}</h3><div class="flows">
          <button aria-pressed=${this.flow === ""} @click=${() => { this.flow = ""; }}><span>${t("admin.try.all")}</span><b>${found.moved.length}</b></button>
          ${all.map((one) => html`<button aria-pressed=${this.flow === one.key} @click=${() => { this.flow = one.key; this.most = PAGE; }}><span class="words">${this.agency(names, one.from)} ${icon("right")} ${this.agency(names, one.to)}</span><b>${one.count}</b></button>`)}</div></div>
        <div><ht-geo-map .shown=${points} .chosen=${this.open} label=${t("admin.try.map")} @choose=${(event: CustomEvent<string>) => { this.open = event.detail; this.most = Math.max(this.most, shown.findIndex((one) => one.code === event.detail) + 1); }}></ht-geo-map>
          <p class="key"><span><i></i> ${t("admin.try.key.moved")}</span><span><i class="none"></i> ${t("admin.try.key.unmatched")}</span></p></div></div>
      <div class="group"><div class="title"><h3>${t("admin.try.table")} <span class="faint number">${shown.length}</span></h3><span class="gap"></span><button @click=${() => this.download(found, names)}>${icon("download")}${t("admin.try.csv")}</button></div>
        <div class="table-wrap" tabindex="0" role="region" aria-label=${t("admin.try.table")}><table><thead><tr><th scope="col"><span class="visually-hidden">${t("admin.try.why")}</span></th>${(["code", "category", "area", "from", "to"] as const).map((name) => html`<th scope="col">${t(`admin.try.csv.${name}`)}</th>`)}</tr></thead>
          <tbody>${shown.slice(0, this.most).map((one) => this.row(one, names))}</tbody></table></div>
        ${shown.length > this.most ? html`<button @click=${() => { this.most += PAGE; }}>${t("admin.try.more", { n: shown.length - this.most })}</button>` : nothing}</div>`}`;
  }

  override render(): TemplateResult {
    if (this.drafting.draft === null) return html`<div class="title"><h2>${t("admin.section.try-out")}</h2></div><p class="blank">${t("admin.try.no_draft")}</p>`;
    return html`<div class="title"><h2>${t("admin.try.title", { days: this.days })}</h2><span class="gap"></span><label class="unit">${t("admin.try.as_of")}<input type="date" name="as-of" .value=${this.asOf} @change=${(event: Event) => { this.asOf = typed(event); }}></label><button ?disabled=${this.busy} @click=${() => void this.run()}>${icon("play")}${t("admin.try.again")}</button></div>
      <p class="hint">${t("admin.try.hint")}</p>
      ${this.busy ? html`<p role="status" class="quiet">${t("admin.try.busy")}</p>` : nothing}
      ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}
      ${this.found === null || this.busy ? nothing : this.results(this.found)}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-try-out": TryOutView } }
