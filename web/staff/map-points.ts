import type { MapPoint, MapView } from "../shared/map";
import type { Report } from "../shared/model";
import { lateness } from "../shared/times";
import type { Desk } from "./desk";
import { inTab, matcher, type Filters, type Tab } from "./queue";
import { categoryName } from "./tell";

/** The point of a report is the same object while neither the report nor its lateness has changed, so that a map of ten
 *  thousand sees by looking what it has to draw. */
const known = new WeakMap<Report, MapPoint>();

export function pointOf(desk: Desk, report: Report, now: number): MapPoint | null {
  if (report.location === null) return null;
  const late = lateness(report.due_at, now);
  const title = `${categoryName(desk, report)} · ${report.code}`;
  const before = known.get(report);
  if (before?.lateness === late && before.title === title) return before;
  const point: MapPoint = {
    code: report.code, lon: report.location.lon, lat: report.location.lat, state: report.state, urgent: report.urgency === "urgent",
    lateness: late, title,
  };
  known.set(report, point);
  return point;
}

/** The points last made of a collection; a map gets a new list only when something on it has changed. */
let made: { of: unknown; at: number; points: MapPoint[] } | null = null;

export function mapPoints(desk: Desk, now: number): MapPoint[] {
  if (made?.of === desk.collection.reports && made.at === now) return made.points;
  const points = [...desk.collection.reports.values()].map((report) => pointOf(desk, report, now)).filter((point) => point !== null);
  made = { of: desk.collection.reports, at: now, points };
  return points;
}

let shown: { key: readonly unknown[]; points: MapPoint[] } | null = null;
let listed: MapPoint[] = [];

/** The points of what the queue shows: its tab and its filters. */
export function shownPoints(desk: Desk, tab: Tab, filters: Filters, now: number): MapPoint[] {
  const { reports } = desk;
  const key = [reports, tab, filters, now, desk.catalogues.categories.size];
  if (shown?.key.every((one, at) => one === key[at]) === true) return shown.points;
  const matches = matcher(filters, desk.me.username, desk.catalogues.kinds(filters.category));
  const inside = [...reports.values()].filter((report) => inTab(tab, report, desk.me.username, now) && matches(report, now));
  shown = { key, points: inside.map((report) => pointOf(desk, report, now)).filter((point) => point !== null) };
  return shown.points;
}

/** The points of exactly these reports: the rows of the queue, also those that no live collection holds. */
export function listedPoints(desk: Desk, codes: readonly string[], now: number): MapPoint[] {
  const points = codes.map((code) => desk.report(code)).map((report) => (report === undefined ? null : pointOf(desk, report, now))).filter((point) => point !== null);
  if (points.length !== listed.length || points.some((point, at) => point !== listed[at])) listed = points;
  return listed;
}

const GROUPS: Partial<Record<Tab, string>> = { waiting: "waiting", agencies: "handling", approve: "approving" };

/** The same as the query of a tile; null where tiles cannot be narrowed so far and would count what the queue does not show. */
export function queryOf(tab: Tab, filters: Filters): string | null {
  const query = new URLSearchParams();
  const group = GROUPS[tab];
  if (group === undefined && tab !== "all") return null;
  if (filters.channel !== "" || filters.person !== "" || filters.mine || filters.text.trim() !== "") return null;
  if (group !== undefined) query.set("group", group);
  for (const name of ["category", "agency", "area"] as const) if (filters[name] !== "") query.set(name, filters[name]);
  if (filters.urgent) query.set("urgent", "true");
  if (filters.late) query.set("late", "true");
  return query.toString();
}

/** The same as the query of the list; the screen narrows further by the tab and the words. */
export function listQueryOf(filters: Filters): string {
  const query = new URLSearchParams();
  for (const name of ["category", "agency", "area"] as const) if (filters[name] !== "") query.set(name, filters[name]);
  if (filters.urgent) query.set("urgency", "urgent");
  if (filters.late) query.set("late", "true");
  return query.toString();
}

/** "107.11,10.39,11.2" (longitude, latitude, zoom) from the page; the demo city when it says nothing. */
export function viewOf(text: string | undefined): MapView {
  const [lon, lat, zoom] = (text ?? "").split(",").map(Number);
  return lon !== undefined && lat !== undefined && zoom !== undefined && [lon, lat, zoom].every(Number.isFinite) ? { lon, lat, zoom } : { lon: 107.11, lat: 10.39, zoom: 11.2 };
}
