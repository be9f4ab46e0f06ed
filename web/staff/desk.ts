/** What a staff screen knows and can do: account, live collection, catalogues, commands. The elements only draw it. */
import type { Alarm, Drill } from "../shared/alarms";
import { api } from "../shared/api";
import { CrewPositions, type Said } from "../shared/crew-positions";
import { changed, concerns, EMPTY, fromSnapshot, isFarewell, withEvent, withReport, withReports, type Belongs, type Collection } from "../shared/collection";
import { inBrowser, Live, type LiveState, type Presence, type Progress, type Snapshot } from "../shared/live";
import { isOpen, type Account, type Agency, type Category, type LiveEvent, type Person, type Report } from "../shared/model";
import { asRefused, type Refused } from "../shared/problem";
import { serverNow, serverTime } from "../shared/server-time";
import { everySecond } from "../shared/ticker";
import { Catalogues } from "./catalogues";
import { KnownHotSpots } from "./known-hot-spots";
import type { Command } from "./actions";
import { foreseen } from "./optimism";
import { Kept, type Template, type View } from "./kept";
import { Rest } from "./rest";

export interface Toast { id: number; text: string; kind: "done" | "bad" | "note"; undo: (() => void) | null; label?: string }

/** A command under way: what was seen, and what is shown until the server answers. */
interface Guess { seen: Report; shown: Report }

const TOAST_MS = 8_000;

export class Desk {
  collection: Collection = EMPTY;
  /** Reports outside the live collection that are on the screen: found by search, opened by address, just finished. */
  readonly aside = new Map<string, Report>();
  private readonly lookers = new Map<string, Presence>();
  readonly pending = new Map<string, string>();
  readonly catalogues = new Catalogues();
  /** Where crews on duty are. */
  readonly crews = new CrewPositions(() => this.tell());
  readonly hotSpots = new KnownHotSpots(() => this.tell());
  readonly views = new Kept<View>("views", () => this.tell());
  readonly templates = new Kept<Template>("templates", () => this.tell());
  /** The pages after the snapshot. */
  readonly rest: Rest;
  connection: LiveState = "connecting";
  loaded = false;
  chosen: string | null = null;
  missed: number | null = null;
  announcement = "";
  toasts: Toast[] = [];
  /** The center's alarms, those just over too, and the drill that runs. */
  alarms: Alarm[] = [];
  drill: Drill | null = null;
  /** The last event per report; the case pane reloads its timeline when it changes. */
  readonly lastEvent = new Map<string, LiveEvent>();

  readonly live: Live;
  private readonly listeners = new Set<() => void>();
  private readonly eventListeners = new Set<(event: LiveEvent, before: Report | undefined) => void>();
  private readonly guesses = new Map<string, Guess>();
  private guessRound = 0;
  private drawn: { of: ReadonlyMap<string, Report>; round: number; reports: ReadonlyMap<string, Report> } | null = null;
  private countingTo = 0;
  private counted = 0;
  private toastId = 0;
  private planned = false;

  constructor(readonly me: Account, private readonly topic: "operations" | "agency") {
    this.rest = new Rest((reports) => this.takeAll(reports), () => this.tell());
    this.live = new Live(inBrowser(), null, (state) => this.onState(state), (presence) => {
      if (presence.by.username === me.username) return;
      if (presence.report === null) this.lookers.delete(presence.by.username);
      else this.lookers.set(presence.by.username, presence);
      this.tell();
    }, (progress) => this.onProgress(progress), ({ alarms, drill }) => {
      this.alarms = alarms;
      this.drill = drill;
      this.tell();
    });
  }

  private readonly belongs: Belongs = (report) => isOpen(report) && (this.topic === "operations" || concerns(this.me.agency, report));

