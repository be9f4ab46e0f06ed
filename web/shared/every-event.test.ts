import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { concerns, EMPTY, fromSnapshot, withEvent, type Belongs, type Collection } from "./collection";
import { isOpen, type LiveEvent, type Report } from "./model";

interface Moment { seq: number; snapshot: { reports: Report[] } }
interface Case { step: string; topic: string; before: Moment; events: LiveEvent[]; after: Moment }

/** The same file that tests/protocol/test_every_event.py folds with api/clients/collection.py. */
const CASES = JSON.parse(readFileSync(new URL("../../tests/protocol/every_event.json", import.meta.url), "utf8")) as Case[];

function belongsTo(topic: string): Belongs {
  return topic === "operations" ? isOpen : (report) => isOpen(report) && concerns(topic.slice("agency:".length), report);
}

const start = (moment: Moment, topic: string): Collection => fromSnapshot(moment.seq, moment.snapshot.reports, belongsTo(topic));
/** Without how pressing a report is: that changes with the hour, and no event says so. */
const shown = (state: Collection): Report[] => [...state.reports.values()].map((one) => ({ ...one, priority: null })).sort((a, b) => a.code.localeCompare(b.code));

describe("every kind of event", () => {
  it("is in the fixture", () => expect(CASES.length).toBeGreaterThan(20));

  it.each(CASES.map((one) => [`${one.topic}: ${one.step}`, one] as const))("%s: snapshot + events = fresh snapshot", (_, one) => {
    const folded = one.events.reduce((state, event) => withEvent(state, event, belongsTo(one.topic)), start(one.before, one.topic));
    expect(shown(folded)).toEqual(shown(start(one.after, one.topic)));
    const again = one.events.reduce((state, event) => withEvent(state, event, belongsTo(one.topic)), folded);
    expect(again).toBe(folded);
  });

  it("would notice a lost event", () => {
    const one = CASES.find((each) => each.step.startsWith("claimed"));
    if (one === undefined) throw new Error("no such case");
    const folded = one.events.slice(0, -1).reduce((state, event) => withEvent(state, event, isOpen), start(one.before, one.topic));
    expect(shown(folded)).not.toEqual(shown(start(one.after, one.topic)));
    expect(EMPTY.reports.size).toBe(0);
  });
});
