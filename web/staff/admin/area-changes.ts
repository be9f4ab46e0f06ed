/** What an import would do, and two days of boundaries beside each other, as the map and the lists show them. Pure. */
import type { Feature, FeatureCollection } from "geojson";

import { t } from "../../shared/preferences";
import { refusedLines, type Refusal } from "./fault-words";
import type { Tone } from "./geo-map";

export interface AreaVersion { valid_from: string; areas: number; began: number; ended: number; upcoming: boolean; in_force: boolean }
export interface AreaChange { code: string; was: string | null; now: string | null; change: "same" | "renamed" | "moved" | "new" | "gone"; moved_km2: number; share: number }
export interface Comparison { a: FeatureCollection; b: FeatureCollection; changes: AreaChange[] }

interface Named { code: string; name: string }
export interface AreaImport { added: Named[]; changed: Named[]; unchanged: number; missing: Named[]; closed: Named[]; repaired: Named[]; refused: Refusal[]; refused_count: number }
const MOST_NAMED = 5;

function some(key: "added" | "changed" | "missing" | "closed" | "repaired", list: readonly Named[]): string[] {
  if (list.length === 0) return [];
  const names = list.slice(0, MOST_NAMED).map((one) => one.name).join(", ");
  return [`${t(`admin.areas.report.${key}`, { n: list.length })}: ${names}${list.length > MOST_NAMED ? "…" : ""}`];
}

/** What an import did or would do, line by line; what was refused comes first. */
export function reportLines(report: AreaImport): string[] {
  return [
    ...refusedLines(report.refused, report.refused_count),
    ...some("added", report.added), ...some("changed", report.changed), t("admin.areas.report.unchanged", { n: report.unchanged }),
    ...some("missing", report.missing.filter((one) => !report.closed.some((other) => other.code === one.code))), ...some("closed", report.closed), ...some("repaired", report.repaired),
  ];
}

function tone(feature: Feature, as: Tone): Feature {
  return { ...feature, properties: { ...feature.properties, tone: as } };
}

/** What really changed, the largest part first. */
export function changed(comparison: Comparison): AreaChange[] {
  return comparison.changes.filter((one) => one.change !== "same").toSorted((one, other) => other.share - one.share || one.code.localeCompare(other.code));
}

/** What the map draws: changed areas hatched, and the outline of both days; the rest as thin lines. */
export function drawn({ a, b }: Comparison): FeatureCollection {
  const of = (features: Feature[], ...kinds: AreaChange["change"][]): Feature[] => features.filter((feature) => kinds.includes(feature.properties?.["change"] as AreaChange["change"]));
  return { type: "FeatureCollection", features: [
    ...of(b.features, "same", "renamed").map((one) => tone(one, "plain")),
    ...of(b.features, "moved", "new").map((one) => tone(one, "changed")),
    ...of(a.features, "gone").map((one) => tone(one, "changed")),
    ...of(a.features, "moved", "gone").map((one) => tone(one, "was")),
    ...of(b.features, "moved", "new").map((one) => tone(one, "now")),
  ] };
}

/** "đổi ranh giới, 12 %" */
export function changeWords(one: AreaChange): string {
  return one.change === "moved" ? t("admin.areas.change.moved", { share: Math.max(1, Math.round(one.share * 100)) }) : t(`admin.areas.change.${one.change}`);
}
