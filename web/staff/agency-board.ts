import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { HtElement } from "../shared/element";
import { icon, type IconName } from "../shared/icons";
import { locale, t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import type { Key } from "../shared/words/vi";
import { faultText } from "./tell";
import type { Figures } from "./figures/model";

/** The own agency in five figures, of the reports received this month; each opens the whole page of figures. */
@customElement("ht-agency-board")
export class AgencyBoard extends HtElement {
  @state() private figures: Figures | null = null;
  @state() private fault: string | null = null;

  static override styles = [controls, css`
    ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: var(--s-2); }
    li { display: grid; gap: var(--s-1); padding: var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--surface); }
    strong { font-size: var(--t-xl); font-variant-numeric: tabular-nums; line-height: 1.1; }
    .late { color: var(--late); } span { color: var(--ink-2); font-size: var(--t-s); display: flex; gap: var(--s-1); align-items: center; }
    p { margin-top: var(--s-3); }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    void api<Figures>("/api/v1/figures?period=month").then((found) => { this.figures = found; }, (error: unknown) => { this.fault = faultText(asRefused(error)); });
  }

  private figure(mark: IconName, word: Key, value: string, tone = ""): TemplateResult {
    return html`<li><strong class=${tone}>${value}</strong><span>${icon(mark)}${t(word)}</span></li>`;
  }

  override render(): TemplateResult {
    if (this.fault !== null) return html`<p class="note bad" role="alert">${this.fault}</p>`;
    if (this.figures === null) return html`<p class="quiet" role="status">${t("queue.loading")}</p>`;
    const { total } = this.figures;
    const share = (part: number | null): string => (part === null ? "—" : new Intl.NumberFormat(locale(), { style: "percent" }).format(part));
    return html`<ul>${this.figure("list", "board.open", String(total.open))}${this.figure("alarm", "board.overdue", String(total.overdue), total.overdue > 0 ? "late" : "")}
      ${this.figure("check", "board.on_time", share(total.on_time_share))}${this.figure("back", "board.returned", String(total.returned))}
      ${this.figure("star", "board.satisfied", share(total.satisfied_share))}</ul>
      ${total.judged === 0 ? html`<p class="quiet">${t("board.none")}</p>` : nothing}<p><a class="button" href="/ioc/figures">${icon("chart")}${t("board.more")}</a></p>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-agency-board": AgencyBoard } }
