import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../../shared/icons";
import { absence, fresh, length, mediaName, privacyText, withheldText } from "../../shared/media-words";
import type { Media, Report } from "../../shared/model";
import { t } from "../../shared/preferences";
import type { Desk } from "../desk";
import { reviewPrivacy } from "../privacy";
import { findingList } from "../proof-sections";
import { against } from "../proof-words";
import "../template-picker";
import { valueOf, type Form } from "./form";

interface Draft { answer: string; chosen: string[] }

/** What can be published: pictures and films that were not refused. A voice never is. */
function publishable(media: readonly Media[]): Media[] {
  return media.filter((one) => one.kind !== "audio" && one.state !== "refused" && one.state !== "withheld");
}

/** The public copy, with what was found hidden; never the raw picture. Without one: why, and what to do. */
function copy(one: Media, name: string): TemplateResult {
  const address = fresh(one, one.public?.large ?? one.public?.small);
  if (address !== null && one.privacy?.state === "checked") {
    return html`<span class="copy"><img data-public src=${address} alt=${`${name}. ${t("privacy.public.alt")}`}>
      ${one.kind === "video" ? html`<span class="chip film number">${icon("play")}${length(one.duration_s ?? 0)}</span>` : nothing}</span>`;
  }
  const why = absence(one);
  const withheld = one.privacy?.state === "withheld";
  return html`<span class="off" data-off>${icon(withheld ? "alarm" : "image")}<span>${why ?? (withheld ? withheldText(one.privacy?.reason) : t("approve.making"))}</span></span>`;
}

function picture(desk: Desk, report: Report, one: Media, name: string, chosen: boolean, toggle: () => void): TemplateResult {
  const told = privacyText(one);
  return html`<div class="pick"><label>${copy(one, name)}
      <span class="tick"><input type="checkbox" .checked=${chosen} @change=${toggle}><span>${name}</span></span></label>
    ${told === null ? nothing : html`<span class="told"><span class="chip ${told.wants ? "soon" : ""}">${told.text}</span>
      <button type="button" data-review @click=${() => void reviewPrivacy(desk, report.code, one.id)}>${icon("shield")}${t("privacy.open")}</button></span>`}
    ${told?.wants === true && chosen ? html`<span class="quiet">${t("approve.withheld")}</span>` : nothing}</div>`;
}

/** Publishes the result. No picture is public unless it is ticked here, and then only the copy that is shown here. */
export const approveForm: Form<Draft> = {
  start: (_desk, report) => ({ answer: report.public_answer ?? report.resolution?.summary ?? "", chosen: [] }),
  args: (draft, report) => (against(report.proof?.findings).length > 0 && report.proof?.override === null ? null : { ...(draft.answer.trim() === "" ? {} : { public_answer: draft.answer.trim() }), public_media: draft.chosen }),
  view: ({ desk, report, draft, set }): TemplateResult => {
    // Copies are made, and areas changed, while the form is open: the newest media, not those it was opened with.
    const all = desk.report(report.code)?.media ?? report.media;
    const toggle = (id: string): void => set({ chosen: draft.chosen.includes(id) ? draft.chosen.filter((one) => one !== id) : [...draft.chosen, id] });
    const media = publishable(all);
    // What the worker finds while the form is open counts: the newest findings, not those it was opened with.
    const proof = desk.report(report.code)?.proof ?? report.proof;
    const stands = against(proof?.findings).length > 0 && proof?.override === null;
    return html`${stands ? html`<p class="note bad">${icon("cross")} ${t("proof.failed")}</p>` : nothing}
      ${proof && proof.findings.length > 0 ? findingList(proof.findings, all) : nothing}
      <ht-template-picker .desk=${desk} .report=${report} command="approve" .text=${draft.answer} @take=${(event: CustomEvent<{ text: string; reason: string | null }>) => set({ answer: event.detail.text })}></ht-template-picker>
      <label>${t("approve.answer")}<span class="hint">${t("approve.answer.hint")}</span>
        <textarea rows="4" autofocus .value=${draft.answer} @input=${(event: Event) => set({ answer: valueOf(event) })}></textarea></label>
      ${media.length === 0 ? nothing : html`<fieldset><legend>${t("approve.media")}</legend><p class="quiet">${t("approve.media.hint")}</p>
        <div class="picks">${media.map((one) => {
          return picture(desk, report, one, mediaName(one, all), draft.chosen.includes(one.id), () => toggle(one.id));
        })}</div></fieldset>`}`;
  },
};
