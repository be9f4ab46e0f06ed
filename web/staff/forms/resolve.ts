import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../../shared/icons";
import type { ProofAsks, Report } from "../../shared/model";
import { t } from "../../shared/preferences";
import "../how-far";
import { askedFor } from "../proof-words";
import { valueOf, type Form } from "./form";
import { workSection, workArgs, withWork, type WithWork } from "./resolve-work";
import { addPieces, pieceButton, pieceList, uploaded, type WithPieces } from "./pieces";

interface Draft extends WithPieces, WithWork { summary: string }

/** What will be judged, before anything is sent. */
function asked(report: Report, asks: ProofAsks): TemplateResult {
  const { binding, advice } = askedFor(asks);
  return html`<div class="note info asks">${binding.length === 0 ? nothing : html`<strong>${t("proof.asks")}</strong><ul>${binding.map((one) => html`<li>· ${one}</li>`)}</ul>`}
    ${advice.length === 0 ? nothing : html`<details ?open=${binding.length === 0}><summary>${t("proof.asks.advice")}</summary><ul>${advice.map((one) => html`<li>· ${one}</li>`)}</ul></details>`}
    <ht-how-far .place=${report.location}></ht-how-far></div>`;
}

/** The agency's result with its proof; the photos travel while the words are being written. */
export const resolveForm: Form<Draft> = {
  start: (desk, report) => withWork({ summary: "", pieces: [] }, desk, report),
  args: (draft) => {
    const media = uploaded(draft);
    const work = workArgs(draft);
    return draft.summary.trim() === "" || media === null || work === null ? null : { summary: draft.summary.trim(), media, ...work };
  },
  view: (context): TemplateResult => {
    const { report, draft, set } = context;
    const before = report.media.filter((one) => one.role === "report" && (one.large ?? one.small));
    const after = draft.pieces[0];
    const asks = report.proof?.asks ?? null;
    return html`${asks === null ? nothing : asked(report, asks)}<div class="sides">
        <figure><figcaption>${t("photo.before")}</figcaption>${before[0] ? html`<img src=${before[0].large ?? before[0].small ?? ""} alt=${t("photo.before")}>` : html`<p class="off">${t("photo.none")}</p>`}</figure>
        <figure><figcaption>${t("photo.after")}</figcaption>${after === undefined
          ? html`<label class="drop off">${icon("camera")}<span>${t("resolve.take")}</span><input class="visually-hidden" type="file" accept="image/*" capture="environment" @change=${(event: Event) => addPieces(context, (event.target as HTMLInputElement).files)}></label>`
          : html`<img src=${after.picture} alt=${t("photo.after")}>`}</figure></div>
      ${workSection(context)}${pieceList(context)}${pieceButton(context, t("resolve.add"), false)}
      <label>${t("resolve.summary")}<span class="hint">${t("resolve.summary.hint")}</span>
        <textarea rows="4" .value=${draft.summary} @input=${(event: Event) => set({ summary: valueOf(event) })}></textarea></label>`;
  },
};
