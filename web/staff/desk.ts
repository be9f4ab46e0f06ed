/** What a staff screen knows and can do: account, live collection, catalogues, commands. The elements only draw it. */
import type { Alarm, Drill } from "../shared/alarms";
import { api } from "../shared/api";
import { changed, concerns, EMPTY, fromSnapshot, isFarewell, withEvent, withReport, withReports, type Belongs, type Collection } from "../shared/collection";
import { inBrowser, Live, type LiveState, type Presence, type Progress, type Snapshot } from "../shared/live";
import { isOpen, type Account, type Agency, type Category, type LiveEvent, type Person, type Report } from "../shared/model";
import { asRefused, type Refused } from "../shared/problem";
import { serverTime } from "../shared/server-time";
import { everySecond } from "../shared/ticker";
import { Catalogues } from "./catalogues";
import { Rest } from "./rest";

export interface Toast { id: number; text: string; kind: "done" | "bad" | "note"; undo: (() => void) | null }

const TOAST_MS = 8_000;

export class Desk {
  collection: Collection = EMPTY;
  /** Reports outside the live collection that are on the screen: found by search, opened by address, just finished. */
  readonly aside = new Map<string, Report>();
  private readonly lookers = new Map<string, Presence>();
  readonly pending = new Map<string, string>();
  readonly catalogues = new Catalogues();
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
    this.live.start();
    window.addEventListener("online", () => this.live.wake());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.connection === "waiting") this.live.wake();
    });
    // After a sleep the line is dead without knowing it, and the clock has to be asked for.
    everySecond(() => { if (serverTime.slept()) this.live.wake(); });
    void this.catalogues.load().then(() => this.tell());
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

  report(code: string | null): Report | undefined {
    return code === null ? undefined : (this.collection.reports.get(code) ?? this.aside.get(code));
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
  async perform(command: string, seen: Report, args: Record<string, unknown> = {}, withVersion = true): Promise<Report> {
    this.pending.set(seen.code, command);
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
      this.tell();
    }
  }

  /** Like perform, for a button without a form: what went wrong becomes a notice. True when it was done. */
  async attempt(command: string, seen: Report, args: Record<string, unknown>, explain: (error: Refused) => string, withVersion = true): Promise<boolean> {
    try {
      await this.perform(command, seen, args, withVersion);
      return true;
    } catch (error) {
      this.toast(explain(asRefused(error)), "bad");
      return false;
    }
  }

  takeAlarm(alarm: Alarm): void {
    this.alarms = this.alarms.map((one) => (one.id === alarm.id ? alarm : one));
    this.tell();
  }

  take(report: Report): void {
    this.collection = withReport(this.collection, report, this.belongs);
    this.keepAside(report);
    this.tell();
  }

  /** Many at once, as a page of a list brings them. */
  takeAll(reports: readonly Report[]): void {
    this.collection = withReports(this.collection, reports, this.belongs);
    for (const report of reports) this.keepAside(report);
    this.tell();
  }

  toast(text: string, kind: Toast["kind"], undo: (() => void) | null = null): void {
    this.toastId += 1;
    const id = this.toastId;
    this.toasts = [...this.toasts.slice(-3), { id, text, kind, undo }];
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
    const report = this.report(code);
    if (report === undefined) return;
    this.take({ ...report, media: report.media.map((one) => (one.id === media && one.state === "processing" ? { ...one, progress: percent } : one)) });
  }

  private onState(state: LiveState): void {
    this.connection = state;
    if (state !== "live") this.lookers.clear();
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
    const before = event.report === null ? undefined : this.report(event.report.code);
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
