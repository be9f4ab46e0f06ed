/** The parts of the phone desk that only show something. */
import { html, nothing, type TemplateResult } from "lit";

import { moment } from "../shared/due";
import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { t } from "../shared/preferences";
import type { Desk } from "./desk";
import type { Receipt } from "./phone-desk";
import { likeness } from "./similar";
import { categoryName, distance, stateChip } from "./tell";

/** Reports that may be about the same problem; one of them can be said to be it. */
export function sameView(desk: Desk, reports: readonly Report[], chosen: string | null, choose: (code: string | null) => void): TemplateResult | typeof nothing {
  if (reports.length === 0) return nothing;
  return html`<fieldset class="same"><legend>${icon("merge")} ${t("caller.same.title", { n: reports.length })}</legend>
    ${reports.map((report) => html`<label class="option"><input type="checkbox" name="same" .checked=${report.code === chosen} @change=${(event: Event) => choose((event.target as HTMLInputElement).checked ? report.code : null)}>
      <span class="found"><span class="line"><strong>${categoryName(desk, report)}</strong> <span class="code">${report.code}</span> ${stateChip(report)}
        <span class="quiet">${report.distance_m === undefined ? "" : distance(report.distance_m)} · ${moment(report.received_at)}</span></span>
        ${report.description ? html`<span class="text quiet">${report.description}</span>` : nothing}${likeness(report)}</span></label>`)}
    <p class="quiet">${t(chosen === null ? "caller.same.hint" : "caller.same.chosen")}</p></fieldset>`;
}

/** After sending: the code, large, to be read aloud. */
export function sentView(sent: Receipt, open: (code: string) => void, again: () => void, close: () => void): TemplateResult {
  const { tracking } = sent;
  return html`<div class="sent" role="status"><h2 id="title">${icon("check")} ${t("caller.sent")}</h2>
    <p>${t("caller.read")}</p><p class="aloud code">${tracking.spoken}</p>
    ${sent.due_at === null ? nothing : html`<p>${t("caller.due")} ${moment(sent.due_at)}</p>`}
    <p class="quiet">${t(tracking.message ? "caller.message" : "caller.no_message")}</p>
    ${sent.restricted === true ? html`<p class="note warn">${icon("shield")} ${t("caller.restricted")}</p>` : nothing}
    ${sent.merged_into ? html`<p class="note info">${icon("merge")} ${t("caller.merged", { code: sent.merged_into })}</p>` : nothing}
    <div class="row">${sent.restricted === true ? nothing : html`<button @click=${() => open(tracking.code)}>${t("caller.open")}</button>`}
      <button @click=${close}>${t("caller.close")} <kbd>Esc</kbd></button><button class="first another" @click=${again}>${icon("plus")}${t("caller.another")} <kbd>↵</kbd></button></div></div>`;
}
