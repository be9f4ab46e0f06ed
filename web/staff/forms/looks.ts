/** Forms of the second looks: an audit, a checker sent to the scene, and what the checker found. */
import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../../shared/icons";
import { named, t } from "../../shared/preferences";
import { findingList, openCheck } from "../proof-sections";
import { valueOf, type Form } from "./form";
import { pieceButton, pieceList, uploaded, type WithPieces } from "./pieces";

interface AuditDraft { result: "passed" | "failed" | ""; note: string }
interface CheckerDraft { to: string; question: string }
interface FoundDraft extends WithPieces { finding: string }

export const auditForm: Form<AuditDraft> = {
  start: () => ({ result: "", note: "" }),
  args: ({ result, note }) => (result === "" || (result === "failed" && note.trim() === "") ? null : { result, ...(note.trim() === "" ? {} : { note: note.trim() }) }),
  view: ({ report, draft, set }): TemplateResult => html`${report.public_answer ? html`<p class="note info">${report.public_answer}</p>` : nothing}
    ${report.proof && report.proof.findings.length > 0 ? findingList(report.proof.findings, report.media) : nothing}
    <fieldset><legend>${t("audit.question")}</legend>${(["passed", "failed"] as const).map((one, at) => html`<label class="option">
      <input type="radio" name="result" value=${one} ?autofocus=${at === 0} .checked=${draft.result === one} @change=${() => set({ result: one })}><span>${icon(one === "passed" ? "check" : "cross")} ${t(`audit.${one}`)}</span></label>`)}</fieldset>
    <label>${t("audit.note")}<span class="hint">${t("audit.note.hint")}</span>
      <textarea rows="3" .value=${draft.note} @input=${(event: Event) => set({ note: valueOf(event) })}></textarea></label>`,
};

export const sendCheckerForm: Form<CheckerDraft> = {
  start: () => ({ to: "", question: "" }),
  args: ({ to, question }) => (to === "" || question.trim() === "" ? null : { to, question: question.trim() }),
  view: ({ desk, report, draft, set }): TemplateResult => {
    const busy = new Set(["received", "verified"].includes(report.state) ? [] : [report.lead, ...(report.supporting ?? [])]);
    const free = [...desk.catalogues.agencies.values()].filter((agency) => !busy.has(agency.code)).sort((a, b) => named(a).localeCompare(named(b), "vi"));
    return html`<label>${t("check.to")}<span class="hint">${t("check.to.hint")}</span>
      <select autofocus .value=${draft.to} @change=${(event: Event) => set({ to: valueOf(event) })}><option value="">${t("choose")}</option>
        ${free.map((agency) => html`<option value=${agency.code} ?selected=${agency.code === draft.to}>${named(agency)}</option>`)}</select></label>
      <label>${t("check.question")}<span class="hint">${t("check.question.hint")}</span>
        <textarea rows="3" .value=${draft.question} @input=${(event: Event) => set({ question: valueOf(event) })}></textarea></label>`;
  },
};

export const reportCheckForm: Form<FoundDraft> = {
  start: () => ({ finding: "", pieces: [] }),
  args: (draft) => {
    const media = uploaded(draft);
    return draft.finding.trim() === "" || media === null ? null : { finding: draft.finding.trim(), media };
  },
  view: (context): TemplateResult => {
    const { report, draft, set } = context;
    return html`<p class="note info"><strong>${t("check.asked")}</strong> ${openCheck(report)?.question ?? ""}</p>
      <ht-how-far .place=${report.location}></ht-how-far>
      <div class="row-buttons">${pieceButton(context, t("check.photos"), true)}${pieceButton(context, t("resolve.add"), false)}</div>${pieceList(context)}
      <label>${t("check.finding")}<textarea rows="4" autofocus .value=${draft.finding} @input=${(event: Event) => set({ finding: valueOf(event) })}></textarea></label>`;
  },
};
