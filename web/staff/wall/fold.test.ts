import { expect, test } from "vitest";

import { clustersOf, copyOf, dayFrom, documentOf, lay } from "./fold";
import type { Case, Names, Told } from "./model";
import { KEPT } from "./told";

const BEGIN = "2026-11-24T17:00:00+00:00";
const names: Names = {
  categories: { pothole: { name: "Ổ gà", name_en: "Pothole", private: false } }, agencies: { roads: { name: "Sở Xây dựng", name_en: null } },
};
const STEPS = { wait: 600, accept: null, handle: 7200, approve: 60 };

function at(hours: number): string {
  return new Date(Date.parse(BEGIN) + hours * 3600_000).toISOString();
}

function one(code: string, changes: Partial<Case> = {}): Case {
  return {
    code, category: "pothole", area: { code: "w1", name: "Phường 1" }, lon: 107.08, lat: 10.35, received_at: at(-30), state: "received", resume_state: null,
    urgency: "normal", lead: "roads", due_at: at(10), due_basis: "running", published_at: null, ...changes,
  };
}

function told(event: string, hours: number, code: string, changes: Partial<Told> = {}): Told {
  return { ...one(code), event, at: at(hours), ...changes };
}

test("a day begins as it was told, and counts what a clock makes late", () => {
  const day = dayFrom(BEGIN, [one("A"), one("B", { state: "in_progress", due_at: at(1) }), one("C", { state: "awaiting_resident", due_basis: "paused", due_at: at(-9) })], { rated: 4, satisfied: 3 }, STEPS);
  const found = documentOf(day, Date.parse(at(2)), names);
  expect(found.figures).toMatchObject({ open: 3, unassigned: 1, overdue: 1, due_soon: 0, done_today: 0, received_today: 0, rated: 4, satisfied: 3, steps: STEPS });
  expect(found.figures.oldest_at).toBe(at(-30));
  expect(documentOf(day, Date.parse(at(8.5)), names).figures).toMatchObject({ due_soon: 1, overdue: 1 });
});

test("events change their case, and only that", () => {
  const day = dayFrom(BEGIN, [one("A"), one("B")], { rated: 0, satisfied: 0 }, STEPS);
  lay(day, told("report.received", 1, "N", { received_at: at(1), urgency: "urgent" }));
  lay(day, told("report.dispatched", 2, "A", { state: "dispatched" }));
  lay(day, told("report.published", 3, "B", { state: "published", published_at: at(3) }));
  lay(day, told("report.rated", 4, "B", { state: "published", published_at: at(3), rating: "satisfied" }));
  const found = documentOf(day, Date.parse(at(5)), names);
  expect(found.figures).toMatchObject({ open: 2, unassigned: 1, urgent: 1, received_today: 1, done_today: 1, rated: 1, satisfied: 1 });
  expect(found.agencies).toMatchObject([{ code: "roads", name: "Sở Xây dựng", open: 1, done_today: 1 }]);
  expect(found.areas).toMatchObject([{ code: "w1", name: "Phường 1", open: 2 }]);
  expect(found.latest.map((event) => event.event)).toEqual(["report.rated", "report.published", "report.dispatched", "report.received"]);
});

test("a copy may be laid over without changing the day it came from", () => {
  const midnight = dayFrom(BEGIN, [one("A")], { rated: 0, satisfied: 0 }, STEPS);
  const day = copyOf(midnight);
  lay(day, told("report.rejected", 1, "A", { state: "rejected" }));
  expect(documentOf(day, Date.parse(at(2)), names).figures.open).toBe(0);
  expect(documentOf(midnight, Date.parse(at(2)), names).figures.open).toBe(1);
  expect(midnight.latest).toEqual([]);
});

test("the ticker of a day never grows beyond what is kept", () => {
  const day = dayFrom(BEGIN, [], { rated: 0, satisfied: 0 }, STEPS);
  for (let number = 0; number < 5 * KEPT; number += 1) lay(day, told("report.verified", number / 100, "A"));
  lay(day, told("report.unverified", 9, "A"));
  expect(day.latest.length).toBe(KEPT);
  expect(day.latest[0]?.event).toBe("report.verified");
});

test("clusters hold every open case once, at the middle of their cases", () => {
  const cases = [one("A"), one("B", { lon: 107.082, state: "resolved" }), one("C", { lon: 107.3, state: "in_progress", due_at: at(-1) }), one("D", { state: "closed" })];
  const found = clustersOf(cases, Date.parse(at(0)));
  expect(found).toHaveLength(2);
  expect(found[0]).toMatchObject({ waiting: 1, working: 0, resolved: 1, overdue: 0 });
  expect(found[0]?.lon).toBeCloseTo(107.081, 9);
  expect(found[1]).toMatchObject({ waiting: 0, working: 1, overdue: 1 });
});
