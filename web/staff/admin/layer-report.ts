/** What the import of a layer did or would do, line by line. Pure. */
import { t } from "../../shared/preferences";
import { refusedLines, type Refusal } from "./fault-words";

interface Thing { feature: number; code: string | null; name: string | null }
export interface LayerImport {
  layer: string; dry_run: boolean; before: number; taken: number; added: string[]; removed: string[]; changed: string[]; owners: Record<string, number>;
  repaired: (Thing & { notes: string[] })[]; refused: Refusal[]; refused_count: number; owners_unknown: string[];
}
const MOST_NAMED = 5;

function some(key: "added" | "removed" | "changed", codes: readonly string[]): string[] {
  if (codes.length === 0) return [];
  return [`${t(`admin.layers.report.${key}`, { n: codes.length })}: ${codes.slice(0, MOST_NAMED).join(", ")}${codes.length > MOST_NAMED ? "…" : ""}`];
}

/** Whether something was, or would be, other than before. */
export function changesSomething(report: LayerImport): boolean {
  return report.added.length + report.removed.length + report.changed.length > 0;
}

/** What was refused first, then what somebody should look at, then the numbers. */
export function layerLines(report: LayerImport): string[] {
  const owners = Object.entries(report.owners).map(([owner, n]) => `${owner === "" ? t("admin.layers.report.nobody") : owner} ${n}`);
  return [
    ...refusedLines(report.refused, report.refused_count),
    ...(report.owners_unknown.length === 0 ? [] : [t("admin.layers.report.strangers", { owners: report.owners_unknown.join(", ") })]),
    t("admin.layers.report.taken", { n: report.taken, before: report.before }),
    ...some("added", report.added), ...some("removed", report.removed), ...some("changed", report.changed),
    ...(report.repaired.length === 0 ? [] : [t("admin.areas.report.repaired", { n: report.repaired.length })]),
    ...(owners.length === 0 ? [] : [`${t("admin.layers.owners")}: ${owners.join(", ")}`]),
  ];
}
