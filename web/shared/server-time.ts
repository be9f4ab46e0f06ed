/** The server's clock as this page knows it. Every "how long ago" and "how much is left" is counted from it, because the
 *  clock of a desk may be wrong by a day and the due time is not.
 *
 *  Between two words of the server the time runs on the browser's monotone clock, which nobody sets. That one may stand
 *  still while a laptop sleeps: then wall and monotone clock disagree, `slept` says so, and the server is asked again. */

/** An HTTP date has no fractions: half a second is what it is wrong by on average. */
const HALF_SECOND = 500;
/** How far a date without fractions may be from a better word before it counts as news. */
const COARSE = 2_000;
const SLEEP = 5_000;

/** A moment of this page, by both clocks of the browser. */
export interface Mark { readonly mono: number; readonly wall: number }

export class ServerTime {
  private base: (Mark & { server: number; wall: number; parted: boolean }) | null = null;
  private fine = false;

  constructor(private readonly mono: () => number = () => performance.now(), private readonly wall: () => number = () => Date.now()) {}

  /** Milliseconds since 1970; the browser's own clock until the server has been heard. */
  now(): number {
    return this.base === null ? this.wall() : this.base.server + this.mono() - this.base.mono;
  }

  /** The server said its time just now, to the millisecond. */
  heard(server: number): void {
    if (!Number.isFinite(server)) return;
    this.base = { server, ...this.mark(), parted: false };
    this.fine = true;
  }

  /** A Date header, to the second: taken when nothing better is known or when it contradicts what is. */
  heardHeader(date: string | null): void {
    const server = date === null ? NaN : Date.parse(date) + HALF_SECOND;
    if (!Number.isFinite(server)) return;
    if (this.base !== null && this.fine && Math.abs(server - this.now()) < COARSE) this.base.parted = false;
    else this.base = { server, ...this.mark(), parted: false };
  }

  /** True once when the two clocks of the browser have drifted apart: the machine slept, or somebody set its clock. */
  slept(): boolean {
    if (this.base === null) return false;
    const drift = (this.wall() - this.base.wall) - (this.mono() - this.base.mono);
    if (Math.abs(drift) < SLEEP) return false;
    this.base.parted = true;
    this.base.wall = this.wall() - (this.mono() - this.base.mono);
    return true;
  }

  /** Now, to be asked about later. */
  mark(): Mark {
    return { mono: this.mono(), wall: this.wall() };
  }

  /** When that was by the server's clock, in ms since 1970. Null where it cannot be sworn to: the server was not heard yet,
   *  or since then, or since it was heard, the machine slept or somebody set its clock. */
  when(mark: Mark): number | null {
    if (this.base === null || this.base.parted || this.parted(this.base) || this.parted(mark)) return null;
    return this.now() - (this.mono() - mark.mono);
  }

  private parted(since: Mark): boolean {
    return Math.abs(this.wall() - since.wall - (this.mono() - since.mono)) >= SLEEP;
  }
}

export const serverTime = new ServerTime();
/** Now, by the server's clock, in ms since 1970. */
export const serverNow = (): number => serverTime.now();
