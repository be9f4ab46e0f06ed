/** What was refused, for people: what happened, that nothing was lost, what to do next. */
import { currentLanguage, t } from "../../shared/preferences";
import type { Refused } from "../../shared/problem";
import type { Finding } from "./model";

/** A feature of a file that was not taken; `reason` in English. */
export interface Refusal { feature: number; code: string | null; name: string | null; reason: string; reason_vi: string }

const MOST_NAMED = 5;

export function faultWords(refused: Refused): string {
  if (refused.status === 0) return t("admin.fault.offline");
  if (refused.status === 401) return t("admin.fault.signed_out");
  if (refused.status === 403) return t("admin.fault.role");
  if (refused.status === 409) return t("admin.fault.stale");
  if (refused.status === 422) return t("admin.fault.input", { detail: (refused.problem.errors ?? []).map((one) => `${one.pointer}: ${currentLanguage() === "vi" ? (one.detail_vi ?? one.detail) : one.detail}`).join("; ") || refused.message });
  if (refused.status === 413) return t("admin.fault.large");
  if (refused.status === 503) return t("admin.fault.busy");
  return t("admin.fault.other", { detail: refused.message });
}

/** Something that an import could not take, line by line: the first few, and how many more. */
export function refusedLines(refused: readonly Refusal[], count: number): string[] {
  const told = refused.slice(0, MOST_NAMED).map((one) => t("admin.areas.report.refused", { n: one.feature, name: one.name ?? one.code ?? "?", reason: currentLanguage() === "vi" ? one.reason_vi : one.reason }));
  return count > told.length ? [...told, t("admin.layers.report.more_refused", { n: count - told.length })] : told;
}

/** A problem of the draft in the language of the screen. */
export function findingWords(finding: Finding): string {
  return currentLanguage() === "vi" ? (finding.detail_vi ?? finding.detail) : finding.detail;
}
