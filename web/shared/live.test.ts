import { beforeEach, describe, expect, it } from "vitest";

import { changed, EMPTY, fromSnapshot, withEvent, type Collection } from "./collection";
import { backoff, Live, type LiveState, type SocketLike } from "./live";
import { isOpen, type Report } from "./model";
import { Refused } from "./problem";

/** A wire whose other end is the test. */
class Wire implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  closedWith: number | null = null;

  send(text: string): void { this.sent.push(JSON.parse(text) as Record<string, unknown>); }
  close(code?: number): void { this.closedWith = code ?? 1005; }
  say(message: unknown): void { this.onmessage?.({ data: JSON.stringify(message) }); }
  drop(code = 1006): void { this.onclose?.({ code }); }

  last(type: string): Record<string, unknown> {
    const found = this.sent.filter((message) => message["type"] === type).at(-1);
    if (found === undefined) throw new Error(`nothing of type ${type} was sent`);
    return found;
  }

  answer(type: string, rest: Record<string, unknown> = {}): void { this.say({ id: this.last(type)["id"], type: "result", ...rest }); }
  welcome(): void { this.say({ type: "hello", protocol: 1 }); this.answer("auth"); }
}

class Clock {
  time = 0;
  private next = 1;
  private readonly timers = new Map<number, { at: number; run: () => void }>();

  later = (run: () => void, ms: number): number => { this.timers.set(this.next, { at: this.time + ms, run }); return this.next++; };
  cancel = (timer: unknown): void => { this.timers.delete(timer as number); };

  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (due === undefined) break;
      this.timers.delete(due[0]);
      this.time = due[1].at;
      due[1].run();
    }
    this.time = end;
  }
}

function report(code: string, version: number): Report {
  return {
    code, version, state: "received", urgency: "normal", public_status: "waiting", category: "road-pothole", area: null, lead: null,
    claim: null, received_at: "2026-07-01T00:00:00Z", due_at: null, location: null, media: [],
  };
}

const event = (seq: number, of: Report): unknown => ({ type: "event", seq, event: "report.claimed", report: of, at: `2026-07-01T00:00:${seq}Z`, by: null });

let wires: Wire[];
let clock: Clock;
let states: LiveState[];
let held: Collection;
let resumed: number[];
let resets: number;
let live: Live;

const wire = (): Wire => wires.at(-1) as Wire;

beforeEach(() => {
  wires = []; states = []; resumed = []; resets = 0; held = EMPTY; clock = new Clock();
  let keys = 0;
  live = new Live({
    connect: () => { const made = new Wire(); wires.push(made); return made; },
    now: () => clock.time, chance: () => 1, later: clock.later, cancel: clock.cancel, key: () => `key-${++keys}`,
  }, "secret", (state) => states.push(state), () => undefined);
  live.subscribe("operations", {
    snapshot: (seq, snapshot, reset) => {
      const fresh = fromSnapshot(seq, snapshot.reports, isOpen);
      if (reset) resets += changed(held, fresh);
      held = fresh;
    },
    event: (entry) => { held = withEvent(held, entry, isOpen); },
    resumed: (seq) => resumed.push(seq),
    refused: (problem) => { throw new Error(problem.title); },
  });
  live.start();
});

function joined(): void {
  wire().welcome();
  wire().answer("subscribe", { seq: 10, snapshot: { reports: [report("A", 1)], counts: {} } });
}

