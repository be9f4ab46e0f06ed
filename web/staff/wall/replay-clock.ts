/** The simulated clock of a replay: any speed, pause, jumps; never before the day's beginning nor after its end. Pure. */

export const SPEEDS = [1, 10, 60, 600] as const;

export class ReplayClock {
  private from: number;
  private since: number | null = null;

  constructor(readonly begin: number, readonly end: number, public speed: number, start = begin) {
    this.from = this.held(start);
  }

  /** The simulated time when the real clock says `real` (both ms). */
  at(real: number): number {
    return this.since === null ? this.from : this.held(this.from + (real - this.since) * this.speed);
  }

  get paused(): boolean {
    return this.since === null;
  }

  run(real: number): void {
    this.since ??= real;
  }

  pause(real: number): void {
    this.from = this.at(real);
    this.since = null;
  }

  seek(real: number, to: number): void {
    this.from = this.held(to);
    if (this.since !== null) this.since = real;
  }

  setSpeed(real: number, speed: number): void {
    this.from = this.at(real);
    if (this.since !== null) this.since = real;
    this.speed = speed;
  }

  private held(at: number): number {
    return Math.min(this.end, Math.max(this.begin, at));
  }
}

/** "?replay=2026-11-29&speed=600&at=14:30" as the wall reads it; null without a day. A wrong speed is the slowest that hurts nobody: 60. */
export function replayAsked(search: string): { day: string; speed: number; at: string | null } | null {
  const query = new URLSearchParams(search);
  const day = query.get("replay");
  if (day === null) return null;
  const speed = Number(query.get("speed") ?? 60);
  const at = query.get("at");
  return { day, speed: Number.isFinite(speed) && speed >= 1 && speed <= 600 ? speed : 60, at: at !== null && /^\d\d:\d\d$/.test(at) ? at : null };
}
