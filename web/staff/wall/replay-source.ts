/** A past day, played again. It asks the server for that day only; nothing of the present is on the screen. */
import { api } from "../../shared/api";
import { asRefused } from "../../shared/problem";
import { fromInput } from "../../shared/times";
import { copyOf, dayFrom, documentOf, lay, type Day } from "./fold";
import type { Names, ReplayPage, Shown, Told, Trend, WallDocument } from "./model";
import { ReplayClock, SPEEDS } from "./replay-clock";
import { NO_NAMES, type Replaying, type Source, type Trouble } from "./source";

const TICK = 250;
const MINUTE = 60_000;
/** The figures are counted anew this often at the most: half a second is nothing to an eye and much to a processor. */
const COUNT_EVERY = 500;

export class ReplaySource implements Source {
  document: WallDocument | null = null;
  names: Names = NO_NAMES;
  trend: Trend | null = null;
  readonly spots = [];
  media: Shown[] = [];
  readonly alarms = [];
  readonly pinned = null;
  trouble: Trouble = "loading";
  readonly connected = true;
  onChange: () => void = () => undefined;
  onTold: (told: Told) => void = () => undefined;

  private clock: ReplayClock | null = null;
  private events: Told[] = [];
  private times: number[] = [];
  private published: Shown[] = [];
  private midnight: Day | null = null;
  private day: Day | null = null;
  private next = 0;
  private counted = 0;
  private loaded = false;
  private timer: number | null = null;

  constructor(private readonly asked: { day: string; speed: number; at: string | null }, private readonly real: () => number = () => performance.now()) {}

  start(): void {
    void this.load().catch((error: unknown) => {
      const { status } = asRefused(error);
      this.trouble = status === 401 ? "session" : status === 403 ? "forbidden" : "day";
      this.onChange();
    });
    this.timer = window.setInterval(() => this.tick(), TICK);
  }

  stop(): void {
    if (this.timer !== null) window.clearInterval(this.timer);
  }

  now(): number {
    return this.clock?.at(this.real()) ?? 0;
  }

  age(): number | null {
    return null;
  }

  get replaying(): Replaying {
    const { clock } = this;
    return {
      day: this.asked.day, begin: clock?.begin ?? 0, end: clock?.end ?? 0, at: this.now(), speed: clock?.speed ?? this.asked.speed,
      paused: clock?.paused ?? true, loaded: this.loaded,
    };
  }

  private async load(): Promise<void> {
    const path = `/api/v1/replay?day=${encodeURIComponent(this.asked.day)}`;
    let page = await api<ReplayPage>(path);
    this.open(page);
    while (page.next !== null) {
      page = await api<ReplayPage>(`${path}&after=${encodeURIComponent(page.next)}`);
      this.take(page.events);
    }
    this.loaded = true;
    this.clock?.run(this.real());
    this.trouble = "none";
    this.tick();
    this.trend = await api<Trend>(`/api/v1/wall/trend?day=${encodeURIComponent(this.asked.day)}`);
    this.onChange();
  }

  /** The first page: how the day began. */
  open(page: ReplayPage): void {
    const { start } = page;
    if (start === undefined) throw new Error("the first page of a replay holds its start");
    this.names = page.names ?? NO_NAMES;
    this.published = page.media ?? [];
    this.midnight = dayFrom(page.begin, start.cases, start.rated, start.steps);
    this.day = copyOf(this.midnight);
    const from = this.asked.at === null ? Date.parse(page.begin) : Date.parse(fromInput(`${this.asked.day}T${this.asked.at}`));
    this.clock = new ReplayClock(Date.parse(page.begin), Date.parse(page.end), this.asked.speed, from);
    this.take(page.events);
  }

  private take(events: readonly Told[]): void {
    // One by one: a page may be longer than a call may have arguments.
    for (const one of events) {
      this.events.push(one);
      this.times.push(Date.parse(one.at));
    }
  }

  private tick(): void {
    if (this.clock === null || this.day === null || !this.loaded) return;
    const at = this.now();
    const fresh: Told[] = [];
    for (let time = this.times[this.next]; time !== undefined && time <= at; time = this.times[this.next]) {
      const told = this.events[this.next];
      this.next += 1;
      if (told === undefined) break;
      lay(this.day, told);
      fresh.push(told);
    }
    const real = this.real();
    if (this.document === null || real - this.counted >= COUNT_EVERY) this.count(at, real);
    for (const told of fresh.slice(-24)) this.onTold(told);
    this.onChange();
  }

  private count(at: number, real: number): void {
    if (this.day === null) return;
    this.counted = real;
    this.document = documentOf(this.day, at, this.names);
    this.media = this.published.filter((one) => Date.parse(one.published_at) <= at).reverse().slice(0, 12);
  }

  /** Goes to another moment of the day; backwards by beginning again at midnight. */
  seek(to: number): void {
    if (this.clock === null || this.midnight === null) return;
    const real = this.real();
    this.clock.seek(real, to);
    const at = this.clock.at(real);
    if (at < (this.times[this.next - 1] ?? 0)) {
      this.day = copyOf(this.midnight);
      this.next = 0;
    }
    const { day } = this;
    if (day === null) return;
    for (; this.next < this.times.length && (this.times[this.next] ?? Infinity) <= at; this.next += 1) {
      const told = this.events[this.next];
      if (told !== undefined) lay(day, told);
    }
    this.count(at, real);
    this.onChange();
  }

  key(event: KeyboardEvent): boolean {
    const { clock } = this;
    if (clock === null) return false;
    const real = this.real();
    const step = (event.shiftKey ? 60 : 10) * MINUTE;
    const speed = SPEEDS[Number(event.key) - 1];
    if (event.key === " ") { if (clock.paused) clock.run(real); else clock.pause(real); }
    else if (event.key === "ArrowRight") this.seek(clock.at(real) + step);
    else if (event.key === "ArrowLeft") this.seek(clock.at(real) - step);
    else if (event.key === "Home") this.seek(clock.begin);
    else if (event.key === "End") this.seek(clock.end);
    else if (speed !== undefined) clock.setSpeed(real, speed);
    else return false;
    this.onChange();
    return true;
  }
}
