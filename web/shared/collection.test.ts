import { describe, expect, it } from "vitest";

import { changed, EMPTY, fromSnapshot, withEvent, withReport, type Collection } from "./collection";
import { isOpen, type LiveEvent, type Report, type State } from "./model";

/** Mulberry32: a failing seed is printed by the test's name and can be run again. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const STATES: State[] = ["received", "verified", "dispatched", "in_progress", "resolved", "published", "rejected", "merged"];

function report(code: string, version: number, state: State, urgency: Report["urgency"] = "normal"): Report {
  return {
    code, version, state, urgency, public_status: "waiting", category: "road-pothole", area: null, lead: null, claim: null,
    received_at: "2026-07-01T00:00:00Z", due_at: null, location: null, media: [],
  };
}

/** A small server: it changes reports, writes sealed events with gaps in seq, and can be asked for a snapshot. */
class World {
  seq = 0;
  readonly now = new Map<string, Report>();
  readonly history: LiveEvent[] = [];
  readonly answers: Report[] = [];

  constructor(private readonly draw: () => number) {}

  step(): void {
    const code = `R${Math.floor(this.draw() * 8)}`;
    const old = this.now.get(code);
    const media = old !== undefined && this.draw() < 0.2;
    const next = media
      ? { ...old, urgency: this.draw() < 0.5 ? "urgent" as const : "normal" as const }
      : report(code, (old?.version ?? 0) + 1, STATES[Math.floor(this.draw() * STATES.length)] ?? "received");
    this.now.set(code, next);
    this.seq += 1 + Math.floor(this.draw() * 3);
    this.history.push({ type: "event", seq: this.seq, event: media ? "media.ready" : "report.changed", report: next, at: "", by: null });
    if (!media) this.answers.push(next);
  }

  snapshot(): Collection {
    return fromSnapshot(this.seq, [...this.now.values()], isOpen);
  }
}

const seen = (state: Collection): Report[] => [...state.reports.values()].sort((a, b) => a.code.localeCompare(b.code));

describe("collection", () => {
  it("lets a case go that moved to where this listener does not read", () => {
    const before = fromSnapshot(1, [report("A", 1, "received"), report("B", 1, "received")], isOpen);
    const farewell = { code: "A", version: 2, gone: true } as unknown as Report;
    const after = withEvent(before, { type: "event", seq: 2, event: "report.verified", report: farewell, at: "", by: null }, isOpen);
    expect([...after.reports.keys()]).toEqual(["B"]);
    // A page of the list that was read before comes late.
    expect([...withReport(after, report("A", 1, "received"), isOpen).reports.keys()]).toEqual(["B"]);
  });

  it.each(Array.from({ length: 60 }, (_, seed) => seed))("folds events into what a fresh snapshot says (seed %i)", (seed) => {
    const draw = random(seed);
    const world = new World(draw);
    for (let i = 0; i < 20; i += 1) world.step();
    let client = world.snapshot();
    for (let i = 0; i < 60; i += 1) world.step();
    const start = client.seq;
    const missed = world.history.filter((event) => event.seq > start);
    for (const [at, event] of missed.entries()) {
      client = withEvent(client, event, isOpen);
      if (draw() < 0.3) for (const again of missed.slice(Math.max(0, at - 5), at + 1)) client = withEvent(client, again, isOpen);
    }
    expect(seen(client)).toEqual(seen(world.snapshot()));
    expect(client.seq).toBe(world.seq);
  });

  it.each(Array.from({ length: 60 }, (_, seed) => seed))("is not misled by answers that overtake events (seed %i)", (seed) => {
    const draw = random(1000 + seed);
    const world = new World(draw);
    for (let i = 0; i < 10; i += 1) world.step();
    let client = world.snapshot();
    const start = client.seq;
    const answered = world.answers.length;
    for (let i = 0; i < 50; i += 1) world.step();
    const early = world.answers.slice(answered);
    for (const event of world.history.filter((entry) => entry.seq > start)) {
      if (draw() < 0.4) {
        const answer = early[Math.floor(draw() * early.length)];
        if (answer !== undefined) client = withReport(client, answer, isOpen);
      }
      client = withEvent(client, event, isOpen);
    }
    const versions = (state: Collection): [string, number][] => seen(state).map((entry) => [entry.code, entry.version]);
    expect(versions(client)).toEqual(versions(world.snapshot()));
  });

  it("leaves its input untouched", () => {
    const before = fromSnapshot(5, [report("A", 1, "received")], isOpen);
    withEvent(before, { type: "event", seq: 6, event: "report.rejected", report: report("A", 2, "rejected"), at: "", by: null }, isOpen);
    expect(before.reports.get("A")?.version).toBe(1);
    expect(before.seq).toBe(5);
  });

  it("does not let an older page bring back what has left", () => {
    let state = fromSnapshot(5, [report("A", 3, "resolved")], isOpen);
    state = withEvent(state, { type: "event", seq: 9, event: "report.published", report: report("A", 4, "published"), at: "", by: null }, isOpen);
    state = withReport(state, report("A", 3, "resolved"), isOpen);
    expect(state.reports.has("A")).toBe(false);
  });

  it("moves the cursor on an event without a report", () => {
    expect(withEvent(EMPTY, { type: "event", seq: 3, event: "notification.failed", report: null, at: "", by: null }, isOpen).seq).toBe(3);
  });

  it("counts what a reset changed", () => {
    const before = fromSnapshot(1, [report("A", 1, "received"), report("B", 1, "received"), report("C", 1, "received")], isOpen);
    const after = fromSnapshot(9, [report("A", 1, "received"), report("B", 2, "verified"), report("D", 1, "received")], isOpen);
    expect(changed(before, after)).toBe(3);
  });
});
