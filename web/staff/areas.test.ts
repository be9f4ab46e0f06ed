import { describe, expect, it } from "vitest";

import type { Area } from "../shared/model";
import { body, drawn, moved, newArea, placeAt, pulled, reshaped, sameAreas, SMALLEST, Steps } from "./areas";

const BOX = { x: 0.2, y: 0.3, w: 0.1, h: 0.2 };
const FACE: Area = { id: "face-1", kind: "face", ...BOX, score: 0.9 };

describe("the box of an area", () => {
  it("is the same whichever corner it is drawn from", () => {
    const box = { x: 0.1, y: 0.2, w: 0.3, h: 0.4 };
    for (const [x0, y0, x1, y1] of [[0.1, 0.2, 0.4, 0.6], [0.4, 0.6, 0.1, 0.2], [0.4, 0.2, 0.1, 0.6]] as const) expect(drawn(x0, y0, x1, y1)).toEqual(box);
  });

  it("is cut at the edge, and a slip of the finger is none", () => {
    expect(drawn(0.9, 0.9, 1.4, 2)).toEqual({ x: 0.9, y: 0.9, w: 0.1, h: 0.1 });
    expect(drawn(0.5, 0.5, 0.5 + SMALLEST / 2, 0.9)).toBeNull();
    expect(drawn(1.2, 1.2, 1.5, 1.5)).toBeNull();
  });

  it("stays in the picture wherever it is moved, and keeps its size", () => {
    for (const [dx, dy] of [[5, 5], [-5, -5], [0.01, -9]] as const) {
      const box = moved(BOX, dx, dy);
      expect([box.w, box.h]).toEqual([BOX.w, BOX.h]);
      expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
      expect(Math.max(box.x + box.w, box.y + box.h)).toBeLessThanOrEqual(1.0001);
    }
  });

  it("keeps the opposite corner when one is pulled, and never turns inside out", () => {
    for (const corner of ["nw", "ne", "sw", "se"] as const) {
      for (const by of [-3, -0.05, 0.05, 3]) {
        const box = pulled(BOX, corner, by, by);
        expect(box.w).toBeGreaterThanOrEqual(SMALLEST - 1e-9);
        expect(box.h).toBeGreaterThanOrEqual(SMALLEST - 1e-9);
        expect(Math.max(box.x + box.w, box.y + box.h)).toBeLessThanOrEqual(1.0001);
        if (corner.endsWith("e")) expect(box.x).toBe(BOX.x);
        else expect(box.x + box.w).toBeCloseTo(BOX.x + BOX.w);
        if (corner.startsWith("s")) expect(box.y).toBe(BOX.y);
        else expect(box.y + box.h).toBeCloseTo(BOX.y + BOX.h);
      }
    }
  });
});

describe("an area of a film", () => {
  const moving: Area = { ...FACE, from_s: 1, to_s: 3, path: [[1, 0.2, 0.3, 0.05, 0.05], [2, 0.25, 0.4, 0.05, 0.05]] };

  it("is where its path says, and nowhere before and after", () => {
    expect(placeAt(moving, 0.9)).toBeNull();
    expect(placeAt(moving, 1.5)).toEqual({ x: 0.2, y: 0.3, w: 0.05, h: 0.05 });
    expect(placeAt(moving, 2)).toEqual({ x: 0.25, y: 0.4, w: 0.05, h: 0.05 });
    expect(placeAt(moving, 3.1)).toBeNull();
    expect(placeAt({ ...FACE }, 99)).toEqual(BOX);
    expect(placeAt(moving, null)).toEqual(BOX);
  });

  it("stands still once it was reshaped by hand", () => {
    expect(reshaped(moving, BOX).path).toBeUndefined();
    expect(moving.path).toHaveLength(2);
  });

  it("lasts the whole film until somebody says otherwise", () => {
    expect(newArea("face", BOX, 12.5)).toMatchObject({ from_s: 0, to_s: 12.5 });
    expect(newArea("plate", BOX, null)).not.toHaveProperty("from_s");
  });
});

describe("what is sent", () => {
  it("names each area and leaves out what the server found by itself", () => {
    expect(body([FACE])).toEqual([{ id: "face-1", kind: "face", ...BOX }]);
    expect(body([{ ...FACE, from_s: 0, to_s: null }])).toEqual([{ id: "face-1", kind: "face", ...BOX, from_s: 0 }]);
  });

  it("is the same for the same areas", () => {
    expect(sameAreas([FACE], [{ ...FACE, score: null }])).toBe(true);
    expect(sameAreas([FACE], [{ ...FACE, kind: "plate" }])).toBe(false);
    expect(sameAreas([FACE], [])).toBe(false);
  });
});

describe("undo", () => {
  it("goes back step by step and forth again until something else is done", () => {
    const steps = new Steps([]);
    steps.set([FACE]);
    steps.set([FACE, { ...FACE, id: "b" }]);
    steps.undo();
    expect(steps.areas).toEqual([FACE]);
    steps.redo();
    expect(steps.areas).toHaveLength(2);
    steps.undo();
    steps.undo();
    expect([steps.areas.length, steps.canUndo, steps.canRedo]).toEqual([0, false, true]);
    steps.set([FACE]);
    expect(steps.canRedo).toBe(false);
  });

  it("takes a whole drag as one step", () => {
    const steps = new Steps([FACE]);
    steps.set([{ ...FACE, x: 0.21 }]);
    for (const x of [0.22, 0.23, 0.3]) steps.set([{ ...FACE, x }], true);
    steps.undo();
    expect(steps.areas).toEqual([FACE]);
  });
});
