/** Client of the live channel (/api/v1/live): one socket, topics, commands as promises, presence, resume.
 *
 *  It knows nothing of the page. Timers, clock, chance and the socket are given, so that the tests drive it. */
import type { AlarmsMessage } from "./alarms";
import { uuid } from "./identity";
import type { LiveEvent, Person, Problem, Report } from "./model";
import { Refused, unreachable } from "./problem";
import { serverNow, serverTime } from "./server-time";

export type LiveState = "connecting" | "live" | "waiting" | "refused";

export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface Surroundings {
  connect: () => SocketLike;
  now: () => number;
  chance: () => number;
  later: (run: () => void, ms: number) => unknown;
  cancel: (timer: unknown) => void;
  key: () => string;
}

export interface TopicHandlers {
  snapshot: (seq: number, snapshot: Snapshot, reset: boolean) => void;
  event: (event: LiveEvent) => void;
  /** The seq up to which events that now follow were missed while away. */
  resumed: (seq: number) => void;
  refused: (problem: Problem) => void;
}

/** How far the work on a film is, in per cent: no fact, kept nowhere. */
export interface Progress { report: string; media: string; percent: number }

/** One person and the report they look at; null when they look at none any more. */
export interface Presence { by: Person; report: string | null }

/** The first reports by due time; `next` is the cursor of the HTTP list's page after them. */
export interface Snapshot { reports: Report[]; counts?: Record<string, number>; next?: string | null; presence?: Presence[] }

interface Topic { name: string; handlers: TopicHandlers; since: number | null }
interface Waiting { message: Record<string, unknown>; sent: boolean; done: (answer: Answer) => void; fail: (error: Refused) => void; timer: unknown }
interface Answer { seq?: number; snapshot?: Snapshot; presence?: Presence[]; reset?: boolean; report?: Report; account?: unknown; now?: string }

const UNAUTHORISED = 4401;
const TOO_MANY = 4429;
const FIRST_WAIT = 400;
const LONGEST_WAIT = 15_000;
const COMMAND_PATIENCE = 20_000;
const QUIET = 20_000;
const ANSWER_PATIENCE = 8_000;

/** Milliseconds before attempt `attempt` (from 0): doubling with a cap, half of it left to chance, so that a
 *  thousand screens do not come back in the same instant. */
export function backoff(attempt: number, chance: number, closedBy: number): number {
  const full = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(attempt, 10));
  const wait = full / 2 + (full / 2) * chance;
  return closedBy === TOO_MANY ? wait + LONGEST_WAIT : wait;
}

export class Live {
  state: LiveState = "waiting";
  /** When anything last arrived, in ms of `now()`; null before the first message. */
  heardAt: number | null = null;
  /** `at` of the newest event, RFC 3339. */
  newestAt: string | null = null;

  /** By both clocks of the browser, when anything last arrived: one of them may be set or stand still. */
  lastHeard: { wall: number; mono: number } | null = null;

  private readonly others = new Map<string, (message: Record<string, unknown>) => void>();
  private socket: SocketLike | null = null;
  private readonly topics = new Map<string, Topic>();
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  private attempt = 0;
  private timer: unknown = null;
  private pulse: unknown = null;
  private looking: string | null = null;
  private ready = false;

  constructor(
    private readonly around: Surroundings,
    private readonly token: string | null,
    private readonly onState: (state: LiveState) => void,
    private readonly onPresence: (presence: Presence) => void,
    private readonly onProgress: (progress: Progress) => void = () => undefined,
    private readonly onAlarms: (message: AlarmsMessage) => void = () => undefined,
  ) {}

  start(): void {
    if (this.socket !== null) return;
    this.around.cancel(this.timer);
    this.setState("connecting");
    const socket = this.around.connect();
    this.socket = socket;
    socket.onmessage = (message) => { if (this.socket === socket) this.receive(socket, message.data); };
    socket.onclose = (event) => { if (this.socket === socket) this.closed(event.code); };
  }

  stop(): void {
    const socket = this.socket;
    this.around.cancel(this.timer);
    this.closed(1000);
    this.around.cancel(this.timer);
    socket?.close(1000);
  }

  /** Drops a connection that may be dead and starts again at once: the network came back, or the lid was opened. */
  wake(): void {
    if (this.state === "refused") return;
    const socket = this.socket;
    if (socket !== null) this.closed(1006);
    socket?.close(4000);
    this.attempt = 0;
    this.start();
  }

  /** `since`: what is known already, so that only what comes after it is told. */
  subscribe(name: string, handlers: TopicHandlers, since: number | null = null): void {
    const topic: Topic = { name, handlers, since };
    this.topics.set(name, topic);
    if (this.ready) this.join(topic);
  }

  /** Performs a command; the key makes a repetition after a broken connection harmless.
   *  Rejects with Refused: the server's problem, or `offline` (never sent) or `unanswered` (sent, fate unknown). */
  command(command: string, report: string, args: Record<string, unknown>, version?: number): Promise<Report> {
    const message = {
      type: "command", command, report, ...args, key: this.around.key(), ...(version === undefined ? {} : { version }),
    };
    return new Promise<Report>((done, fail) => {
      const id = this.nextId++;
      const timer = this.around.later(() => {
        const late = this.waiting.get(id);
        this.waiting.delete(id);
        fail(unreachable(late?.sent === true ? "unanswered" : "offline"));
      }, COMMAND_PATIENCE);
      const settle = (answer: Answer): void => {
        if (answer.report === undefined) fail(unreachable("unanswered"));
        else done(answer.report);
      };
      this.waiting.set(id, { message, sent: false, done: settle, fail, timer });
      if (this.ready) this.transmit(id);
    });
  }

