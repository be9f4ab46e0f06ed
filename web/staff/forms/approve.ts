import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import type { Media } from "../../shared/model";
import { valueOf, type Form } from "./form";

interface Draft { answer: string; chosen: string[] }

/** Publishes the result. No picture is public unless it is ticked here: faces and plates are nobody else's to check. */
export const approveForm: Form<Draft> = {
  start: (_desk, report) => ({ answer: report.public_answer ?? report.resolution?.summary ?? "", chosen: [] }),
  args: (draft) => ({ ...(draft.answer.trim() === "" ? {} : { public_answer: draft.answer.trim() }), public_media: draft.chosen }),
  view: ({ report, draft, set }): TemplateResult => {
    const media = report.media.filter((one) => one.state === "ready" || one.state === "processing");
    const toggle = (id: string): void => set({ chosen: draft.chosen.includes(id) ? draft.chosen.filter((one) => one !== id) : [...draft.chosen, id] });
    const picture = (one: Media): TemplateResult => html`<label class="pick">
      ${one.large ?? one.small ? html`<img src=${one.large ?? one.small ?? ""} alt=${t(one.role === "proof" ? "photo.after" : "photo.before")}>` : html`<span class="off">${icon("image")}${t("photo.processing")}</span>`}
      <span><input type="checkbox" .checked=${draft.chosen.includes(one.id)} @change=${() => toggle(one.id)}>${t(one.role === "proof" ? "photo.after" : "photo.before")}</span></label>`;
    return html`<label>${t("approve.answer")}<span class="hint">${t("approve.answer.hint")}</span>
        <textarea rows="4" autofocus .value=${draft.answer} @input=${(event: Event) => set({ answer: valueOf(event) })}></textarea></label>
      ${media.length === 0 ? nothing : html`<fieldset><legend>${t("approve.media")}</legend><p class="quiet">${t("approve.media.hint")}</p>
        <div class="picks">${media.map(picture)}</div></fieldset>`}`;
  },
};
