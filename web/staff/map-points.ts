import type { MapPoint, MapView } from "../shared/map";
import type { Report } from "../shared/model";
import { lateness } from "../shared/times";
import type { Desk } from "./desk";
import { categoryName } from "./tell";

export function pointOf(desk: Desk, report: Report, now: number): MapPoint | null {
  if (report.location === null) return null;
  return {
    code: report.code, lon: report.location.lon, lat: report.location.lat, state: report.state, urgent: report.urgency === "urgent",
    lateness: lateness(report.due_at, now), title: `${categoryName(desk, report)} · ${report.code}`,
  };
}

/** The points last made of a collection; a map gets a new list only when something on it has changed. */
let made: { of: unknown; at: number; points: MapPoint[] } | null = null;

export function mapPoints(desk: Desk, now: number): MapPoint[] {
  if (made?.of === desk.collection.reports && made.at === now) return made.points;
  const points = [...desk.collection.reports.values()].map((report) => pointOf(desk, report, now)).filter((point) => point !== null);
  made = { of: desk.collection.reports, at: now, points };
  return points;
}

/** "107.11,10.39,11.2" (longitude, latitude, zoom) from the page; the demo city when it says nothing. */
export function viewOf(text: string | undefined): MapView {
  const [lon, lat, zoom] = (text ?? "").split(",").map(Number);
  return lon !== undefined && lat !== undefined && zoom !== undefined && [lon, lat, zoom].every(Number.isFinite) ? { lon, lat, zoom } : { lon: 107.11, lat: 10.39, zoom: 11.2 };
}
