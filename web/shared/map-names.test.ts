import { describe, expect, it } from "vitest";

import { centreOfRing, cut, namePoints } from "./map-names";

const box = (x0: number, y0: number, x1: number, y1: number): [number, number][] => [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]];
const piece = (code: string, ring: [number, number][], kind = "commune"): { properties: Record<string, unknown>; geometry: { type: string; coordinates: unknown } } =>
  ({ properties: { code, kind, name: `Phường ${code}` }, geometry: { type: "Polygon", coordinates: [ring] } });

describe("namePoints", () => {
  it("finds the middle of a ring, whichever way round it runs", () => {
    const there = centreOfRing(box(106, 10, 108, 11));
    const back = centreOfRing([...box(106, 10, 108, 11)].reverse());
    expect(there?.x).toBeCloseTo(107, 9);
    expect(there?.y).toBeCloseTo(10.5, 9);
    expect(back?.x).toBeCloseTo(107, 9);
    expect(back?.weight).toBeCloseTo(2, 9);
  });

  it("writes the name of an area cut by tiles once, at the middle of the whole", () => {
    const names = namePoints([piece("A", box(0, 0, 3, 1)), piece("A", box(3, 0, 4, 1)), piece("B", box(5, 0, 6, 1))], "commune");
    expect(names.features.map((feature) => feature.id)).toEqual(["A", "B"]);
    expect(names.features[0]?.geometry.coordinates[0]).toBeCloseTo(2, 9);
    expect(names.features[0]?.properties).toEqual({ name: "Phường A" });
  });

  it("stands in the part that is seen", () => {
    const names = namePoints([piece("A", box(0, 0, 10, 10)), piece("B", box(20, 20, 30, 30))], "commune", [8, 8, 40, 40]);
    expect(names.features[0]?.geometry.coordinates).toEqual([9, 9]);
    expect(names.features[1]?.geometry.coordinates).toEqual([25, 25]);
  });

  it("cuts a ring to a box and closes it again", () => {
    const ring = cut([[0, 0], [4, 0], [2, 4], [0, 0]], [0, 0, 4, 2]);
    expect(ring.at(0)).toEqual(ring.at(-1));
    expect(centreOfRing(ring)?.weight).toBeCloseTo(6, 9);
    expect(cut([[0, 0], [1, 0], [1, 1], [0, 0]], [5, 5, 6, 6])).toEqual([]);
  });

  it("leaves out other kinds and slivers", () => {
    expect(namePoints([piece("P", box(0, 0, 9, 9), "province"), piece("S", box(0, 0, 0, 1))], "commune").features).toEqual([]);
  });
});
