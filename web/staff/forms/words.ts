/** Forms that ask for one text: a question, or a reason (chosen from the city's list or written). */
import { html, nothing, type TemplateResult } from "lit";

import type { Key } from "../../shared/words/vi";
import { named, t } from "../../shared/preferences";
import { fromInput, toInput } from "../../shared/times";
import { serverNow } from "../../shared/server-time";
import { reasonName } from "../tell";
import "../template-picker";
import { valueOf, type Form } from "./form";

interface TextDraft { text: string }
interface ReasonDraft { reason: string; agency: string; until: string }

const DAY = 24 * 3600_000;

export const askForm: Form<TextDraft> = {
  start: () => ({ text: "" }),
  args: (draft) => (draft.text.trim() === "" ? null : { question: draft.text.trim() }),
  view: ({ desk, report, draft, set }): TemplateResult => html`<p class="note info">${t("ask.relay")}</p>
    <ht-template-picker .desk=${desk} .report=${report} command="ask" .text=${draft.text} @take=${(event: CustomEvent<{ text: string; reason: string | null }>) => set({ text: event.detail.text })}></ht-template-picker>
    <label>${t("ask.question")}<span class="hint">${t("ask.hint")}</span>
    <textarea rows="4" autofocus .value=${draft.text} @input=${(event: Event) => set({ text: valueOf(event) })}></textarea></label>`,
};

function reasonField(command: string, label: Key, hint: Key | null): (context: Parameters<Form<ReasonDraft>["view"]>[0]) => TemplateResult {
  return ({ desk, draft, set }) => {
    const choices = desk.catalogues.reasonsFor(command);
    const named = choices.some((choice) => choice.code === draft.reason);
    return html`${choices.length > 0 ? html`<fieldset><legend>${t(label)}</legend>${choices.map((choice, index) => html`<label class="option">
        <input type="radio" name="reason" value=${choice.code} ?autofocus=${index === 0} .checked=${choice.code === draft.reason} @change=${() => set({ reason: choice.code })}>
        <span>${reasonName(choice)}</span></label>`)}</fieldset>` : nothing}
      <label>${choices.length > 0 ? t("reason.own") : t(label)}${hint === null ? nothing : html`<span class="hint">${t(hint)}</span>`}
        <textarea rows="3" ?autofocus=${choices.length === 0} .value=${named ? "" : draft.reason} @input=${(event: Event) => set({ reason: valueOf(event) })}></textarea></label>`;
  };
}

function reasonForm(command: string, label: Key, hint: Key | null = null, preset: Key | null = null): Form<ReasonDraft> {
  return {
    start: (desk) => ({ reason: preset === null ? (desk.catalogues.reasonsFor(command)[0]?.code ?? "") : t(preset), agency: "", until: "" }),
    args: (draft) => (draft.reason.trim() === "" ? null : { reason: draft.reason.trim() }),
    view: reasonField(command, label, hint),
  };
}

export const sendBackForm = reasonForm("send_back", "send_back.reason", "send_back.hint");
export const recallForm = reasonForm("recall", "recall.reason");
export const takeOverForm = reasonForm("take_over", "take_over.reason", "take_over.hint");
export const overrideProofForm = reasonForm("override_proof", "override.reason", "override.hint");
export const recallCheckerForm = reasonForm("recall_checker", "recall_checker.reason");
export const reopenForm = reasonForm("reopen", "reopen.reason");

export const returnForm: Form<ReasonDraft> = {
  start: (desk) => ({ reason: desk.catalogues.reasonsFor("return")[0]?.code ?? "", agency: "", until: "" }),
  args: (draft) => (draft.reason.trim() === "" ? null : { reason: draft.reason.trim(), ...(draft.agency === "" ? {} : { proposed_agency: draft.agency }) }),
  view: (context): TemplateResult => {
    const { desk, draft, set } = context;
    const others = [...desk.catalogues.agencies.values()].filter((agency) => agency.code !== desk.me.agency).sort((a, b) => named(a).localeCompare(named(b), "vi"));
    return html`${reasonField("return", "return.reason", "return.hint")(context)}
      <label>${t("return.agency")} <span class="hint">${t("optional")}</span>
        <select .value=${draft.agency} @change=${(event: Event) => set({ agency: valueOf(event) })}><option value="">${t("return.unknown")}</option>
          ${others.map((agency) => html`<option value=${agency.code} ?selected=${agency.code === draft.agency}>${named(agency)}</option>`)}</select></label>`;
  },
};

export const extendForm: Form<ReasonDraft> = {
  start: (desk, report) => {
    const from = Math.max(serverNow(), report.due_at === null ? 0 : Date.parse(report.due_at));
    return { reason: desk.catalogues.reasonsFor("extend")[0]?.code ?? "", agency: "", until: toInput(new Date(from + 2 * DAY).toISOString()) };
  },
  args: (draft) => (draft.reason.trim() === "" || draft.until === "" ? null : { until: fromInput(draft.until), reason: draft.reason.trim() }),
  view: (context): TemplateResult => html`<label>${t("extend.until")}
      <input type="datetime-local" required .value=${context.draft.until} min=${toInput(new Date(serverNow()).toISOString())} @input=${(event: Event) => context.set({ until: valueOf(event) })}></label>
    ${reasonField("extend", "extend.reason", "extend.hint")(context)}`,
};
