import type { Command } from "../actions";
import { approveForm } from "./approve";
import { dispatchForm } from "./dispatch";
import type { Form } from "./form";
import { auditForm, reportCheckForm, sendCheckerForm } from "./looks";
import { handOverForm } from "./hand-over";
import { mergeForm } from "./merge";
import { rejectForm } from "./reject";
import { resolveForm } from "./resolve";
import { askForm, extendForm, overrideProofForm, recallCheckerForm, recallForm, reopenForm, returnForm, sendBackForm, takeOverForm } from "./words";

/** Each form keeps its own kind of draft to itself; here only "some draft" is known of it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyForm = Form<any>;

export const FORMS: Partial<Record<Command, AnyForm>> = {
  dispatch: dispatchForm, reject: rejectForm, merge: mergeForm, approve: approveForm, resolve: resolveForm, ask: askForm, extend: extendForm, hand_over: handOverForm,
  recall: recallForm, reopen: reopenForm, return: returnForm, send_back: sendBackForm, take_over: takeOverForm,
  override_proof: overrideProofForm, audit: auditForm, send_checker: sendCheckerForm, report_check: reportCheckForm, recall_checker: recallCheckerForm,
};
