/** Which alarms stand on the stage. One that nobody has acknowledged stays; one that somebody has says who, and goes. Pure. */
import type { Alarm } from "./model";

export const SAY_WHO_MS = 15_000;
/** More than this cannot be read from five metres; the others are counted. */
export const MOST_SHOWN = 4;

export interface Staged { shown: Alarm[]; more: number; /** acknowledged, but the cause is still there */ quiet: number }

/** What the stage shows at `now` (ms, the server's clock): the highest level first, then the oldest. */
export function stagedAt(alarms: readonly Alarm[], now: number): Staged {
  const active = alarms.filter((alarm) => alarm.cleared_at === null);
  const fresh = (alarm: Alarm): boolean => alarm.acknowledged !== null && now - Date.parse(alarm.acknowledged.at) < SAY_WHO_MS;
  const waiting = active.filter((alarm) => alarm.acknowledged === null);
  const answered = alarms.filter(fresh);
  const order = (a: Alarm, b: Alarm): number => b.level - a.level || Date.parse(a.raised_at) - Date.parse(b.raised_at) || a.id - b.id;
  const all = [...waiting.sort(order), ...answered.sort(order)];
  const shown = all.slice(0, MOST_SHOWN);
  return { shown, more: all.length - shown.length, quiet: active.filter((alarm) => alarm.acknowledged !== null).length };
}
