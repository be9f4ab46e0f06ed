/** Which reports a tab shows, in which order: pure, so that it is tested without a screen. */
import { fold } from "../shared/fold";
import { isOpen, type Report } from "../shared/model";

export const CENTER_TABS = ["waiting", "mine", "agencies", "approve", "all", "audits"] as const;
export const AGENCY_TABS = ["new", "doing", "others", "done", "checks"] as const;
/** Tabs of reports that the live collection does not hold: finished ones, and those that are only to be looked at. */
export const ASIDE_TABS: ReadonlySet<string> = new Set(["done", "audits", "checks"]);
export type Tab = (typeof CENTER_TABS)[number] | (typeof AGENCY_TABS)[number];

export const ORDERS = ["due", "priority", "newest"] as const;
export type Order = (typeof ORDERS)[number];

export interface Filters {
  text: string; category: string; area: string; agency: string; channel: string;
  /** Whose they are: a username, or `ME`. */
  person: string;
  urgent: boolean; late: boolean; mine: boolean; order: Order;
}
export const NO_FILTERS: Filters = { text: "", category: "", area: "", agency: "", channel: "", person: "", urgent: false, late: false, mine: false, order: "due" };

/** Whoever looks, so that a view or an address means the same to everybody it is given to. */
export const ME = "me";

/** Whose a report is: of the one for whom a rule keeps it, as long as the center decides; then of the agency's officer. */
export function whoseIs(report: Pick<Report, "state" | "route" | "officer">): { username: string; name: string } | null {
  const kept = report.state === "received" || report.state === "verified" ? report.route?.person : null;
  return kept ? { username: kept, name: kept } : (report.officer ?? null);
}

export function inTab(tab: Tab, report: Report, me: string, now: number): boolean {
  switch (tab) {
    case "waiting": return report.state === "received" || report.state === "verified" || (report.state === "awaiting_resident" && report.public_status === "waiting");
    case "mine": return isOpen(report) && heldBy(report, me, now);
    case "agencies": return report.state === "dispatched" || report.state === "in_progress" || (report.state === "awaiting_resident" && report.public_status !== "waiting");
    case "approve": return report.state === "resolved";
    case "all": return true;
    case "new": return report.state === "dispatched";
    case "doing": return report.state === "in_progress";
    case "others": return report.state === "resolved" || report.state === "awaiting_resident";
    case "done": return isDone(report);
    case "audits": return isDone(report) && report.audit?.drawn_at !== undefined && report.audit.result === undefined;
    case "checks": return (report.checking ?? []).length > 0;
  }
}

const isDone = (report: Report): boolean => report.state === "published" || report.state === "closed";

function heldBy(report: Report, me: string, now: number): boolean {
  return report.claim !== null && report.claim.by.username === me && Date.parse(report.claim.until) > now;
}

/** What a report is sorted by, read once per version of it: parsing ten thousand times is what makes sorting slow. */
export interface Keys { due: number; received: number; score: number }
const keys = new WeakMap<Report, Keys>();

export function keysOf(report: Report): Keys {
  const known = keys.get(report);
  if (known !== undefined) return known;
  const made = {
    due: report.due_at === null ? Number.MAX_SAFE_INTEGER : Date.parse(report.due_at),
    received: Date.parse(report.received_at),
    score: report.priority?.score ?? 0,
  };
  keys.set(report, made);
  return made;
}

/** The text a report is searched by, folded once per version of it. */
const folded = new WeakMap<Report, string>();

export function haystack(report: Report): string {
  const known = folded.get(report);
  if (known !== undefined) return known;
  const text = fold([report.code, report.category_name, report.category, report.description, report.area?.name, report.lead_name, report.lead].join(" "));
  folded.set(report, text);
  return text;
}

/** The filters as one question; the searched words are folded once and not once per report. `kinds`: what the filter's
 *  category holds where it is a group, as the server and the map's tiles read it. */
