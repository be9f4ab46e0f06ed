/** Which events a wall tells of, and how a live event becomes one. Whatever is not named here is not shown. */
import type { LiveEvent } from "../../shared/model";
import type { Names, Told } from "./model";

/** The same list as ioc_dashboard/wall_journal.py: TOLD. */
export const TOLD: ReadonlySet<string> = new Set([
  "report.received", "report.verified", "report.rejected", "report.merged", "report.dispatched", "report.accepted", "report.returned", "report.extended",
  "report.escalated", "report.overdue", "report.resolved", "report.published", "report.rated", "report.reopened", "report.closed",
]);

/** Events kept for the ticker: what a screen can show at once and a little more, however long it runs. */
export const KEPT = 40;
const COARSE = 0.005;

const coarse = (degrees: number): number => (Math.floor(degrees / COARSE) + 0.5) * COARSE;

/** The event as the wall may show it; null for one it must not: its category is not named (the restricted lane), or nobody is told of such events. */
export function toldOf(event: LiveEvent, names: Names): Told | null {
  const { report } = event;
  const category = report === null ? undefined : names.categories[report.category];
  if (report === null || category === undefined || report.location === null || !TOLD.has(event.event)) return null;
  const { lon, lat } = report.location;
  return {
    event: event.event, at: event.at, code: report.code, category: report.category,
    area: report.area === null ? null : { code: report.area.code, name: report.area.name },
    lon: category.private ? coarse(lon) : lon, lat: category.private ? coarse(lat) : lat,
    received_at: report.received_at, state: report.state, resume_state: null, urgency: report.urgency, lead: report.lead,
    due_at: report.due_at, due_basis: report.due_basis ?? null, published_at: report.published_at ?? null,
    rating: report.rating?.rating ?? null,
  };
}

/** The newest first, each event once, never more than KEPT. */
export function withTold(latest: readonly Told[], told: Told): Told[] {
  if (latest.some((one) => one.code === told.code && one.event === told.event && one.at === told.at)) return [...latest];
  return [told, ...latest].slice(0, KEPT);
}
