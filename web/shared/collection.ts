/** The client's copy of a topic: a pure fold of one snapshot and the events after it.
 *
 *  Two rules make it equal to a fresh snapshot whatever the network does. An event counts only when its seq is
 *  beyond the last one applied, so a replay after a reconnect shows nothing twice. A report replaces its
 *  predecessor only when its version is not older, because the answer to one's own command (and a page read over
 *  HTTP) may overtake events that are still on their way. */
import type { LiveEvent, Report, State } from "./model";

export interface Collection {
  readonly seq: number;
  readonly reports: ReadonlyMap<string, Report>;
  /** code -> version at which a report left this topic; keeps late pages from bringing it back. */
  readonly gone: ReadonlyMap<string, number>;
}

/** Says whether a report is one this topic holds. */
export type Belongs = (report: Report) => boolean;

const NOT_AT_AGENCY: ReadonlySet<State> = new Set(["received", "verified", "rejected", "merged", "withdrawn"]);

/** Whether the case is (or was, to its end) with this agency: it leads or supports it, from dispatch on. What it is only
 *  to look at (`checking`) is no case of its own, although the topic tells of that too. */
export function concerns(agency: string | null, report: Report): boolean {
  if (agency === null || NOT_AT_AGENCY.has(report.state)) return false;
  if (report.state === "awaiting_resident" && report.public_status === "waiting") return false;
  return report.lead === agency || report.supporting?.includes(agency) === true;
}

export const EMPTY: Collection = { seq: 0, reports: new Map(), gone: new Map() };

export function fromSnapshot(seq: number, reports: readonly Report[], belongs: Belongs): Collection {
  return { seq, reports: new Map(reports.filter(belongs).map((report) => [report.code, report])), gone: new Map() };
}

/** The farewell to a report that this listener may no longer see: its code and version, and nothing more. */
export function isFarewell(report: Report): boolean {
  return (report as { gone?: boolean }).gone === true;
}

/** A report seen outside the event stream: the answer to a command, or a page of the HTTP list. */
export function withReport(state: Collection, report: Report, belongs: Belongs): Collection {
  const known = state.reports.get(report.code)?.version ?? state.gone.get(report.code) ?? 0;
  return report.version < known ? state : put(state, report, belongs);
}

/** A page of the HTTP list at once: one copy of the collection for all of them. */
export function withReports(state: Collection, reports: readonly Report[], belongs: Belongs): Collection {
  const next = { ...state, reports: new Map(state.reports), gone: new Map(state.gone) };
  for (const report of reports) {
    const known = next.reports.get(report.code)?.version ?? next.gone.get(report.code) ?? 0;
    if (report.version >= known) place(next, report, belongs);
  }
  return next;
}

export function withEvent(state: Collection, event: LiveEvent, belongs: Belongs): Collection {
  if (event.seq <= state.seq) return state;
  const next = { ...state, seq: event.seq };
  return event.report === null ? next : withReport(next, event.report, belongs);
}

function put(state: Collection, report: Report, belongs: Belongs): Collection {
  const next = { ...state, reports: new Map(state.reports), gone: new Map(state.gone) };
  place(next, report, belongs);
  return next;
}

function place({ reports, gone }: { reports: Map<string, Report>; gone: Map<string, number> }, report: Report, belongs: Belongs): void {
  if (!isFarewell(report) && belongs(report)) {
    reports.set(report.code, report);
    gone.delete(report.code);
  } else {
    reports.delete(report.code);
    gone.set(report.code, report.version);
  }
}

/** How many reports differ between two copies: what a reset after a long absence changed. */
export function changed(before: Collection, after: Collection): number {
  let count = 0;
  for (const [code, report] of after.reports) if (before.reports.get(code)?.version !== report.version) count += 1;
  for (const code of before.reports.keys()) if (!after.reports.has(code)) count += 1;
  return count;
}
