/** A past day as a fold: how the city stood at midnight, and each event laid over its case. Pure.
 *
 *  It counts exactly as ioc_dashboard/wall.py does, so that a replayed evening shows the figures that evening had. */
import type { State } from "../../shared/model";
import type { Case, Cluster, Counts, Load, Name, Names, Steps, Told, WallDocument } from "./model";
import { KEPT, TOLD } from "./told";

const ENDED: ReadonlySet<State> = new Set(["published", "closed", "rejected", "merged", "withdrawn"]);
const WITHOUT_AGENCY: ReadonlySet<State> = new Set(["received", "verified"]);
const SOON = 2 * 3600_000;
const CELL = 0.012;

export interface Day {
  begin: number;
  cases: Map<string, Case>;
  rated: number;
  satisfied: number;
  steps: Steps;
  latest: Told[];
}

export function dayFrom(begin: string, cases: readonly Case[], rated: { rated: number; satisfied: number }, steps: Steps): Day {
  return { begin: Date.parse(begin), cases: new Map(cases.map((one) => [one.code, one])), ...rated, steps, latest: [] };
}

/** Lays the event over the day, in place: a day of events is folded again and again while somebody seeks. */
export function lay(day: Day, told: Told): void {
  const { event, rating } = told;
  day.cases.set(told.code, told);
  if (event === "report.rated") {
    day.rated += 1;
    if (rating === "satisfied") day.satisfied += 1;
  }
  if (TOLD.has(event)) {
    day.latest.unshift(told);
    if (day.latest.length > KEPT) day.latest.length = KEPT;
  }
}

/** A copy that may be laid over without touching the original. */
export function copyOf(day: Day): Day {
  return { ...day, cases: new Map(day.cases), latest: [...day.latest] };
}

const EMPTY = (): Counts => ({ open: 0, unassigned: 0, oldest_at: null, due_soon: 0, overdue: 0, urgent: 0, done_today: 0, received_today: 0 });

function count(counts: Counts, one: Case, day: number, now: number): void {
  const open = !ENDED.has(one.state);
  const due = one.due_basis === "paused" || one.due_at === null ? null : Date.parse(one.due_at);
  if (open) {
    counts.open += 1;
    if (one.urgency === "urgent") counts.urgent += 1;
    if (due !== null && due < now) counts.overdue += 1;
    else if (due !== null && due <= now + SOON) counts.due_soon += 1;
  }
  if (WITHOUT_AGENCY.has(one.state)) {
    counts.unassigned += 1;
    if (counts.oldest_at === null || Date.parse(one.received_at) < Date.parse(counts.oldest_at)) counts.oldest_at = one.received_at;
  }
  if ((one.state === "published" || one.state === "closed") && one.published_at !== null && Date.parse(one.published_at) >= day) counts.done_today += 1;
  if (Date.parse(one.received_at) >= day) counts.received_today += 1;
}

class Tally {
  private readonly loads = new Map<string, Load>();

  constructor(private readonly names: Record<string, Name>) {}

  add(code: string | null, one: Case, day: number, now: number, name?: string): void {
    if (code === null) return;
    const known = this.names[code];
    const load = this.loads.get(code) ?? { code, name: name ?? known?.name ?? code, name_en: known?.name_en ?? null, ...EMPTY() };
    this.loads.set(code, load);
    count(load, one, day, now);
  }

  sorted(): Load[] {
    return [...this.loads.values()].sort((a, b) => b.open - a.open || (a.code < b.code ? -1 : 1));
  }
}

/** The whole picture at `now` (ms), as GET /api/v1/wall would have given it then. */
export function documentOf(day: Day, now: number, names: Names): WallDocument {
  const all = EMPTY();
  const [areas, agencies, categories] = [new Tally({}), new Tally(names.agencies), new Tally(names.categories)];
  for (const one of day.cases.values()) {
    count(all, one, day.begin, now);
    areas.add(one.area?.code ?? null, one, day.begin, now, one.area?.name);
    categories.add(one.category, one, day.begin, now);
    agencies.add(WITHOUT_AGENCY.has(one.resume_state ?? one.state) ? null : one.lead, one, day.begin, now);
  }
  return {
    at: new Date(now).toISOString(), day: new Date(day.begin).toISOString(),
    figures: { ...all, rated: day.rated, satisfied: day.satisfied, steps: day.steps },
    areas: areas.sorted(), agencies: agencies.sorted(), categories: categories.sorted(),
    clusters: clustersOf(day.cases.values(), now), latest: [...day.latest],
  };
}

/** Open cases put together by cell; the mark stands at the middle of its cases. */
export function clustersOf(cases: Iterable<Case>, now: number): Cluster[] {
  const cells = new Map<string, Cluster>();
  for (const one of cases) {
    if (ENDED.has(one.state)) continue;
    const key = `${Math.floor(one.lon / CELL)} ${Math.floor(one.lat / CELL)}`;
    const cell = cells.get(key) ?? { lon: 0, lat: 0, waiting: 0, working: 0, resolved: 0, overdue: 0, urgent: 0 };
    cells.set(key, cell);
    const before = cell.waiting + cell.working + cell.resolved;
    cell.lon += (one.lon - cell.lon) / (before + 1);
    cell.lat += (one.lat - cell.lat) / (before + 1);
    if (WITHOUT_AGENCY.has(one.state)) cell.waiting += 1;
    else if (one.state === "resolved") cell.resolved += 1;
    else cell.working += 1;
    if (one.due_basis !== "paused" && one.due_at !== null && Date.parse(one.due_at) < now) cell.overdue += 1;
    if (one.urgency === "urgent") cell.urgent += 1;
  }
  return [...cells.values()];
}
