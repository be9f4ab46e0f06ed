/** The answers of /api/v1/figures, and what is asked of it: all of it in the address. Pure. */

export type Part = "areas" | "categories" | "agencies" | "channels";
export const PARTS: readonly Part[] = ["agencies", "categories", "areas", "channels"];

/** Numbers of one row: counts are cases, shares 0..1 or null. */
export interface Counts {
  key: string | null; name: string | null; name_en: string | null; rows: string;
  received: number; done: number; rejected: number; open: number; overdue: number; on_time: number; extended: number; late: number;
  judged: number; not_on_time: number; rated: number; satisfied: number; acceptable: number; unsatisfied: number; returned: number; unproven: number; overridden: number; audited: number; audit_failed: number; finished: number;
  on_time_share: number | null; extended_share: number | null; late_share: number | null; rated_share: number | null; satisfied_share: number | null;
}

/** Times in minutes, of the clock and of working time. */
export interface Step {
  key: string; figure: string; rows: string; count: number; median_min: number | null; p90_min: number | null;
  working_count: number; working_median_min: number | null; working_p90_min: number | null;
}
export interface Returned {
  returned_by_name: string | null; proposed_name: string | null; went_to_name: string | null;
  returned_by_name_en: string | null; proposed_name_en: string | null; went_to_name_en: string | null; count: number; rows: string;
}
export interface Spot {
  code: string; name: string; name_en: string; area_name: string | null; agency_name: string | null; agency_name_en: string | null;
  count: number; since: string; last: string; rows: string;
}

export interface Figures {
  at: string;
  period: { from: string; to: string };
  total: Counts;
  tables: Record<Part, Counts[]>;
  steps: Step[];
  returns: Returned[];
  workload: { weekday: number; hour: number; received: number; rows: string }[];
  days: { day: string; received: number; finished: number; rows: string }[];
  hot_spots: { rule: { cases: number; metres: number; days: number }; spots: Spot[] };
}

export type Formulas = Record<string, { name: string; name_en: string; unit: string; formula: string; formula_en: string }>;

export interface Row {
  code: string; state: string; category_name: string; category_name_en: string; area_name: string | null; lead_name: string | null; lead_name_en: string | null;
  received_at: string; due_at: string; took_min: number | null;
}
export interface Rows { count: number; rows: Row[]; next: string | null }

export const PRESETS = ["today", "7d", "month", "last-month", "quarter"] as const;
export const FILTERS = ["area", "category", "agency", "channel"] as const;
export const CHANNELS = ["app", "web", "android", "ios", "phone", "counter", "email", "chat"] as const;
const ASKED: readonly string[] = ["period", "from", "to", ...FILTERS];

/** The question in an address, without anything strange that was appended to it. */
export function asked(search: string): URLSearchParams {
  const found = new URLSearchParams(search);
  return new URLSearchParams([...found].filter(([name, value]) => ASKED.includes(name) && value !== ""));
}

/** The question with one part changed; "" takes it away. A preset and two days exclude each other. */
export function changed(query: URLSearchParams, changes: Record<string, string>): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (name === "period") for (const other of ["from", "to"]) next.delete(other);
    else if (name === "from" || name === "to") next.delete("period");
    if (value === "") next.delete(name);
    else next.set(name, value);
  }
  return next;
}

/** An address below /api/v1/figures for this question. */
export function address(path: string, query: URLSearchParams, more: Record<string, string> = {}): string {
  const all = new URLSearchParams([...query, ...Object.entries(more)]).toString();
  return `/api/v1/figures${path}${all === "" ? "" : `?${all}`}`;
}

/** A duration in the unit that says it best. */
export function duration(minutes: number): { key: "figures.minutes" | "figures.hours" | "figures.days"; n: number; h: number; m: number; d: number } {
  const whole = Math.round(minutes);
  if (whole < 60) return { key: "figures.minutes", n: whole, h: 0, m: 0, d: 0 };
  if (whole < 1440) return { key: "figures.hours", n: whole, h: Math.floor(whole / 60), m: whole % 60, d: 0 };
  const hours = Math.round(whole / 60);
  return { key: "figures.days", n: whole, h: hours % 24, m: 0, d: Math.floor(hours / 24) };
}
