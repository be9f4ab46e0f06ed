import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import type { Alarm } from "../shared/alarms";
import { controls } from "../shared/controls";
import { moment } from "../shared/due";
import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { currentLanguage, t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { dialogStyles } from "./dialog-styles";
import { leave } from "./keyboard";
import { StaffElement } from "./staff-element";
import { categoryName, faultText, stateChip } from "./tell";

/** The states out of which a report can be merged into another. */
const MERGEABLE: ReadonlySet<string> = new Set(["received", "verified"]);

/** The reports behind one alarm: a storm, or what an agency has not taken up. Each can be opened; of a storm the
 *  chosen ones can be merged into its oldest, one command per report, so that each is checked and can be undone. */
@customElement("ht-storm")
export class StormList extends StaffElement {
  @state() private of: number | null = null;
  @state() private chosen: ReadonlySet<string> = new Set();
  @state() private busy = false;
  @state() private told: ReadonlyMap<string, string> = new Map();
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [controls, dialogStyles, css`
    li { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; align-items: center; gap: var(--s-1) var(--s-3); padding: var(--s-2) 0; border-bottom: 1px solid var(--line); }
    li button { justify-self: start; }
    li .about { grid-column: 2 / -1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    li .bad { grid-column: 2 / -1; color: var(--late); }
    .lead { color: var(--accent); font-weight: 600; font-size: var(--t-s); }
  `];

  show(alarm: Alarm): void {
    this.of = alarm.id;
    this.told = new Map();
    this.chosen = new Set(alarm.kind === "storm" ? alarm.reports : []);
    for (const code of alarm.reports) if (this.desk.report(code) === undefined) void this.desk.refresh(code).catch(() => undefined);
    this.dialog.showModal();
  }

  private pick(code: string): void {
    leave(this.dialog);
    this.dispatchEvent(new CustomEvent("choose", { detail: code }));
  }

  /** The oldest that can still be decided on: the others go into it. */
  private lead(alarm: Alarm): Report | undefined {
    if (alarm.kind !== "storm" || !["operator", "supervisor"].includes(this.desk.me.role)) return undefined;
    return alarm.reports.map((code) => this.desk.report(code)).filter((report): report is Report => report !== undefined && MERGEABLE.has(report.state))
      .sort((one, other) => one.received_at.localeCompare(other.received_at) || one.code.localeCompare(other.code))[0];
  }

  private others(alarm: Alarm, lead: Report): Report[] {
    return alarm.reports.filter((code) => code !== lead.code && this.chosen.has(code))
      .map((code) => this.desk.report(code)).filter((report): report is Report => report !== undefined && MERGEABLE.has(report.state));
  }

  private async merge(lead: Report, others: Report[]): Promise<void> {
    this.busy = true;
    for (const report of others) {
      try {
        await this.desk.perform("merge", report, { into: lead.code });
      } catch (error) {
        this.told = new Map([...this.told, [report.code, faultText(asRefused(error))]]);
      }
    }
    this.busy = false;
  }

  private toggle(code: string): void {
    const next = new Set(this.chosen);
    if (!next.delete(code)) next.add(code);
    this.chosen = next;
  }

  private row(code: string, lead: Report | undefined): TemplateResult {
    const report = this.desk.report(code);
    const choice = lead !== undefined && report !== undefined && code !== lead.code && MERGEABLE.has(report.state);
    return html`<li>${choice ? html`<input type="checkbox" .checked=${this.chosen.has(code)} ?disabled=${this.busy} aria-label=${t("storm.choose", { code })} @change=${() => this.toggle(code)}>` : html`<span></span>`}
      <button type="button" class="link code" @click=${() => this.pick(code)}>${code}</button>
      ${report === undefined ? nothing : html`<span>${code === lead?.code ? html`<span class="lead">${t("storm.lead")}</span> ` : nothing}${stateChip(report)}</span>
        <span class="about quiet">${categoryName(this.desk, report)} · ${moment(report.received_at)} · ${report.description}</span>`}
      ${this.told.has(code) ? html`<span class="bad" role="alert">${this.told.get(code)}</span>` : nothing}</li>`;
  }

  private foot(alarm: Alarm, lead: Report | undefined): TemplateResult | typeof nothing {
    if (lead === undefined) return nothing;
    const others = this.others(alarm, lead);
    return html`<div class="foot"><span class="quiet">${t("storm.hint", { code: lead.code })}</span>
      <button type="button" class="first" ?disabled=${this.busy || others.length === 0} @click=${() => void this.merge(lead, others)}>${this.busy ? t("pending") : t("storm.merge", { n: others.length })}</button></div>`;
  }

  override render(): TemplateResult {
    const alarm = this.desk.alarms.find((one) => one.id === this.of);
    const lead = alarm === undefined ? undefined : this.lead(alarm);
    return html`<dialog aria-labelledby="title" @close=${() => { this.of = null; }}>${alarm === undefined ? nothing : html`<form method="dialog">
      <div class="head">${icon("alarm")}<h2 id="title">${currentLanguage() === "en" ? alarm.text_en : alarm.text_vi}</h2>
        <button class="bare square" aria-label=${t("action.close_view")}>${icon("cross")}</button></div>
      <div class="fields"><ul>${alarm.reports.map((code) => this.row(code, lead))}</ul></div>
      ${this.foot(alarm, lead)}</form>`}</dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-storm": StormList } }
