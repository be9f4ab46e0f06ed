import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import { currentLanguage, t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { dialogStyles } from "./dialog-styles";
import { keepKeys } from "./keyboard";
import { StaffElement } from "./staff-element";
import { faultText } from "./tell";

interface Line { kind: string; text: { vi: string; en: string } }
interface Explained { code: string; due_at: string; lines: Line[] }

/** Lines that are steps of the count stand in below what they count for. */
const COUNTS = new Set(["from", "arrives", "closed", "first_day", "day", "hours", "off", "minutes", "calendar_days", "ends", "long", "differs"]);
const RESULTS = new Set(["result", "result_paused"]);

/** How the due time came about, line by line: a button beside it, and the calculation as the server tells it. */
@customElement("ht-due-explained")
export class DueExplained extends StaffElement {
  @property() code = "";
  @state() private told: Explained | null = null;
  @state() private fault: string | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [controls, dialogStyles, css`
    :host { display: inline-flex; }
    .open { min-height: 1.75rem; padding: 0 var(--s-1); }
    ol { display: grid; gap: var(--s-1); font-variant-numeric: tabular-nums; }
    li { overflow-wrap: anywhere; }
    li.counted { padding-inline-start: var(--s-4); border-inline-start: 2px solid var(--line); color: var(--ink-2); }
    li.rests { font-style: italic; }
    li.sum { margin-top: var(--s-2); padding-top: var(--s-2); border-top: 1px solid var(--line-strong); font-weight: 650; }
    @media (max-width: 700px) { .open { min-height: 44px; min-width: 44px; } }
  `];

  get isOpen(): boolean {
    return this.dialog.open;
  }

  async show(): Promise<void> {
    this.told = null;
    if (!this.dialog.open) this.dialog.showModal();
    await this.load();
  }

  private async load(): Promise<void> {
    const { code } = this;
    try {
      const told = await api<Explained>(`/api/v1/reports/${encodeURIComponent(code)}/due`);
      if (code !== this.code) return;
      this.told = told;
      this.fault = null;
    } catch (error) {
      this.fault = faultText(asRefused(error));
    }
  }

  private line({ kind, text }: Line): TemplateResult {
    const part = RESULTS.has(kind) ? "sum" : COUNTS.has(kind) ? "counted" : "";
    return html`<li class="${part} ${kind === "off" ? "rests" : ""}">${currentLanguage() === "en" ? text.en : text.vi}</li>`;
  }

  override render(): TemplateResult {
    return html`<button class="bare open" aria-label=${t("due.explain")} title="${t("due.explain")} (=)" @click=${() => void this.show()}>${icon("calendar")}</button>
      <dialog class="merge" aria-labelledby="title" @keydown=${keepKeys}><form method="dialog">
        <div class="head"><h2 id="title">${icon("calendar")}${t("due.explained")}</h2><span class="quiet code">${this.code}</span><button class="bare square" aria-label=${t("action.close_view")}>${icon("cross")}</button></div>
        <div class="fields">${this.fault === null ? nothing : html`<p class="note warn" role="alert">${this.fault} <button type="button" class="link" @click=${() => void this.load()}>${t("action.again")}</button></p>`}
          ${this.told === null ? (this.fault === null ? html`<p class="quiet">${t("queue.loading")}</p>` : nothing) : html`<ol>${this.told.lines.map((line) => this.line(line))}</ol><p class="faint">${t("due.explained.rule")}</p>`}</div>
        <div class="foot"><button class="first" autofocus>${t("action.close_view")}</button></div></form></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-due-explained": DueExplained } }
