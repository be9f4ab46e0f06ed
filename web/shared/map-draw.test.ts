import { describe, expect, it } from "vitest";

import { crosses, drawn, ringOf } from "./map-draw";

describe("a drawn area", () => {
  it("is a closed ring from three corners on, whatever was clicked twice", () => {
    expect(ringOf([[0, 0], [1, 0]])).toBeNull();
    expect(ringOf([[0, 0], [0, 0], [1, 0]])).toBeNull();
    expect(ringOf([[0, 0], [1, 0], [1, 0], [1, 1]])).toEqual([[0, 0], [1, 0], [1, 1], [0, 0]]);
  });

  it("has an inside only when it does not cross itself", () => {
    expect(crosses([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])).toBe(false);
    expect(crosses([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]])).toBe(true);
    expect(crosses([[0, 0], [4, 0], [4, 4], [2, 1], [0, 4], [0, 0]])).toBe(false);
  });

  it("is drawn from its first corner on", () => {
    expect(drawn([], false).features).toEqual([]);
    expect(drawn([[1, 2]], false).features).toHaveLength(1);
    expect(drawn([[0, 0], [1, 0], [1, 1]], false).features.map((one) => one.geometry.type)).toEqual(["Polygon", "LineString"]);
  });
});
