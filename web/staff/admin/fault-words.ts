/** What was refused, for people: what happened, that nothing was lost, what to do next. */
import { currentLanguage, t } from "../../shared/preferences";
import type { Refused } from "../../shared/problem";
import type { Finding } from "./model";

export function faultWords(refused: Refused): string {
  if (refused.status === 0) return t("admin.fault.offline");
  if (refused.status === 401) return t("admin.fault.signed_out");
  if (refused.status === 403) return t("admin.fault.role");
  if (refused.status === 409) return t("admin.fault.stale");
  if (refused.status === 422) return t("admin.fault.input", { detail: (refused.problem.errors ?? []).map((one) => `${one.pointer}: ${currentLanguage() === "vi" ? (one.detail_vi ?? one.detail) : one.detail}`).join("; ") || refused.message });
  return t("admin.fault.other", { detail: refused.message });
}

/** A problem of the draft in the language of the screen. */
export function findingWords(finding: Finding): string {
  return currentLanguage() === "vi" ? (finding.detail_vi ?? finding.detail) : finding.detail;
}
