/** Alarms of the center as the server tells them: the whole list after every change. Times RFC 3339, metres, WGS 84. */
import type { Person } from "./model";

export type AlarmKind = "urgent_untouched" | "storm" | "agency_silent" | "handover_stuck" | "mailbox_failing" | "feed_stale" | "drill";

export interface Alarm {
  id: number;
  kind: AlarmKind;
  /** 1 raised, 2 gone to the supervisor, 3 to the leader. */
  level: 1 | 2 | 3;
  raised_at: string;
  text_vi: string;
  text_en: string;
  /** The first 200 codes; `count` counts all. */
  reports: string[];
  category: string | null;
  agency: string | null;
  area: { code: string; name: string } | null;
  location: { lon: number; lat: number } | null;
  radius_m: number | null;
  count: number;
  acknowledged: { by: Person; at: string; note: string | null } | null;
  cleared_at: string | null;
  drill: boolean;
}

export interface Drill { active: true; since: string; by: Person; until: string; scenario: string | null }
export interface AlarmsMessage { alarms: Alarm[]; drill: Drill | null }

/** Those that stand: what still waits for a person first, of these the real before exercises, the highest level, the
 *  oldest; then what somebody has taken, the last taken first. */
export function standing(alarms: readonly Alarm[]): Alarm[] {
  const taken = (alarm: Alarm): number => (alarm.acknowledged === null ? 0 : Date.parse(alarm.acknowledged.at));
  return alarms.filter((alarm) => alarm.cleared_at === null)
    .sort((one, other) => (taken(one) > 0 && taken(other) > 0 ? taken(other) - taken(one) : taken(one) - taken(other)) || Number(one.drill) - Number(other.drill) || other.level - one.level || Date.parse(one.raised_at) - Date.parse(other.raised_at) || one.id - other.id);
}

/** The one that is to be acknowledged next. */
export function nextWaiting(alarms: readonly Alarm[]): Alarm | undefined {
  return standing(alarms).find((alarm) => alarm.acknowledged === null);
}
