/** How old what is shown may be before the wall says so. A wall that looks well while its data are old is worse than a
 *  dark one: somebody decides by it. Pure. */

/** The line proves every 20 s that it is alive (see Live); twice that and a little more without proof is too long. */
export const SILENT_MS = 45_000;
/** With the line known to be cut there is nothing to wait for: only a moment, for a restart that takes seconds. */
export const CUT_MS = 8_000;
/** A timer that comes this late was asleep with its machine. */
export const SLEPT_MS = 10_000;

export interface Life { /** ms since the last proof of life */ age: number; stale: boolean }

/** Counts from two clocks, because one of them may be set or stand still: the longer time counts. */
export class Proof {
  private wall: number | null = null;
  private mono = 0;

  heard(wall: number, mono: number): void {
    this.wall = wall;
    this.mono = mono;
  }

  /** null before anything was ever heard */
  age(wall: number, mono: number): number | null {
    return this.wall === null ? null : Math.max(0, wall - this.wall, mono - this.mono);
  }
}

export function lifeOf(age: number | null, connected: boolean): Life {
  return age === null ? { age: 0, stale: false } : { age, stale: age > (connected ? SILENT_MS : CUT_MS) };
}

export const FETCH_EVERY = 15_000;
/** While the live channel is cut the figures are the only proof of life, so they are asked for more often than CUT_MS. */
export const FETCH_CUT = 5_000;
export const FETCH_APART = 3_000;
/** The server makes its answer once a second: one asked for later than this after an event knows of it. */
export const FETCH_AFTER = 1_300;

/** Whether the figures are to be fetched now: regularly, and soon after events, many of them together. */
export function fetchDue(now: number, asked: number | null, dirtySince: number | null, dirtyLast: number | null, connected = true): boolean {
  if (asked === null || now - asked >= (connected ? FETCH_EVERY : FETCH_CUT)) return true;
  if (dirtySince === null || dirtyLast === null || now - asked < FETCH_APART) return false;
  // In a storm of events there is no quiet moment: the first of them has waited long enough.
  return now - dirtyLast >= FETCH_AFTER || now - dirtySince >= FETCH_APART;
}
