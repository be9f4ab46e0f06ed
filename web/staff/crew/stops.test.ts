import { describe, expect, it } from "vitest";

import { made } from "../../shared/outbox/made";
import type { OutboxItem } from "../../shared/outbox/types";
import { distanceWords } from "./distance";
import { concernsDay } from "./hearing";
import { layOut } from "./sketch";
import { metresBetween, ordered, standing, type ResultFields, type Stop } from "./stops";

const CASE = { code: "A", category: "pothole", category_name: "Ổ gà", description: "", place: null, area: null, due_at: "2026-11-30T10:00:00Z", urgency: "normal" as const, restricted: false, media: [] };

function stop(id: string, more: Partial<Stop> = {}, lon = 107.08): Stop {
  return { id, what: id, note: null, due_at: null, state: "open", position: null, result: null, media: [], case: { ...CASE, location: { lon, lat: 10.35 } }, ...more };
}

function told(about: string, state: ResultFields["state"], stage: OutboxItem["stage"]): OutboxItem {
  return { ...made.draft(), about, by: "to1", stage, fields: { state } satisfies ResultFields };
}

describe("how a stop stands", () => {
  it("is what was pressed, before the city knows", () => {
    expect(standing(stop("a"), [told("a", "under_way", "queued")])).toMatchObject({ state: "under_way", waiting: true });
    expect(standing(stop("a"), [told("a", "under_way", "done"), told("a", "done", "uploading")])).toMatchObject({ state: "done", waiting: true });
    expect(standing(stop("a"), [told("b", "done", "queued")])).toMatchObject({ state: "open", waiting: false });
  });

  it("is the city's word where a result was refused, and a draft says nothing yet", () => {
    const refused = told("a", "done", "rejected");
    expect(standing(stop("a", { state: "under_way" }), [refused, told("a", "done", "draft")])).toEqual({ state: "under_way", waiting: false, refused });
  });

  it("never goes back: late news of the beginning opens nothing again", () => {
    expect(standing(stop("a", { state: "done" }), [told("a", "under_way", "queued")]).state).toBe("done");
  });
});

describe("the order of the day", () => {
  const near = stop("near", { due_at: "2026-11-30T12:00:00Z" }, 107.081);
  const far = stop("far", { due_at: "2026-11-30T09:00:00Z" }, 107.2);
  const over = stop("over", { state: "done", due_at: "2026-11-30T01:00:00Z" });
  const here = { lon: 107.0801, lat: 10.35 };

  it("is the desk's, then by due time, what is over last", () => {
    expect(ordered([near, over, far], [], "due", here).map((one) => one.id)).toEqual(["far", "near", "over"]);
    expect(ordered([{ ...near, position: 1 }, far], [], "due", here).map((one) => one.id)).toEqual(["near", "far"]);
  });

  it("is by distance when asked, where the phone knows its place", () => {
    expect(ordered([far, near, over], [], "near", here).map((one) => one.id)).toEqual(["near", "far", "over"]);
    expect(ordered([near, far], [], "near", null).map((one) => one.id)).toEqual(["far", "near"]);
  });
});

it("measures as the globe does, to a metre in a city", () => {
  expect(metresBetween({ lon: 107.08, lat: 10.35 }, { lon: 107.09, lat: 10.35 })).toBeCloseTo(1093.9, 0);
  expect([4, 42, 994, 999, 1234].map(distanceWords)).toEqual(["0 m", "40 m", "990 m", "1,0 km", "1,2 km"]);
});

it("draws every stop inside the picture, in one scale", () => {
  const drawn = layOut([{ lon: 107.08, lat: 10.35 }, { lon: 107.09, lat: 10.36 }], { lon: 107.085, lat: 10.34 });
  for (const at of [...drawn.places, drawn.here]) {
    expect(at?.x).toBeGreaterThan(20);
    expect(at?.y).toBeLessThan(300);
  }
  expect(layOut([{ lon: 107.08, lat: 10.35 }], null).places).toEqual([{ x: 160, y: 160 }]);
});

describe("what the live channel says", () => {
  it("is about the day when it is a task of the house, or a case on the list", () => {
    const day = { day: "2026-11-30", crew: null, stops: [stop("a")] };
    expect(concernsDay(day, "task.changed", "B")).toBe(true);
    expect(concernsDay(day, "report.extended", "A")).toBe(true);
    expect(concernsDay(day, "report.extended", "B")).toBe(false);
    expect(concernsDay(day, "alarm.raised", null)).toBe(false);
  });
});
