/** The present: figures over HTTP, events and alarms over the live channel, and a way back from whatever broke. */
import { api } from "../../shared/api";
import { inBrowser, Live, type LiveState } from "../../shared/live";
import type { LiveEvent } from "../../shared/model";
import { currentLanguage } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { serverNow } from "../../shared/server-time";
import { fetchDue, Proof, SLEPT_MS } from "./freshness";
import { laterPin } from "./rotation";
import type { Alarm, LiveDocument, Names, Pinned, Shown, Spot, Told, Trend } from "./model";
import { NO_NAMES, type Source, type Trouble } from "./source";
import { toldOf, withTold } from "./told";

const TICK = 500;
const PATIENCE = 10_000;
const RARELY = 3600_000;
const OFTEN = 60_000;
const MOST_SHOWN = 12;

interface Features<T> { features: { geometry: { coordinates: [number, number] }; properties: T }[] }

export class LiveSource implements Source {
  document: LiveDocument | null = null;
  names: Names = NO_NAMES;
  trend: Trend | null = null;
  spots: Spot[] = [];
  media: Shown[] = [];
  alarms: Alarm[] = [];
  pinned: Pinned | null = null;
  trouble: Trouble = "loading";
  readonly replaying = null;
  connected = false;
  onChange: () => void = () => undefined;
  onTold: (told: Told) => void = () => undefined;

  private readonly live: Live;
  private readonly proof = new Proof();
  private timer: number | null = null;
  private ticked = Date.now();
  private asked: number | null = null;
  private dirtySince: number | null = null;
  private dirtyLast: number | null = null;
  private fetching = false;
  private rarely = 0;
  private often = 0;

  constructor() {
    this.live = new Live(inBrowser(), null, (state) => this.onState(state), () => undefined);
    this.live.hear("wall", (message) => { this.pinned = laterPin(this.pinned, message as unknown as Pinned); this.onChange(); });
    this.live.hear("alarms", (message) => { this.alarms = (message as unknown as { alarms: Alarm[] }).alarms; this.onChange(); });
    this.live.subscribe("operations", {
      snapshot: () => this.touch(), resumed: () => this.touch(), refused: () => undefined, event: (event) => this.onEvent(event),
    });
  }

  start(): void {
    this.live.start();
    window.addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.timer = window.setInterval(() => this.tick(), TICK);
    this.tick();
  }

  stop(): void {
    this.live.stop();
    window.removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    if (this.timer !== null) window.clearInterval(this.timer);
  }

  now(): number {
    return serverNow();
  }

  age(): number | null {
    return this.proof.age(Date.now(), performance.now());
  }

  key(): boolean {
    return false;
  }

  /** The network came back, or the machine woke: what is open may be dead without knowing it. */
  private readonly wake = (): void => {
    if (document.hidden) return;
    if (this.connected && (this.age() ?? 0) < SLEPT_MS) return;
    this.live.wake();
    this.asked = null;
  };

  private onState(state: LiveState): void {
    this.connected = state === "live";
    if (state === "live") {
      this.asked = null;
      this.often = 0;
      this.rarely = 0;
    }
    if (state === "refused") this.trouble = "session";
    this.onChange();
  }

  private touch(): void {
    const now = Date.now();
    this.dirtySince ??= now;
    this.dirtyLast = now;
  }

  private onEvent(event: LiveEvent): void {
    this.touch();
    const told = toldOf(event, this.names);
    if (told === null) return;
    if (this.document !== null) this.document = { ...this.document, latest: withTold(this.document.latest, told) };
    this.onTold(told);
    this.onChange();
  }

  private tick(): void {
    const now = Date.now();
    const gap = now - this.ticked;
    this.ticked = now;
    if (gap > SLEPT_MS) this.wake();
    const heard = this.live.lastHeard;
    if (heard !== null) this.proof.heard(heard.wall, heard.mono);
    if (!this.fetching && fetchDue(now, this.asked, this.dirtySince, this.dirtyLast, this.connected)) void this.fetch(now);
    if (this.connected && now - this.rarely > RARELY) {
      this.rarely = now;
      void this.fetchRarely();
    }
    if (this.connected && now - this.often > OFTEN) {
      this.often = now;
      void this.fetchOften();
    }
  }

  private async fetch(now: number): Promise<void> {
    this.fetching = true;
    this.asked = now;
    this.dirtySince = null;
    this.dirtyLast = null;
    try {
      const found = await api<LiveDocument>("/api/v1/wall", { signal: AbortSignal.timeout(PATIENCE) });
      this.document = found;
      this.names = found.names;
      this.pinned = laterPin(this.pinned, found.scene);
      this.proof.heard(Date.now(), performance.now());
      if (this.trouble !== "none") this.recovered();
    } catch (error) {
      const { status } = asRefused(error);
      if (status === 401) this.trouble = "session";
      else if (status === 403) this.trouble = "forbidden";
    } finally {
      this.fetching = false;
      this.onChange();
    }
  }

  /** The session is good again (somebody signed in on this machine): the line has to be opened anew. */
  private recovered(): void {
    if (this.trouble === "session") this.live.start();
    this.trouble = "none";
  }

  private async fetchRarely(): Promise<void> {
    // A wall is signed in once and then hangs there: its session is kept alive while it is used.
    await quietly(async () => { await api("/api/v1/sessions/current/renew", { method: "POST" }); });
    await quietly(async () => { this.trend = await api<Trend>("/api/v1/wall/trend"); });
    this.onChange();
  }

  private async fetchOften(): Promise<void> {
    const lang = currentLanguage();
    await quietly(async () => {
      const found = await api<Features<Shown>>(`/api/v1/public/reports?limit=50&lang=${lang}`);
      this.media = found.features.map((one) => one.properties).filter((one) => one.media.length > 0).slice(0, MOST_SHOWN);
    });
    await quietly(async () => {
      const found = await api<Features<Spot>>(`/api/v1/public/hot-spots?lang=${lang}`);
      this.spots = found.features.slice(0, MOST_SHOWN).map((one) => ({ ...one.properties, lon: one.geometry.coordinates[0], lat: one.geometry.coordinates[1] }));
    });
    this.onChange();
  }
}

/** What fails is tried again at the next turn; the age of the data tells of it. */
async function quietly(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    asRefused(error);
  }
}