export function matcher(filters: Filters, me: string, kinds: ReadonlySet<string> | null = null): (report: Report, now: number) => boolean {
  const words = fold(filters.text).split(/\s+/).filter((word) => word !== "");
  const { category, area, agency, channel, urgent, late, mine } = filters;
  const person = filters.person === ME ? me : filters.person;
  return (report, now) => {
    if (category !== "" && (kinds === null ? report.category !== category : !kinds.has(report.category))) return false;
    if (area !== "" && report.area?.code !== area) return false;
    if (agency !== "" && report.lead !== agency && report.supporting?.includes(agency) !== true) return false;
    if (channel !== "" && report.channel !== channel) return false;
    if (person !== "" && whoseIs(report)?.username !== person) return false;
    if (urgent && report.urgency !== "urgent") return false;
    if (late && !(keysOf(report).due < now && isOpen(report))) return false;
    if (mine && !heldBy(report, me, now)) return false;
    return words.length === 0 || words.every((word) => haystack(report).includes(word));
  };
}

export function passes(filters: Filters, report: Report, now: number, me = "", kinds: ReadonlySet<string> | null = null): boolean {
  return matcher(filters, me, kinds)(report, now);
}

/** The earliest due first; equal ones by arrival, then by code, so that the order is the same on every desk. */
export function byDue(a: Report, b: Report): number {
  const one = keysOf(a);
  const other = keysOf(b);
  return one.due - other.due || one.received - other.received || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}

const BY: Record<Order, (a: Report, b: Report) => number> = {
  due: byDue,
  priority: (a, b) => keysOf(b).score - keysOf(a).score || byDue(a, b),
  newest: (a, b) => keysOf(b).received - keysOf(a).received || byDue(a, b),
};

export const comparing = (order: Order): ((a: Report, b: Report) => number) => BY[order];

export function listed(reports: Iterable<Report>, tab: Tab, filters: Filters, me: string, now: number): Report[] {
  const matches = matcher(filters, me);
  return [...reports].filter((report) => inTab(tab, report, me, now) && matches(report, now)).sort(BY[filters.order]);
}

/** How far the wait has eaten the time allowed, from 0 (just received) to 1 (due) and beyond; null without a due time. */
export function ageing(report: Report, now: number): number | null {
  if (report.due_at === null || !isOpen(report)) return null;
  const { due, received } = keysOf(report);
  return due <= received ? 1 : Math.max(0, (now - received) / (due - received));
}

/** How many percent of the time allowed are gone, as a row tells it: the warning that was said of a clock that runs, by the
 *  calendar of the promise; steps of the wait where it does not run yet, or an extension has made the warning an old one. */
export function gone(report: Report, now: number): number | null {
  const share = ageing(report, now);
  if (share === null || share >= 1) return share === null ? null : 100;
  const warned = report.clock?.warned;
  if (report.due_basis === "running" && warned !== undefined && (report.clock?.extensions ?? 0) === 0) return Math.min(warned, 99);
  return share >= 0.75 ? 75 : share >= 0.5 ? 50 : 0;
}

export type Tint = "" | "half" | "soon" | "late";

/** The steps of ageing a row shows: half, three quarters and all of the time allowed are gone. */
export function tint(report: Report, now: number): Tint {
  const percent = gone(report, now) ?? 0;
  return percent === 0 ? "" : percent >= 100 ? "late" : percent >= 75 ? "soon" : "half";
}

/** The report after (or before) the chosen one. When the chosen one has left the list, `place` says where it stood. */
export function neighbour(list: readonly Report[], code: string | null, place: number, step: 1 | -1): Report | undefined {
  const at = list.findIndex((report) => report.code === code);
  if (at >= 0) return list[at + step];
  return step === 1 ? list[Math.min(place, list.length - 1)] : list[Math.max(0, Math.min(place, list.length) - 1)];
}
