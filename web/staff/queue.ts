/** Which reports a tab shows, in which order: pure, so that it is tested without a screen. */
import { fold } from "../shared/fold";
import { isOpen, type Report } from "../shared/model";

export const CENTER_TABS = ["waiting", "mine", "agencies", "approve", "all"] as const;
export const AGENCY_TABS = ["new", "doing", "others", "done"] as const;
export type Tab = (typeof CENTER_TABS)[number] | (typeof AGENCY_TABS)[number];

export interface Filters { text: string; category: string; area: string; agency: string; urgent: boolean; late: boolean }
export const NO_FILTERS: Filters = { text: "", category: "", area: "", agency: "", urgent: false, late: false };

export function inTab(tab: Tab, report: Report, me: string, now: number): boolean {
  switch (tab) {
    case "waiting": return report.state === "received" || report.state === "verified" || (report.state === "awaiting_resident" && report.public_status === "waiting");
    case "mine": return isOpen(report) && report.claim !== null && report.claim.by.username === me && Date.parse(report.claim.until) > now;
    case "agencies": return report.state === "dispatched" || report.state === "in_progress" || (report.state === "awaiting_resident" && report.public_status !== "waiting");
    case "approve": return report.state === "resolved";
    case "all": return true;
    case "new": return report.state === "dispatched";
    case "doing": return report.state === "in_progress";
    case "others": return report.state === "resolved" || report.state === "awaiting_resident";
    case "done": return report.state === "published" || report.state === "closed";
  }
}

/** The text a report is searched by, folded once per version of it. */
const folded = new WeakMap<Report, string>();

function haystack(report: Report): string {
  const known = folded.get(report);
  if (known !== undefined) return known;
  const text = fold([report.code, report.category_name, report.category, report.description, report.area?.name, report.lead_name, report.lead].join(" "));
  folded.set(report, text);
  return text;
}

export function passes(filters: Filters, report: Report, now: number): boolean {
  if (filters.category !== "" && report.category !== filters.category) return false;
  if (filters.area !== "" && report.area?.code !== filters.area) return false;
  if (filters.agency !== "" && report.lead !== filters.agency && report.supporting?.includes(filters.agency) !== true) return false;
  if (filters.urgent && report.urgency !== "urgent") return false;
  if (filters.late && !(report.due_at !== null && Date.parse(report.due_at) < now && isOpen(report))) return false;
  return fold(filters.text).split(/\s+/).every((word) => haystack(report).includes(word));
}

/** The earliest due first; equal ones by arrival, then by code, so that the order is the same on every desk. */
export function byDue(a: Report, b: Report): number {
  const due = (report: Report): string => report.due_at ?? "9999";
  return cmp(instant(due(a)), instant(due(b))) || cmp(instant(a.received_at), instant(b.received_at)) || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}

const instant = (at: string): number => (at === "9999" ? Number.MAX_SAFE_INTEGER : Date.parse(at));
const cmp = (a: number, b: number): number => a - b;

export function listed(reports: Iterable<Report>, tab: Tab, filters: Filters, me: string, now: number): Report[] {
  return [...reports].filter((report) => inTab(tab, report, me, now) && passes(filters, report, now)).sort(byDue);
}

/** How far the wait has eaten the time allowed, from 0 (just received) to 1 (due) and beyond; null without a due time. */
export function ageing(report: Report, now: number): number | null {
  if (report.due_at === null || !isOpen(report)) return null;
  const start = Date.parse(report.received_at);
  const whole = Date.parse(report.due_at) - start;
  return whole <= 0 ? 1 : Math.max(0, (now - start) / whole);
}

/** The report after (or before) the chosen one. When the chosen one has left the list, `place` says where it stood. */
export function neighbour(list: readonly Report[], code: string | null, place: number, step: 1 | -1): Report | undefined {
  const at = list.findIndex((report) => report.code === code);
  if (at >= 0) return list[at + step];
  return step === 1 ? list[Math.min(place, list.length - 1)] : list[Math.max(0, Math.min(place, list.length) - 1)];
}
