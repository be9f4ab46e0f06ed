import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import type { Alarm } from "../shared/alarms";
import { controls } from "../shared/controls";
import { moment } from "../shared/due";
import { icon } from "../shared/icons";
import { currentLanguage, t } from "../shared/preferences";
import { dialogStyles } from "./dialog-styles";
import { StaffElement } from "./staff-element";
import { categoryName, stateChip } from "./tell";

/** The reports behind one alarm: a storm, or what an agency has not taken up. Each can be opened. */
@customElement("ht-storm")
export class StormList extends StaffElement {
  @state() private of: number | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [controls, dialogStyles, css`
    li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: var(--s-1) var(--s-3); padding: var(--s-2) 0; border-bottom: 1px solid var(--line); }
    li .about { grid-column: 1 / -1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  `];

  show(alarm: Alarm): void {
    this.of = alarm.id;
    for (const code of alarm.reports) if (this.desk.report(code) === undefined) void this.desk.refresh(code).catch(() => undefined);
    this.dialog.showModal();
  }

  private pick(code: string): void {
    this.dialog.close();
    this.dispatchEvent(new CustomEvent("choose", { detail: code }));
  }

  private row(code: string): TemplateResult {
    const report = this.desk.report(code);
    return html`<li><button type="button" class="link code" @click=${() => this.pick(code)}>${code}</button>
      ${report === undefined ? nothing : html`${stateChip(report)}<span class="about quiet">${categoryName(this.desk, report)} · ${moment(report.received_at)} · ${report.description}</span>`}</li>`;
  }

  override render(): TemplateResult {
    const alarm = this.desk.alarms.find((one) => one.id === this.of);
    return html`<dialog aria-labelledby="title" @close=${() => { this.of = null; }}>${alarm === undefined ? nothing : html`
      <form method="dialog">
      <div class="head">${icon("alarm")}<h2 id="title">${currentLanguage() === "en" ? alarm.text_en : alarm.text_vi}</h2>
        <button class="bare square" aria-label=${t("action.close_view")}>${icon("cross")}</button></div>
      <div class="fields"><ul>${alarm.reports.map((code) => this.row(code))}</ul></div></form>`}</dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-storm": StormList } }
