import { expect, it } from "vitest";

import type { HotSpot, HotSpots } from "./hot-spot-words";
import { KnownHotSpots } from "./known-hot-spots";

const spot = (code: string, more: Partial<HotSpot> = {}): HotSpot => ({
  code, version: 1, state: "open", category: "pothole", category_name: "Ổ gà", category_name_en: "Pothole", area: null, location: { lon: 107, lat: 10 }, radius_m: 20,
  cases: 4, open_cases: 1, public_cases: 4, first_at: "2026-11-01T00:00:00Z", last_at: "2026-11-20T00:00:00Z", recurrences: 0, owner_agency: null, owner_account: null, owner_name: null,
  plan: null, target_on: null, done_at: null, ...more,
});
const told = (...spots: HotSpot[]): HotSpots => ({ rule: { cases: 3, metres: 50, days: 180 }, hot_spots: spots });

it("asks once for all that is said in a moment, and keeps what it knew when the answer fails", async () => {
  const planned: (() => void)[] = [];
  const answers: (HotSpots | null)[] = [told(spot("A")), null];
  let asked = 0;
  let changes = 0;
  const known = new KnownHotSpots(() => { changes += 1; }, () => {
    asked += 1;
    const next = answers.shift();
    return next === null || next === undefined ? Promise.reject(new Error("away")) : Promise.resolve(next);
  }, (run) => planned.push(run));
  for (let said = 0; said < 5; said += 1) known.hear();
  expect(planned).toHaveLength(1);
  planned.pop()?.();
  await Promise.resolve().then(() => undefined);
  expect([asked, known.failed, known.marks().map((one) => one.code)]).toEqual([1, false, ["A"]]);
  known.hear();
  planned.pop()?.();
  await new Promise((done) => { setTimeout(done); });
  expect([asked, known.failed, known.marks().map((one) => one.code), changes]).toEqual([2, true, ["A"], 2]);
});

it("gives the map the same marks until something has changed, and none of what has gone", async () => {
  let answer = told(spot("A"), spot("B", { state: "gone" }), spot("C", { state: "planned", owner_name: "Sở Xây dựng" }));
  const known = new KnownHotSpots(() => undefined, () => Promise.resolve(answer));
  await known.load();
  const marks = known.marks();
  expect(marks.map(({ code, state }) => [code, state])).toEqual([["A", "open"], ["C", "planned"]]);
  expect(marks[1]?.title).toContain("Sở Xây dựng");
  answer = structuredClone(answer);
  await known.load();
  expect(known.marks()).toBe(marks);
  answer = told(spot("A", { cases: 5 }));
  await known.load();
  expect(known.marks().map((one) => one.cases)).toEqual([5]);
});
