/** Hot spots as the server tells them to the staff, and how they are put into words. Times RFC 3339, metres, WGS 84. */
import type { State } from "../shared/model";
import { currentLanguage, locale, t } from "../shared/preferences";
import { inZone } from "../shared/times";

export type HotSpotState = "open" | "planned" | "done" | "gone";

export interface HotSpot {
  code: string;
  version: number;
  state: HotSpotState;
  category: string;
  category_name: string;
  category_name_en: string;
  area: { code: string; name: string } | null;
  location: { lon: number; lat: number };
  radius_m: number;
  cases: number;
  open_cases: number;
  /** Of the cases, those that everybody may read now. */
  public_cases: number;
  first_at: string;
  last_at: string;
  recurrences: number;
  owner_agency: string | null;
  owner_account: string | null;
  owner_name: string | null;
  plan: string | null;
  target_on: string | null;
  done_at: string | null;
}

export interface HotSpotReport { code: string; state: State; open: boolean; received_at: string; done_at: string | null }
export interface HotSpotChange { event: string; data: { state?: HotSpotState; owner_agency?: string }; by: { name: string | null }; at: string }
export interface WholeHotSpot extends HotSpot { reports: HotSpotReport[]; history: HotSpotChange[] }
export interface HotSpots { rule: { cases: number; metres: number; days: number }; hot_spots: HotSpot[] }

/** What a person decides about one, as the form holds it; the empty owner is nobody, `@me` the center itself. */
export interface Decision { owner: string; plan: string; target: string; done: boolean }

export const ME = "@me";

export function decisionOf(spot: HotSpot): Decision {
  return { owner: spot.owner_agency ?? (spot.owner_account === null ? "" : ME), plan: spot.plan ?? "", target: spot.target_on ?? "", done: spot.state === "done" };
}

/** The body of PUT /api/v1/hot-spots/{code}. An owner at the center stays who it is; a new one is the person who decides. */
export function bodyOf(spot: HotSpot, wanted: Decision, me: string): Record<string, unknown> {
  const agency = wanted.owner === "" || wanted.owner === ME ? null : wanted.owner;
  return {
    version: spot.version, owner_agency: agency, owner_account: wanted.owner === ME ? (spot.owner_account ?? me) : null,
    plan: wanted.plan.trim() === "" ? null : wanted.plan.trim(), target_on: wanted.target === "" ? null : wanted.target, done: wanted.done,
  };
}

export function spotName(spot: HotSpot): string {
  return currentLanguage() === "en" ? spot.category_name_en : spot.category_name;
}

function day(at: string): string {
  return inZone(Date.parse(at), locale(), { day: "2-digit", month: "2-digit", year: "numeric" });
}

/** Where, between which days, how often it came back. */
export function spotFacts(spot: HotSpot): string {
  const between = t("hotspot.since", { since: day(spot.first_at), last: day(spot.last_at) });
  const back = spot.recurrences > 0 ? t("hotspot.back", { n: spot.recurrences }) : null;
  return [spot.area?.name, between, back].filter((part) => part !== null && part !== undefined).join(" · ");
}