describe("live", () => {
  it("speaks only after hello, proves itself first and never in the address", () => {
    expect(wire().sent).toEqual([]);
    wire().say({ type: "hello", protocol: 1 });
    expect(wire().sent).toEqual([{ id: wire().last("auth")["id"], type: "auth", token: "secret" }]);
    wire().answer("auth");
    expect(wire().last("subscribe")).toMatchObject({ topic: "operations" });
    expect(wire().last("subscribe")).not.toHaveProperty("since");
    expect(states).toEqual(["connecting", "live"]);
  });

  it("resumes from the last seq seen and shows nothing twice", () => {
    joined();
    wire().say(event(12, report("A", 2)));
    wire().drop();
    expect(states.at(-1)).toBe("waiting");
    clock.pass(1000);
    wire().welcome();
    expect(wire().last("subscribe")).toMatchObject({ since: 12 });
    wire().answer("subscribe", { seq: 15 });
    wire().say(event(12, report("A", 2)));
    wire().say(event(15, report("A", 3)));
    expect(resumed).toEqual([15]);
    expect(held.reports.get("A")?.version).toBe(3);
    expect(held.seq).toBe(15);
  });

  it("takes a fresh snapshot when its cursor is too old", () => {
    joined();
    wire().drop();
    clock.pass(1000);
    wire().welcome();
    wire().answer("subscribe", { seq: 9000, reset: true, snapshot: { reports: [report("B", 1)], counts: {} } });
    expect([...held.reports.keys()]).toEqual(["B"]);
    expect(resets).toBe(2);
  });

  it("settles commands by id, in whatever order answers come", async () => {
    joined();
    const first = live.command("claim", "A", {}, 1);
    const one = wire().last("command");
    const second = live.command("verify", "A", { urgency: "urgent" }, 2);
    const two = wire().last("command");
    expect(two).toMatchObject({ command: "verify", report: "A", urgency: "urgent", version: 2, key: "key-2" });
    wire().say({ id: two["id"], type: "error", problem: { type: "/problems/held", title: "held", status: 409 } });
    wire().say({ id: one["id"], type: "result", report: report("A", 2) });
    expect((await first).version).toBe(2);
    await expect(second).rejects.toMatchObject({ slug: "held" });
  });

  it("repeats an unanswered command with the same key after a reconnect", async () => {
    joined();
    const done = live.command("claim", "A", {});
    const key = wire().last("command")["key"];
    wire().drop();
    clock.pass(1000);
    wire().welcome();
    expect(wire().last("command")["key"]).toBe(key);
    wire().answer("command", { report: report("A", 2) });
    expect((await done).version).toBe(2);
  });

  it("says apart what was never sent and what was never answered", async () => {
    const early = live.command("claim", "A", {});
    clock.pass(5_000);
    const never = expect(early).rejects.toSatisfy((error) => error instanceof Refused && error.slug === "offline");
    clock.pass(20_000);
    await never;
    while (wire().sent.length > 0) clock.pass(100);
    joined();
    const late = live.command("claim", "A", {});
    const unanswered = expect(late).rejects.toSatisfy((error) => error instanceof Refused && error.slug === "unanswered");
    clock.pass(20_000);
    await unanswered;
  });

  it("waits longer each time, never as one crowd, and longest when told there are too many", () => {
    const waits = Array.from({ length: 12 }, (_, attempt) => backoff(attempt, 1, 1006));
    for (const [at, wait] of waits.entries()) if (at > 0) expect(wait).toBeGreaterThanOrEqual(waits[at - 1] as number);
    expect(waits.at(-1)).toBe(15_000);
    expect(backoff(3, 0, 1006)).toBe(backoff(3, 1, 1006) / 2);
    expect(backoff(0, 1, 4429)).toBeGreaterThan(15_000);
  });

  it("does not knock again with a dead credential", () => {
    wire().say({ type: "hello", protocol: 1 });
    wire().say({ id: wire().last("auth")["id"], type: "error", problem: { type: "/problems/unauthorised", title: "no", status: 401 } });
    clock.pass(120_000);
    expect(states.at(-1)).toBe("refused");
    expect(wires).toHaveLength(1);
  });

  it("knocks again, later, when there were too many", () => {
    wire().say({ type: "hello", protocol: 1 });
    wire().say({ id: wire().last("auth")["id"], type: "error", problem: { type: "/problems/too-many", title: "wait", status: 429 } });
    clock.pass(10_000);
    expect(wires).toHaveLength(1);
    clock.pass(10_000);
    expect(wires).toHaveLength(2);
  });

  it("finds out that a silent line is dead", () => {
    joined();
    wire().answer("presence");
    clock.pass(20_000);
    expect(wire().sent.filter((message) => message["type"] === "presence")).toHaveLength(2);
    clock.pass(8_000);
    expect(wires.length).toBeGreaterThan(1);
  });

  it("tells the others again where it is after a reconnect", () => {
    joined();
    live.look("A");
    wire().drop();
    clock.pass(1000);
    wire().welcome();
    expect(wire().last("presence")).toMatchObject({ report: "A" });
  });
});
