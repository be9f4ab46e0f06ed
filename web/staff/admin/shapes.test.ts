import { describe, expect, it } from "vitest";

import { partOf, partsOf, read, shapeOf, Unusable } from "./shapes";

const RING = [[107, 10], [107.1, 10], [107.1, 10.1], [107, 10]];
const POLYGON = { type: "Polygon", coordinates: [RING] };
const OTHER = { type: "Polygon", coordinates: [[[108, 10], [108.1, 10], [108.1, 10.1], [108, 10]]] };

function why(value: unknown): string {
  try {
    read(typeof value === "string" ? value : JSON.stringify(value));
  } catch (error) {
    return (error as Unusable).why;
  }
  return "taken";
}

describe("a pasted shape", () => {
  it("may be a polygon, several, or features of them", () => {
    expect(read(JSON.stringify(POLYGON))).toEqual([[RING]]);
    expect(read(JSON.stringify({ type: "MultiPolygon", coordinates: [[RING], OTHER.coordinates] }))).toHaveLength(2);
    expect(read(JSON.stringify({ type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: POLYGON }, { type: "Feature", properties: null, geometry: OTHER }] }))).toHaveLength(2);
  });

  it("is closed where it is not, and loses digits nobody can draw", () => {
    expect(read(JSON.stringify({ type: "Polygon", coordinates: [RING.slice(0, 3)] }))).toEqual([[RING]]);
    expect(partOf([[107.123456789, 10]])).toEqual([[[107.1234568, 10]]]);
  });

  it.each([
    ["{", "json"], ["null", "kind"], [{ type: "Point", coordinates: [1, 2] }, "kind"], [{ type: "MultiPolygon", coordinates: 3 }, "kind"], [{ type: "FeatureCollection", features: [] }, "empty"],
    [{ type: "Polygon", coordinates: [[[1, 2], [3, 4]]] }, "short"], [{ type: "Polygon", coordinates: [[]] }, "short"], [{ type: "Polygon", coordinates: [[[1, 2], ["3", 4], [5, 6]]] }, "corner"],
    [{ type: "Polygon", coordinates: [[[600000, 1200000], [600001, 1200000], [600001, 1200001]]] }, "corner"], [{ type: "Polygon", coordinates: [[[0, 0], [1, 1], [1, 0], [0, 1]]] }, "crossed"],
    [{ type: "Polygon", coordinates: 5 }, "kind"],
  ])("that cannot be used is refused with the reason: %j", (value, reason) => {
    expect(why(value)).toBe(reason);
  });

  it("goes into the document and comes back, or is nothing", () => {
    const parts = read(JSON.stringify(POLYGON));
    expect(partsOf(shapeOf(parts))).toEqual(parts);
    expect(shapeOf([])).toBeNull();
    expect(partsOf({ type: "Point" })).toEqual([]);
    expect(partsOf(null)).toEqual([]);
  });
});
