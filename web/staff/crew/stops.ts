/** The stops of a day: what is true of each with what waits on the phone, and in which order. Pure. */
import type { Location, Media } from "../../shared/model";
import type { OutboxItem } from "../../shared/outbox/types";

export type StopState = "open" | "under_way" | "done" | "unable" | "cancelled";

export interface StopCase {
  code: string; category: string; category_name: string; description: string; place: string | null; area: { name: string } | null;
  location: Location; due_at: string | null; urgency: "normal" | "urgent"; restricted: boolean; media: Media[];
}

export interface Stop {
  id: string; what: string; note: string | null; due_at: string | null; state: StopState; position: number | null;
  result: { words?: string; at: string; by: string } | null; media: Media[]; case: StopCase;
}

export interface Day { day: string; crew: { id: string; code: string; name: string } | null; stops: Stop[]; seq?: number }

/** What the crew's form holds; the body as it is sent. */
export interface ResultFields { state: "under_way" | "done" | "unable"; words?: string; location?: { lon: number; lat: number; accuracy_m?: number } }

export interface Standing {
  state: StopState;
  /** On the phone and not at the city yet. */
  waiting: boolean;
  /** The city said no to this one: it keeps its words and photos until somebody has looked. */
  refused: OutboxItem | null;
}

const RANK: Record<StopState, number> = { open: 0, under_way: 1, unable: 2, done: 2, cancelled: 2 };
const SENT: ReadonlySet<OutboxItem["stage"]> = new Set(["queued", "sending", "uploading", "done"]);

/** How a stop stands for the crew: what was pressed counts at once, whether or not the city knows. */
export function standing(stop: Stop, items: readonly OutboxItem[]): Standing {
  const own = items.filter((item) => item.about === stop.id);
  const refused = own.findLast((item) => item.stage === "rejected") ?? null;
  const told = own.filter((item) => SENT.has(item.stage));
  const waiting = told.some((item) => item.stage !== "done");
  const state = told.reduce<StopState>((best, item) => {
    const said = (item.fields as ResultFields | null)?.state;
    return said !== undefined && RANK[said] > RANK[best] ? said : best;
  }, stop.state);
  return { state, waiting, refused };
}

export const isOver = (state: StopState): boolean => RANK[state] === 2;
export const dueOf = (stop: Stop): string | null => stop.due_at ?? stop.case.due_at;

const EARTH_M = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Metres between two places on the globe. */
export function metresBetween(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const east = radians(b.lon - a.lon) * Math.cos(radians((a.lat + b.lat) / 2));
  return EARTH_M * Math.hypot(east, radians(b.lat - a.lat));
}

export type Order = "due" | "near";

/** What is to be done first: the order the desk has set, then the earlier due time; or the nearest from `here`. What is
 *  over comes last, as it was. */
export function ordered(stops: readonly Stop[], items: readonly OutboxItem[], order: Order, here: { lon: number; lat: number } | null): Stop[] {
  const over = new Map(stops.map((stop) => [stop.id, isOver(standing(stop, items).state)]));
  const due = (stop: Stop): number => Date.parse(dueOf(stop) ?? "9999-12-31");
  const rank = (stop: Stop): number => (order === "near" && here !== null ? metresBetween(here, stop.case.location) : 0);
  const place = (stop: Stop): number => (order === "due" ? (stop.position ?? Number.MAX_SAFE_INTEGER) : 0);
  return [...stops].sort((a, b) => Number(over.get(a.id)) - Number(over.get(b.id)) || rank(a) - rank(b) || place(a) - place(b) || due(a) - due(b) || (a.id < b.id ? -1 : 1));
}

/** The picture the crew compares with: the first the resident sent that can be looked at. */
export function beforeOf(stop: Stop): Media | null {
  return stop.case.media.find((one) => one.role === "report" && one.kind !== "audio" && (one.large ?? one.small)) ?? null;
}
