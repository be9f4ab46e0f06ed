import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { HtElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { serverNow } from "../../shared/server-time";
import { toInput } from "../../shared/times";
import { DAYS, hours, month, monthAfter, type CalendarDay, type Definition } from "./month";

/** A month of a calendar as it will be counted: worked, off, a holiday, a swapped day; each with its word. */
@customElement("ht-month")
export class MonthView extends HtElement {
  @property({ attribute: false }) definition: Definition = { week: {} };
  @state() private shown = toInput(new Date(serverNow()).toISOString()).slice(0, 7);

  static override styles = [controls, css`
    :host { display: grid; gap: var(--s-2); align-content: start; max-width: 44rem; }
    .head { display: flex; align-items: center; gap: var(--s-2); }
    .head h4 { flex: 1; font-size: var(--t-l); font-variant-numeric: tabular-nums; }
    table { border-collapse: separate; border-spacing: 2px; table-layout: fixed; width: 100%; font-variant-numeric: tabular-nums; }
    th { font-size: var(--t-s); font-weight: 500; color: var(--ink-2); }
    td { height: 3.6rem; padding: var(--s-1); vertical-align: top; border: 1px solid var(--line); border-radius: var(--r-s); background: var(--surface); overflow: hidden; }
    td.none { border: 0; background: none; }
    td.off { background: var(--sunken); color: var(--ink-2); }
    td.holiday { background: var(--late-soft); color: var(--late); border-color: var(--late); }
    td.swapped { background: var(--done-soft); color: var(--done); border-color: var(--done); }
    td b { display: flex; justify-content: space-between; gap: 0.2em; font-weight: 600; }
    td small { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; font-size: var(--t-xs); line-height: 1.2; }
    @media (max-width: 700px) { td small { display: none; } td { height: 2.75rem; } }
  `];

  private cell(day: CalendarDay | null): TemplateResult {
    if (day === null) return html`<td class="none"></td>`;
    const kind = day.special === null ? (day.work.length === 0 ? "off" : "work") : day.work.length === 0 ? "holiday" : "swapped";
    const words = day.special?.name ?? (kind === "off" ? t("admin.week.off") : t("admin.month.hours", { n: hours(day.work) }));
    const sign = kind === "holiday" ? icon("minus") : kind === "swapped" ? icon("check") : nothing;
    return html`<td class=${kind} title="${words} ${day.work.map(([from, to]) => `${from}–${to}`).join(", ")}"><b><span>${day.number}</span>${sign}</b><small>${words}</small></td>`;
  }

  override render(): TemplateResult {
    const days = month(this.definition, this.shown);
    const cells: (CalendarDay | null)[] = [...Array.from({ length: days[0]?.weekday ?? 0 }, () => null), ...days];
    while (cells.length % 7 !== 0) cells.push(null);
    const weeks = Array.from({ length: cells.length / 7 }, (_, at) => cells.slice(at * 7, at * 7 + 7));
    const [year, number] = this.shown.split("-");
    return html`<div class="head"><h4>${t("admin.month", { month: Number(number), year: year ?? "" })}</h4>
        <button type="button" class="square" aria-label=${t("admin.month.before")} @click=${() => { this.shown = monthAfter(this.shown, -1); }}>${icon("left")}</button>
        <button type="button" class="square" aria-label=${t("admin.month.after")} @click=${() => { this.shown = monthAfter(this.shown, 1); }}>${icon("right")}</button></div>
      <table><thead><tr>${DAYS.map((day) => html`<th scope="col">${t(`admin.day.short.${day}`)}</th>`)}</tr></thead>
        <tbody>${weeks.map((week) => html`<tr>${week.map((day) => this.cell(day))}</tr>`)}</tbody></table>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-month": MonthView } }
