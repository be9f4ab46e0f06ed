import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";

import { HtElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { styled } from "../styled";
import type { Load } from "./model";
import { wallText } from "./wall-styles";
import { nameOf, number } from "./wording";

/** Agencies or categories by their open cases: a bar with its overdue part, and the numbers. */
@customElement("ht-wall-loads")
export class WallLoads extends HtElement {
  @property({ attribute: false }) loads: readonly Load[] = [];
  @property() empty = "";
  @property({ type: Number }) most = 7;
  /** Where there is room for them, more than `most` stand in two columns. */
  @property({ type: Boolean }) roomy = false;

  static override styles = [wallText, css`
    :host { display: grid; grid-template-rows: 1fr auto; gap: calc(0.8 * var(--u)); min-height: 0; height: 100%; }
    ol { display: grid; grid-template-columns: minmax(0, 1fr) minmax(calc(9 * var(--u)), max-content) minmax(calc(9 * var(--u)), max-content); column-gap: calc(1.5 * var(--u)); grid-auto-rows: minmax(0, 1fr); min-height: 0; }
    li { display: grid; grid-column: 1 / -1; grid-template-columns: subgrid; align-items: center; align-content: center; row-gap: calc(0.5 * var(--u)); border-top: calc(0.1 * var(--u)) solid var(--line); }
    li:first-child, .two li:nth-child(7n + 1) { border-top: 0; }
    .two { grid-auto-flow: column; grid-template-columns: repeat(2, minmax(0, 1fr)); grid-template-rows: repeat(7, minmax(0, 1fr)); grid-auto-columns: minmax(0, 1fr); column-gap: calc(5 * var(--u)); }
    .two li { grid-column: auto; grid-template-columns: minmax(0, 1fr) minmax(calc(8 * var(--u)), max-content) calc(9 * var(--u)); column-gap: calc(1 * var(--u)); }
    .name { font-size: calc(3.1 * var(--u)); }
    .count { font-size: calc(4.4 * var(--u)); font-weight: 650; text-align: end; line-height: 1; }
    .late { font-size: calc(3.4 * var(--u)); color: var(--late); text-align: end; white-space: nowrap; }
    .bar { grid-column: 1 / -1; height: calc(0.9 * var(--u)); border-radius: calc(0.45 * var(--u)); background: var(--sunken); display: flex; overflow: hidden; }
    .bar span { background: var(--progress); width: var(--w); }
    .bar .over { background: repeating-linear-gradient(135deg, var(--late) 0 calc(0.5 * var(--u)), var(--late-soft) calc(0.5 * var(--u)) calc(0.9 * var(--u))); width: var(--w); }
    .heads { display: flex; justify-content: space-between; gap: calc(2 * var(--u)); color: var(--ink-2); }
    .empty { place-self: center; color: var(--ink-2); font-size: calc(3.2 * var(--u)); }
  `];

  private row(one: Load, top: number): TemplateResult {
    const part = (value: number): Record<string, string> => ({ "--w": `${(100 * value) / Math.max(1, top)}%` });
    return html`<li><span class="name line">${nameOf(one, one.code)}</span><span class="count">${number(one.open)}</span>
      <span class="late">${one.overdue === 0 ? nothing : html`${icon("alarm")} ${number(one.overdue)}`}</span>
      <div class="bar"><span ${styled(part(one.open - one.overdue))}></span><span class="over" ${styled(part(one.overdue))}></span></div></li>`;
  }

  override render(): TemplateResult {
    const busy = this.loads.filter((one) => one.open > 0);
    if (busy.length === 0) return html`<p class="empty">${this.empty}</p>`;
    const two = this.roomy && busy.length > this.most;
    const shown = two ? 2 * this.most : this.most;
    const rest = busy.length - shown;
    return html`<ol class=${two ? "two" : ""}>${busy.slice(0, shown).map((one) => this.row(one, busy[0]?.open ?? 1))}</ol>
      <p class="heads"><span>${rest > 0 ? t("wall.more", { n: rest }) : nothing}</span><span>${icon("alarm")} ${t("wall.col.overdue")}</span></p>`;
  }
}

/** Which of an ordered list have anything open. */
export const busyOf = (loads: readonly Load[]): number => loads.filter((one) => one.open > 0).length;

declare global { interface HTMLElementTagNameMap { "ht-wall-loads": WallLoads } }
