import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { moment } from "../shared/due";
import { icon } from "../shared/icons";
import type { Because, Report } from "../shared/model";
import { said, t } from "../shared/preferences";
import { StaffElement } from "./staff-element";
import { distance, stateChip } from "./tell";

/** Reads the reports that may be about the same problem, the most alike first. */
export async function similarTo(code: string): Promise<Report[]> {
  return (await api<{ reports: Report[] }>(`/api/v1/reports/${encodeURIComponent(code)}/similar`)).reports.filter((one) => one.code !== code);
}

/** One reason of a score: "cách 12 m", "lời kể giống 80 %". */
export function likenessText(reason: Because): string {
  const number = Number(reason.text);
  if (reason.code === "distance") return t("similar.because.distance", { distance: distance(number) });
  if (reason.code === "time") {
    if (number < 1) return t("similar.because.at_once");
    return number < 48 ? t("similar.because.hours", { n: number }) : t("similar.because.days", { n: Math.round(number / 24) });
  }
  return said(`similar.because.${reason.code}`, reason.code).replace("{n}", reason.text);
}

/** The reasons that tell an operator something: what speaks for it, and what was left out or speaks against it. */
export function likeness(report: Report): TemplateResult | typeof nothing {
  if (report.score === undefined) return nothing;
  const telling = (report.because ?? []).filter((one) => Math.abs(one.weight) >= 0.02 || one.code.startsWith("place-"));
  return html`<span class="likeness"><strong class="number">${t("similar.score", { n: Math.round(report.score * 100) })}</strong>
    <span class="faint">${telling.map(likenessText).join(" · ")}</span></span>`;
}

@customElement("ht-similar")
export class Similar extends StaffElement {
  @property() code = "";
  /** What can change the answer; a new value asks again. */
  @property() stamp = "";
  /** Whether the case may be merged now: then each likeness can be taken at once. */
  @property({ type: Boolean }) mergeable = false;
  @state() private reports: Report[] = [];

  static override styles = [controls, css`
    h3 { font-size: var(--t-s); color: var(--ink-2); margin-bottom: var(--s-2); display: flex; align-items: center; gap: var(--s-2); }
    ul { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-1); }
    li { display: flex; gap: var(--s-1); align-items: stretch; }
    li .into { flex: none; min-height: 2.75rem; height: auto; }
    li .see { flex: 1; min-width: 0; min-height: 2.75rem; height: auto; padding: var(--s-2) var(--s-3); display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.15rem; text-align: start; font-weight: 400; justify-content: stretch; }
    .line { display: flex; flex-wrap: wrap; gap: var(--s-1) var(--s-2); align-items: center; min-width: 0; }
    .text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .likeness { display: flex; flex-wrap: wrap; gap: 0 var(--s-2); white-space: normal; font-size: var(--t-s); }
  `];

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if ((!changed.has("code") && !changed.has("stamp")) || this.code === "") return;
    if (changed.has("code")) this.reports = [];
    const code = this.code;
    similarTo(code).then((reports) => {
      for (const report of reports) this.desk.take(report);
      if (code === this.code) this.reports = reports;
    }, () => undefined);
  }

  private tell(what: "choose" | "merge-into", code: string): void {
    this.dispatchEvent(new CustomEvent(what, { detail: code, bubbles: true, composed: true }));
  }

  override render(): TemplateResult | typeof nothing {
    if (this.reports.length === 0) return nothing;
    return html`<section><h3>${icon("merge")}${t("similar.title", { n: this.reports.length })}</h3><ul>${this.reports.map((known) => {
      const report = this.desk.report(known.code) ?? known;
      return html`<li><button class="see" @click=${() => this.tell("choose", report.code)}>
        <span class="line"><span class="code">${report.code}</span><span class="faint">${moment(report.received_at)}</span>${stateChip(report)}</span>
        ${report.description ? html`<span class="text quiet">${report.description}</span>` : nothing}${likeness(known)}</button>
        ${this.mergeable ? html`<button class="into" title=${t("similar.merge", { code: report.code })} aria-label=${t("similar.merge", { code: report.code })} @click=${() => this.tell("merge-into", report.code)}>${icon("merge")}</button>` : nothing}</li>`;
    })}</ul></section>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-similar": Similar } }
