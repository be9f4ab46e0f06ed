/** What may be on a wall, where, and how large. */
import { expect, test } from "vitest";

import type { LiveEvent, Report } from "../../shared/model";
import { bodyOf, boundsOf, edgeOf, joined, ringOf, tintsOf, within } from "./city-map-marks";
import type { Alarm, Cluster, Load, Names, Told } from "./model";
import { shapeOf } from "./shape";
import { sparkOf } from "./sparkline";
import { MOST_SHOWN, SAY_WHO_MS, stagedAt } from "./stage";
import { KEPT, toldOf, withTold } from "./told";

const names: Names = { categories: { pothole: { name: "Ổ gà", name_en: null, private: false }, lamp: { name: "Đèn", name_en: null, private: true } }, agencies: {} };

function event(category: string, name = "report.received", code = "A"): LiveEvent {
  const report = {
    code, category, state: "received", urgency: "normal", area: { code: "w1", name: "Phường 1" }, lead: null, description: "Nhà bà Năm, 0912345678",
    location: { lon: 107.08123, lat: 10.35123 }, received_at: "2026-11-24T02:00:00Z", due_at: null,
  } as unknown as Report;
  return { type: "event", seq: 1, event: name, report, at: "2026-11-24T02:00:00Z", by: { kind: "staff", name: "Nguyễn An" } };
}

test("an event is told without a person and without what was written", () => {
  const told = toldOf(event("pothole"), names);
  expect(told).toMatchObject({ event: "report.received", category: "pothole", lon: 107.08123 });
  expect(JSON.stringify(told)).not.toMatch(/0912|Năm|Nguyễn/);
});

test("the restricted lane, unknown categories and quiet events are not told; a private place only coarsely", () => {
  expect(toldOf(event("conduct"), names)).toBeNull();
  expect(toldOf(event("pothole", "report.claimed"), names)).toBeNull();
  expect(toldOf({ ...event("pothole"), report: null }, names)).toBeNull();
  const coarse = toldOf(event("lamp"), names);
  expect([coarse?.lon, coarse?.lat].map((degrees) => degrees?.toFixed(4))).toEqual(["107.0825", "10.3525"]);
});

test("the ticker holds each event once and never more than it keeps", () => {
  let latest: Told[] = [];
  const tell = (code: string): void => {
    const told = toldOf(event("pothole", "report.received", code), names);
    if (told !== null) latest = withTold(latest, told);
  };
  tell("A");
  tell("A");
  expect(latest).toHaveLength(1);
  for (let number = 0; number < 500; number += 1) tell(`C${number}`);
  expect(latest).toHaveLength(KEPT);
  expect(latest[0]?.code).toBe("C499");
});

const NOW = Date.parse("2026-11-24T10:00:00Z");

function alarm(id: number, changes: Partial<Alarm> = {}): Alarm {
  return { id, kind: "storm", level: 1, raised_at: new Date(NOW - id * 60_000).toISOString(), text_vi: "", text_en: "", category: null, agency: null, area: null, location: null, count: 1, acknowledged: null, cleared_at: null, drill: false, ...changes };
}

test("an alarm stays until somebody acknowledges it, then says who for some seconds and goes", () => {
  const by = { by: { username: "operator1", name: "Nguyễn An" }, at: new Date(NOW - 5_000).toISOString(), note: null };
  expect(stagedAt([alarm(1)], NOW + 9 * 3600_000).shown).toHaveLength(1);
  expect(stagedAt([alarm(1, { acknowledged: by })], NOW).shown).toHaveLength(1);
  expect(stagedAt([alarm(1, { acknowledged: by })], NOW + SAY_WHO_MS)).toMatchObject({ shown: [], quiet: 1 });
  expect(stagedAt([alarm(1, { cleared_at: new Date(NOW).toISOString() })], NOW)).toMatchObject({ shown: [], quiet: 0 });
});

