/** What the wall does by itself as time goes on: scenes, freshness, fetching, burn-in, the replay's clock. */
import { expect, test } from "vitest";

import { shiftAt } from "./burn-in";
import { CUT_MS, FETCH_AFTER, FETCH_APART, FETCH_CUT, FETCH_EVERY, fetchDue, lifeOf, Proof, SILENT_MS } from "./freshness";
import { ReplayClock, replayAsked } from "./replay-clock";
import { available, panelsAt, SCENE_MS, turnAt } from "./rotation";

const ALL = available({ spots: 1, media: 1, agencies: 1, categories: 1 });

test("scenes turn in their order, each for as long, and the ring empties", () => {
  const seen = Array.from({ length: 6 }, (_, turn) => turnAt(turn * SCENE_MS, ALL, null).scene);
  expect(new Set(seen.slice(0, 5))).toEqual(new Set(ALL));
  expect(seen[5]).toBe(seen[0]);
  expect(turnAt(SCENE_MS * 3.75, ALL, null).left).toBeCloseTo(0.25);
});

test("a pinned scene stays", () => {
  for (const now of [0, 1, 10 * SCENE_MS]) expect(turnAt(now, ALL, "spots")).toEqual({ scene: "spots", left: 1, pinned: true });
});

test("scenes without anything to show are left out; the map never is", () => {
  expect(available({ spots: 0, media: 0, agencies: 3, categories: 0 })).toEqual(["map", "agencies"]);
  expect(turnAt(7 * SCENE_MS, available({ spots: 0, media: 0, agencies: 0, categories: 0 }), null).scene).toBe("map");
});

test("panels beside the map show different scenes, all of them in the course of time, the pinned one first", () => {
  const seen = new Set<string>();
  for (let turn = 0; turn < 4; turn += 1) {
    const panels = panelsAt(turn * SCENE_MS, ALL, null, 2);
    expect(new Set(panels).size).toBe(2);
    for (const one of panels) seen.add(one);
  }
  expect(seen).toEqual(new Set(["agencies", "categories", "spots", "media"]));
  expect(panelsAt(3 * SCENE_MS, ALL, "media", 2)[0]).toBe("media");
  expect(panelsAt(0, ["map"], null, 2)).toEqual([]);
});

test("data are old when nothing proves that they are not, sooner while the line is cut", () => {
  expect(lifeOf(null, false).stale).toBe(false);
  expect(lifeOf(SILENT_MS, true).stale).toBe(false);
  expect(lifeOf(SILENT_MS + 1, true).stale).toBe(true);
  expect(lifeOf(CUT_MS + 1, false).stale).toBe(true);
  expect(FETCH_CUT).toBeLessThan(CUT_MS);
});

test("the age counts by whichever clock says more: one may be set back, the other may stand still in sleep", () => {
  const proof = new Proof();
  expect(proof.age(5, 5)).toBeNull();
  proof.heard(1_000_000, 5_000);
  expect(proof.age(1_060_000, 5_100)).toBe(60_000);
  expect(proof.age(400_000, 95_000)).toBe(90_000);
  expect(proof.age(400_000, 4_000)).toBe(0);
});

test("figures are fetched regularly and soon after events, however many there are", () => {
  expect(fetchDue(0, null, null, null)).toBe(true);
  expect(fetchDue(FETCH_EVERY - 1, 0, null, null)).toBe(false);
  expect(fetchDue(FETCH_EVERY, 0, null, null)).toBe(true);
  expect(fetchDue(FETCH_CUT, 0, null, null, false)).toBe(true);
  // One event: after a quiet moment, but not sooner than the last fetch allows.
  expect(fetchDue(FETCH_AFTER, 0, 0, 0)).toBe(false);
  expect(fetchDue(FETCH_APART, 0, 0, 0)).toBe(true);
  // A storm without a quiet moment is fetched all the same, every FETCH_APART.
  let asked = 0;
  let fetches = 0;
  for (let now = 100, since: number | null = null; now <= 60_000; now += 100) {
    since ??= now;
    if (!fetchDue(now, asked, since, now)) continue;
    asked = now;
    since = null;
    fetches += 1;
  }
  expect(fetches).toBeGreaterThan(15);
  expect(fetches).toBeLessThanOrEqual(60_000 / FETCH_APART);
});

test("the picture wanders over a square and is never more than one step elsewhere", () => {
  const places = new Set<string>();
  let before = shiftAt(0);
  for (let step = 0; step < 200; step += 1) {
    const now = shiftAt(step * 180_000);
    expect(Math.abs(now.x)).toBeLessThanOrEqual(1);
    expect(Math.abs(now.y)).toBeLessThanOrEqual(1);
    expect(Math.abs(now.x - before.x)).toBeLessThanOrEqual(0.34);
    expect(Math.abs(now.y - before.y)).toBeLessThanOrEqual(0.34);
    places.add(`${now.x.toFixed(2)} ${now.y.toFixed(2)}`);
    before = now;
  }
  expect(places.size).toBeGreaterThan(20);
});

test("a replay's clock runs at its speed, stops, jumps and ends with the day", () => {
  const clock = new ReplayClock(0, 86_400_000, 600);
  expect(clock.at(5_000)).toBe(0);
  clock.run(1_000);
  expect(clock.at(2_000)).toBe(600_000);
  clock.setSpeed(2_000, 60);
  expect(clock.at(3_000)).toBe(660_000);
  clock.pause(3_000);
  expect(clock.at(99_000)).toBe(660_000);
  clock.seek(99_000, -5);
  expect(clock.at(99_000)).toBe(0);
  clock.run(100_000);
  clock.seek(100_000, 86_399_000);
  expect(clock.at(200_000)).toBe(86_400_000);
});

test("the address names the day, and nonsense beside it does no harm", () => {
  expect(replayAsked("")).toBeNull();
  expect(replayAsked("?replay=2026-11-29&speed=600&at=14:30")).toEqual({ day: "2026-11-29", speed: 600, at: "14:30" });
  expect(replayAsked("?replay=2026-11-29&speed=1e9&at=noon")).toEqual({ day: "2026-11-29", speed: 60, at: null });
});