  /** Calls `tell` for every message of this type that is no event: "wall", "alarms". */
  hear(type: string, tell: (message: Record<string, unknown>) => void): void {
    this.others.set(type, tell);
  }

  /** Tells the others which report is on this screen; null for none. */
  look(report: string | null): void {
    this.looking = report;
    if (this.ready) this.sayPresence();
  }

  private setState(state: LiveState): void {
    this.state = state;
    this.onState(state);
  }

  private receive(socket: SocketLike, data: unknown): void {
    this.heardAt = this.around.now();
    this.lastHeard = { wall: Date.now(), mono: performance.now() };
    if (typeof data !== "string") return;
    const message = JSON.parse(data) as Record<string, unknown> & { type?: string; id?: number };
    if (message.type !== undefined) this.others.get(message.type)?.(message);
    if (message.type === "hello") this.authenticate(socket);
    else if (message.type === "event") this.spread(message as unknown as LiveEvent);
    else if (message.type === "presence") this.onPresence(message as unknown as Presence);
    else if (message.type === "progress") this.onProgress(message as unknown as Progress);
    else if (message.type === "alarms") this.onAlarms(message as unknown as AlarmsMessage);
    else if (message.id !== undefined) this.settle(message.id, message);
  }

  private authenticate(socket: SocketLike): void {
    const auth = this.token === null ? { type: "auth" } : { type: "auth", token: this.token };
    this.ask(socket, auth, (answer) => this.welcome(answer), (error) => {
      // Only a refused credential is final; a server that is full or unwell is tried again.
      this.closed(error.status === 401 || error.status === 403 ? UNAUTHORISED : TOO_MANY);
      socket.close(1000);
    });
  }

  private welcome(answer: Answer): void {
    if (answer.now !== undefined) serverTime.heard(Date.parse(answer.now));
    this.ready = true;
    this.attempt = 0;
    this.setState("live");
    for (const topic of this.topics.values()) this.join(topic);
    for (const [id, entry] of [...this.waiting]) if (entry.message["type"] === "command") this.transmit(id);
    this.sayPresence();
  }

  private join(topic: Topic): void {
    if (this.socket === null) return;
    const message = { type: "subscribe", topic: topic.name, ...(topic.since === null ? {} : { since: topic.since }) };
    this.ask(this.socket, message, (answer) => {
      const seq = answer.seq ?? 0;
      if (answer.snapshot !== undefined) {
        const again = topic.since !== null;
        topic.since = seq;
        topic.handlers.snapshot(seq, answer.snapshot, again);
      } else topic.handlers.resumed(seq);
      for (const one of answer.snapshot?.presence ?? answer.presence ?? []) this.onPresence(one);
    }, (error) => topic.handlers.refused(error.problem));
  }

  private spread(event: LiveEvent): void {
    if (this.newestAt === null || event.at > this.newestAt) this.newestAt = event.at;
    for (const topic of this.topics.values()) {
      if (topic.since !== null && event.seq <= topic.since) continue;
      topic.since = event.seq;
      topic.handlers.event(event);
    }
  }

  private settle(id: number, message: Record<string, unknown>): void {
    const entry = this.waiting.get(id);
    if (entry === undefined) return;
    this.waiting.delete(id);
    this.around.cancel(entry.timer);
    if (message["type"] === "error") entry.fail(new Refused(message["problem"] as Problem));
    else entry.done(message);
  }

  /** A question of the protocol itself: it dies with its connection and is asked anew on the next one. */
  private ask(socket: SocketLike, message: Record<string, unknown>, done: (answer: Answer) => void, fail: (error: Refused) => void): void {
    const id = this.nextId++;
    const timer = this.around.later(() => { if (this.socket === socket) this.wake(); }, ANSWER_PATIENCE);
    this.waiting.set(id, { message, sent: true, done, fail, timer });
    socket.send(JSON.stringify({ id, ...message }));
  }

  private transmit(id: number): void {
    const entry = this.waiting.get(id);
    if (entry === undefined || this.socket === null) return;
    entry.sent = true;
    this.socket.send(JSON.stringify({ id, ...entry.message }));
  }

  /** Presence is repeated in quiet times: its answer proves that the line is not merely silent but alive. */
  private sayPresence(): void {
    this.around.cancel(this.pulse);
    if (this.socket === null || !this.ready) return;
    this.ask(this.socket, { type: "presence", report: this.looking }, () => undefined, () => undefined);
    this.pulse = this.around.later(() => this.sayPresence(), QUIET);
  }

  private closed(code: number): void {
    this.socket = null;
    this.ready = false;
    this.around.cancel(this.pulse);
    for (const [id, entry] of [...this.waiting]) {
      if (entry.message["type"] === "command") continue;
      this.around.cancel(entry.timer);
      this.waiting.delete(id);
    }
    if (code === UNAUTHORISED) {
      this.setState("refused");
      return;
    }
    this.setState("waiting");
    this.timer = this.around.later(() => this.start(), backoff(this.attempt, this.around.chance(), code));
    this.attempt += 1;
  }
}

/** The real surroundings of a page. */
export function inBrowser(path = "/api/v1/live"): Surroundings {
  return {
    connect: () => {
      const address = new URL(path, location.href);
      address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
      return new WebSocket(address) as unknown as SocketLike;
    },
    now: serverNow,
    chance: () => Math.random(),
    later: (run, ms) => window.setTimeout(run, ms),
    cancel: (timer) => { if (typeof timer === "number") window.clearTimeout(timer); },
    key: uuid,
  };
}