test("several alarms share the stage: the highest level first, then the oldest; those that find no room are counted", () => {
  const alarms = [alarm(1), alarm(2, { level: 3 }), ...[3, 4, 5, 6].map((id) => alarm(id))];
  const staged = stagedAt(alarms, NOW);
  expect(staged.shown.map((one) => one.id)).toEqual([2, 6, 5, 4]);
  expect(staged).toMatchObject({ more: alarms.length - MOST_SHOWN });
});

const cluster = (lon: number, changes: Partial<Cluster> = {}): Cluster => ({ lon, lat: 10.35, waiting: 1, working: 0, resolved: 0, overdue: 0, urgent: 0, ...changes });

test("marks that would cover each other become one, and none is lost", () => {
  const marks = [0, 3, 6, 100].map((x) => ({ x, y: 0, turn: null, cluster: cluster(x, { overdue: 1 }) }));
  const found = joined(marks, 2);
  expect(found).toHaveLength(2);
  expect(found.reduce((sum, one) => sum + one.cluster.waiting + one.cluster.overdue, 0)).toBe(8);
  expect(marks[0]?.cluster.waiting).toBe(1);
});

test("the box holds all marks, a single one too", () => {
  expect(boundsOf([])).toBeNull();
  const wide = boundsOf([cluster(107.1), cluster(107.3)], 0.1);
  expect(wide !== null && within([107.1, 10.35, 107.3, 10.35], wide)).toBe(true);
  expect(boundsOf([cluster(107.1)], 0.5)?.[2]).toBeGreaterThan(107.1);
});

test("a few cases on a far island do not make the whole city small, and stand at the edge", () => {
  const city = [107, 107.1, 107.2, 107.3].map((lon) => cluster(lon, { waiting: 40 }));
  const island = cluster(106.6, { lat: 8.7, waiting: 9 });
  expect(bodyOf([...city, island])).toEqual(city);
  expect(bodyOf([...city, { ...island, waiting: 90 }])).toHaveLength(5);
  expect(bodyOf([cluster(107.1), cluster(107.3)])).toHaveLength(2);
  expect(bodyOf([])).toEqual([]);
  expect(edgeOf(300, 200, 1000, 600, 50)).toBeNull();
  const { x, y, turn } = edgeOf(500, 2000, 1000, 600, 50) ?? { x: 0, y: 0, turn: 0 };
  expect([x, y, turn]).toEqual([500, 550, Math.PI / 2]);
  expect(edgeOf(-900, 300, 1000, 600, 50)?.x).toBeCloseTo(50);
});

test("areas are tinted by the root of their share, the busiest fully, those without a case not at all", () => {
  const load = (code: string, open: number): Load => ({ code, name: code, name_en: null, open, unassigned: 0, oldest_at: null, due_soon: 0, overdue: 0, urgent: 0, done_today: 0, received_today: 0 });
  expect(tintsOf([load("b", 1), load("a", 100), load("c", 0), load("d", 25)], 5)).toEqual([["a", 5], ["b", 1], ["d", 3]]);
});

test("a ring has one arc for each part that is there, also when it is the only one", () => {
  expect(ringOf([0, 5, 0]).map((path) => path !== "")).toEqual([false, true, false]);
  expect(ringOf([0, 5, 0])[1]?.match(/A/g)).toHaveLength(2);
  expect(ringOf([1, 1, 2]).every((path) => path.startsWith("M "))).toBe(true);
});

test("a line needs something to compare with", () => {
  expect(sparkOf([], 4)).toBeNull();
  expect(sparkOf([1, null, 3], 5)?.line.split(" ")).toHaveLength(3);
  expect(sparkOf([2, 2], 2)?.end.y).toBe(15);
});

test.each([[1920, 1080, false, 0], [3840, 2160, false, 0], [3840, 1080, true, 1], [11520, 2160, true, 3], [1080, 1920, false, 0]])("%i by %i", (width, height, wide, panels) => {
  const shape = shapeOf(width, height);
  expect([shape.wide, shape.panels]).toEqual([wide, panels]);
  expect(shape.u * 100).toBeLessThanOrEqual(height);
  expect(shape.u * 177.78).toBeLessThanOrEqual(width * 1.001);
  expect(shape.places).toBeGreaterThanOrEqual(2);
});
