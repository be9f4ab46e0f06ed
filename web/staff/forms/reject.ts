import { html, type TemplateResult } from "lit";

import { currentLanguage, said, t } from "../../shared/preferences";
import type { ReasonChoice } from "../../shared/model";
import { reasonName } from "../tell";
import "../template-picker";
import { valueOf, type Form } from "./form";

export interface RejectDraft { reason: string; answer: string; touched: boolean }

/** The words a resident reads by default: the city's own template, otherwise ours for the known codes. */
function template(choice: ReasonChoice | undefined): string {
  if (choice === undefined) return "";
  const english = currentLanguage() === "en" ? choice.public_answer_en : undefined;
  return english ?? choice.public_answer ?? said(`reject.template.${choice.code}`, t("reject.template", { reason: reasonName(choice) }));
}

export const rejectForm: Form<RejectDraft> = {
  start: (desk) => {
    const first = desk.catalogues.reasonsFor("reject")[0];
    return { reason: first?.code ?? "", answer: template(first), touched: false };
  },
  args: (draft) => (draft.reason === "" || draft.answer.trim() === "" ? null : { reason: draft.reason, public_answer: draft.answer.trim() }),
  view: ({ desk, report, draft, set, many }): TemplateResult => {
    const reasons = desk.catalogues.reasonsFor("reject");
    return html`<fieldset><legend>${t("reject.reason")}</legend>${reasons.map((choice, index) => html`<label class="option">
        <input type="radio" name="reason" value=${choice.code} ?autofocus=${index === 0} .checked=${choice.code === draft.reason}
          @change=${() => set({ reason: choice.code, ...(draft.touched ? {} : { answer: template(choice) }) })}><span>${reasonName(choice)}</span></label>`)}
      ${reasons.length === 0 ? html`<textarea rows="2" aria-label=${t("reject.reason")} .value=${draft.reason} @input=${(event: Event) => set({ reason: valueOf(event) })}></textarea>` : ""}</fieldset>
      <ht-template-picker .desk=${desk} .report=${report} command="reject" .text=${draft.answer} .reason=${draft.reason} ?many=${many === true} @take=${(event: CustomEvent<{ text: string; reason: string | null }>) => set({ answer: event.detail.text, touched: true, ...(event.detail.reason === null ? {} : { reason: event.detail.reason }) })}></ht-template-picker>
      <label>${t("reject.answer")}<span class="hint">${t("reject.answer.hint")}</span>
        <textarea rows="5" .value=${draft.answer} @input=${(event: Event) => set({ answer: valueOf(event), touched: true })}></textarea></label>`;
  },
};