  start(): void {
    this.live.subscribe(this.topic, {
      snapshot: (seq, snapshot, again) => this.onSnapshot(seq, snapshot, again),
      event: (event) => this.onEvent(event),
      resumed: (seq) => this.onResumed(seq),
      refused: (problem) => this.toast(problem.detail ?? problem.title, "bad"),
    });
    this.live.hear("crew", (message) => this.crews.hear(message as unknown as Said));
    this.live.hear("hot_spots", () => this.hotSpots.hear());
    this.live.start();
    window.addEventListener("online", () => this.live.wake());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.connection === "waiting") this.live.wake();
    });
    // After a sleep the line is dead without knowing it, and the clock has to be asked for.
    everySecond(() => { if (serverTime.slept()) this.live.wake(); });
    void this.catalogues.load().then(() => this.tell());
    if (this.topic === "operations") void this.views.load();
    void this.templates.load();
  }

  /** Calls `tell` after every change, at most once per frame's worth of changes. */
  watch(tell: () => void): () => void {
    this.listeners.add(tell);
    return () => this.listeners.delete(tell);
  }

  onEvents(tell: (event: LiveEvent, before: Report | undefined) => void): () => void {
    this.eventListeners.add(tell);
    return () => this.eventListeners.delete(tell);
  }

  tell(): void {
    if (this.planned) return;
    this.planned = true;
    queueMicrotask(() => {
      this.planned = false;
      for (const tell of this.listeners) tell();
    });
  }

  /** The report as the screen shows it: with what a command under way will change, marked by `pending`. */
  report(code: string | null): Report | undefined {
    if (code === null) return undefined;
    const known = this.truth(code);
    const guess = this.guesses.get(code);
    return guess !== undefined && known?.version === guess.seen.version ? guess.shown : known;
  }

  /** The report as the server has last told it. */
  truth(code: string): Report | undefined {
    return this.collection.reports.get(code) ?? this.aside.get(code);
  }

  /** The open reports as the screen shows them. The same map as long as nothing has changed. */
  get reports(): ReadonlyMap<string, Report> {
    if (this.guesses.size === 0) return this.collection.reports;
    const { drawn } = this;
    if (drawn !== null && drawn.of === this.collection.reports && drawn.round === this.guessRound) return drawn.reports;
    const reports = new Map(this.collection.reports);
    for (const code of this.guesses.keys()) {
      const shown = this.report(code);
      if (shown === undefined || !reports.has(code)) continue;
      if (this.belongs(shown)) reports.set(code, shown);
      else reports.delete(code);
    }
    this.drawn = { of: this.collection.reports, round: this.guessRound, reports };
    return reports;
  }

  /** What `report` will be after a command, as far as can be known here. */
  foresee(command: Command, report: Report, args: Record<string, unknown>): Report {
    const category = this.catalogues.categories.get(report.category);
    return foreseen(this.catalogues.lifecycle, report, command, args, this.me, category?.lane ?? null, category?.approvals ?? 1, serverNow());
  }

  /** The others who have this report on their screen now. */
  looking(code: string): Person[] {
    return [...this.lookers.values()].filter((one) => one.report === code).map((one) => one.by);
  }

  agency(code: string | null | undefined): Agency | undefined {
    return this.catalogues.agencies.get(code ?? "");
  }

  category(code: string): Category | undefined {
    return this.catalogues.categories.get(code);
  }

  choose(code: string | null): void {
    if (this.chosen === code) return;
    this.chosen = code;
    this.live.look(code);
    if (code !== null && this.report(code) === undefined) void this.refresh(code).catch((error: unknown) => this.toast(asRefused(error).message, "bad"));
    this.tell();
  }

  /** Reads one report again over HTTP: a code from the address, or picture addresses that have expired. */
  async refresh(code: string): Promise<void> {
    this.take(await api<Report>(`/api/v1/reports/${encodeURIComponent(code)}`));
  }

  /** Performs a command; throws Refused. The version is that of the report the person was looking at. */
  async perform(command: Command, seen: Report, args: Record<string, unknown> = {}, withVersion = true): Promise<Report> {
    this.pending.set(seen.code, command);
    this.guess(seen.code, { seen, shown: this.foresee(command, seen, args) });
    this.tell();
    try {
      const after = await this.live.command(command, seen.code, args, withVersion ? seen.version : undefined);
      this.take(after);
      return after;
    } catch (error) {
      const refused = asRefused(error);
      if (refused.problem.report) this.take(refused.problem.report);
      throw refused;
    } finally {
      this.pending.delete(seen.code);
      this.guess(seen.code, null);
      this.tell();
    }
  }

  private guess(code: string, guess: Guess | null): void {
    if (guess === null) this.guesses.delete(code);
    else this.guesses.set(code, guess);
    this.guessRound += 1;
  }

  /** Like perform, for a button without a form: what went wrong becomes a notice. True when it was done. `late` is told of
   *  a write that came too late instead, if it wants to be. */
  async attempt(command: Command, seen: Report, args: Record<string, unknown>, explain: (error: Refused) => string, withVersion = true, late?: (now: Report) => void): Promise<boolean> {
    try {
      await this.perform(command, seen, args, withVersion);
      return true;
    } catch (error) {
      const refused = asRefused(error);
      const now = refused.problem.report;
      if (refused.slug === "stale" && now && late !== undefined) late(now);
      else this.toast(`${seen.code}: ${explain(refused)}`, "bad");
      return false;
    }
  }

  takeAlarm(alarm: Alarm): void {
    this.alarms = this.alarms.map((one) => (one.id === alarm.id ? alarm : one));
    this.tell();
  }

  /** Until no command is under way for the report: the next key was pressed before the last answer came. */
  async settled(code: string): Promise<void> {
    while (this.pending.has(code)) await new Promise<void>((done) => { const stop = this.watch(() => { stop(); done(); }); });
  }

  take(report: Report): void {
    this.collection = withReport(this.collection, report, this.belongs);
    this.keepAside(report);
    this.tell();
  }

  /** Something that is shown has come from elsewhere. */
  redraw(): void {
    this.tell();
  }

  /** Many at once, as a page of a list brings them. */
  takeAll(reports: readonly Report[]): void {
    this.collection = withReports(this.collection, reports, this.belongs);
    for (const report of reports) this.keepAside(report);
    this.tell();
  }

  /** `undo` under the name `label`, if it is no undoing. */
  toast(text: string, kind: Toast["kind"], undo: (() => void) | null = null, label?: string): void {
    this.toastId += 1;
    const id = this.toastId;
    this.toasts = [...this.toasts.slice(-3), { id, text, kind, undo, ...(label === undefined ? {} : { label }) }];
    window.setTimeout(() => this.dismiss(id), kind === "bad" ? TOAST_MS * 2 : TOAST_MS);
    this.tell();
  }

  dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
    this.tell();
  }

  forgetMissed(): void {
    this.missed = null;
    this.tell();
  }

  private keepAside(report: Report): void {
    if (this.belongs(report)) this.aside.delete(report.code);
    else if ((this.aside.get(report.code)?.version ?? 0) <= report.version) this.aside.set(report.code, report);
  }

  private onProgress({ report: code, media, percent }: Progress): void {
    const report = this.truth(code);
    if (report === undefined) return;
    this.take({ ...report, media: report.media.map((one) => (one.id === media && one.state === "processing" ? { ...one, progress: percent } : one)) });
  }

  private onState(state: LiveState): void {
    this.connection = state;
    if (state !== "live") this.lookers.clear();
    else void Promise.all([this.crews.load(), this.hotSpots.load()]);
    this.tell();
  }

  private onSnapshot(seq: number, snapshot: Snapshot, again: boolean): void {
    const before = this.collection;
    this.collection = fromSnapshot(seq, snapshot.reports, this.belongs);
    this.loaded = true;
    if (again) this.missed = changed(before, this.collection);
    this.tell();
    // A fresh snapshot holds the 200 most pressing; the others follow page by page, while events already flow.
    void this.rest.follow(snapshot.next).catch((error: unknown) => this.toast(asRefused(error).message, "bad"));
  }

  private onResumed(seq: number): void {
    this.countingTo = seq;
    this.counted = 0;
    if (seq <= this.collection.seq) this.missed = null;
  }

  /** Merging changes how many people stand behind the other report, which has no event of its own for that. */
  private followMerge(into: string | null): void {
    if (into !== null && this.report(into) !== undefined) void this.refresh(into).catch(() => undefined);
  }

  /** A case went where this account does not read: nothing of it stays on the screen. */
  private forget(code: string): void {
    this.aside.delete(code);
    this.lastEvent.delete(code);
    if (this.chosen === code) this.choose(null);
    this.tell();
  }

  private onEvent(event: LiveEvent): void {
    if (event.seq <= this.collection.seq) return;
    const before = event.report === null ? undefined : this.truth(event.report.code);
    this.collection = withEvent(this.collection, event, this.belongs);
    if (event.report !== null && isFarewell(event.report)) {
      this.forget(event.report.code);
      return;
    }
    if (event.report !== null) {
      if (before !== undefined || event.report.code === this.chosen) this.keepAside(this.collection.reports.get(event.report.code) ?? event.report);
      this.lastEvent.set(event.report.code, event);
      this.followMerge(event.report.merged_into ?? before?.merged_into ?? null);
    }
    if (event.seq <= this.countingTo) {
      this.counted += 1;
      this.missed = this.counted;
    } else for (const tell of this.eventListeners) tell(event, before);
    this.tell();
  }
}
