/** Where the names of areas stand on the wall, and which pinned scene holds. */
import { expect, test } from "vitest";

import { gridOf, linesOf, placed, type Ground, type Name, type Outline } from "./city-map-names";
import { laterPin } from "./rotation";

const square = (code: string, name: string, left: number, top: number, size: number): Outline => ({
  code, name, rings: [[[left, top], [left + size, top], [left + size, top + size], [left, top + size]]],
});
const west = square("w", "Phường Vũng Tàu", 100, 100, 300);
const east = square("e", "Phường Tam Thắng", 400, 100, 300);
const ground = (more: Partial<Ground> = {}): Ground => ({ width: 800, height: 500, marks: [], boxes: [], measure: (line) => line.length * 10, line: 24, ...more });
const grid = gridOf([west, east], 800, 500, 8);

test("a name stands in the middle of its area while nothing is in the way", () => {
  const [one] = placed([west, east], grid, ground());
  expect(one).toMatchObject({ code: "w", lines: ["Phường Vũng Tàu"] });
  expect(Math.hypot((one?.x ?? 0) - 250, (one?.y ?? 0) - 250)).toBeLessThan(20);
});

test("a name goes out of the way of marks and of the key, and never over another name", () => {
  const marks = [{ x: 250, y: 250, r: 45 }, { x: 550, y: 250, r: 60 }];
  const key = { left: 0, top: 280, right: 330, bottom: 500 };
  const names = placed([west, east], grid, ground({ marks, boxes: [key] }));
  expect(names.map((one) => one.code)).toEqual(["w", "e"]);
  const boxes = names.map(({ x, y, lines }) => {
    const [width, height] = [Math.max(...lines.map((line) => line.length * 10)), lines.length * 24];
    return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
  });
  for (const box of boxes) {
    for (const mark of marks) {
      const [dx, dy] = [Math.max(box.left - mark.x, 0, mark.x - box.right), Math.max(box.top - mark.y, 0, mark.y - box.bottom)];
      expect(Math.hypot(dx, dy)).toBeGreaterThan(mark.r * 0.8);
    }
    expect(box.left < key.right && box.bottom > key.top).toBe(false);
  }
  const [a, b] = boxes as [typeof boxes[0], typeof boxes[0]];
  expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
});

test("a name keeps its place while nothing covers it, though a better one is free, and moves when something does", () => {
  const before: Name = { code: "w", lines: ["Phường Vũng Tàu"], x: 210, y: 180 };
  const kept = new Map([["w", before]]);
  expect(placed([west, east], grid, ground(), kept)[0]).toEqual(before);
  expect(placed([west, east], grid, ground({ marks: [{ x: 210, y: 180, r: 50 }] }), kept)[0]).not.toMatchObject({ x: 210, y: 180 });
});

test("a name for which there is no room is left out rather than laid over marks", () => {
  const marks = Array.from({ length: 60 }, (_, place) => ({ x: 60 + (place % 10) * 40, y: 60 + Math.floor(place / 10) * 70, r: 44 }));
  expect(placed([west, east], grid, ground({ marks })).map((one) => one.code)).toEqual(["e"]);
});

test("long names break after the kind of area", () => {
  expect(linesOf("Xã Long Sơn")).toEqual([["Xã Long Sơn"], ["Xã", "Long Sơn"]]);
  expect(linesOf("Đặc khu Côn Đảo")).toEqual([["Đặc khu Côn Đảo"], ["Đặc khu", "Côn Đảo"]]);
});

test("a document that was asked for before a pin does not take the pin back", () => {
  const pin = (scene: "map" | "spots" | null, at: string | null) => ({ scene, by: null, at });
  expect(laterPin(pin("spots", "2026-11-24T10:00:05+00:00"), pin("map", "2026-11-24T10:00:00+00:00"))).toMatchObject({ scene: "spots" });
  expect(laterPin(pin("spots", "2026-11-24T10:00:05+00:00"), pin(null, "2026-11-24T17:00:06+07:00"))).toMatchObject({ scene: null });
  expect(laterPin(null, pin("map", null))).toMatchObject({ scene: "map" });
});

test("of many areas the first ones have names", () => {
  const many = Array.from({ length: 80 }, (_, place) => square(`a${place}`, "Xã", (place % 10) * 80, Math.floor(place / 10) * 60, 60));
  const names = placed(many, gridOf(many, 800, 500, 8), ground());
  expect(names.map((one) => one.code)).toEqual(Array.from({ length: 40 }, (_, place) => `a${place}`));
});
