import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { moment } from "../shared/due";
import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { t } from "../shared/preferences";
import { StaffElement } from "./staff-element";
import { distance, stateChip } from "./tell";

/** Reads the open reports of the same kind nearby. */
export async function similarTo(code: string): Promise<Report[]> {
  return (await api<{ reports: Report[] }>(`/api/v1/reports/${encodeURIComponent(code)}/similar`)).reports.filter((one) => one.code !== code);
}

@customElement("ht-similar")
export class Similar extends StaffElement {
  @property() code = "";
  @state() private reports: Report[] = [];

  static override styles = [controls, css`
    h3 { font-size: var(--t-s); color: var(--ink-2); margin-bottom: var(--s-2); display: flex; align-items: center; gap: var(--s-2); }
    ul { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-1); }
    li button { width: 100%; min-height: 2.75rem; justify-content: start; text-align: start; font-weight: 400; }
    .text { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; }
  `];

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (!changed.has("code") || this.code === "") return;
    this.reports = [];
    const code = this.code;
    similarTo(code).then((reports) => {
      for (const report of reports) this.desk.take(report);
      if (code === this.code) this.reports = reports;
    }, () => undefined);
  }

  override render(): TemplateResult | typeof nothing {
    if (this.reports.length === 0) return nothing;
    return html`<section><h3>${icon("merge")}${t("similar.title", { n: this.reports.length })}</h3><ul>${this.reports.map((known) => {
      const report = this.desk.report(known.code) ?? known;
      return html`<li><button @click=${() => this.dispatchEvent(new CustomEvent("choose", { detail: report.code, bubbles: true, composed: true }))}>
        <span class="number">${known.distance_m === undefined ? "" : distance(known.distance_m)}</span><span class="code">${report.code}</span>
        <span class="text quiet">${report.description ?? ""}</span><span class="faint">${moment(report.received_at)}</span>${stateChip(report)}</button></li>`;
    })}</ul></section>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-similar": Similar } }
