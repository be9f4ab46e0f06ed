import type { Feature } from "geojson";
import { describe, expect, it } from "vitest";

import { changed, changeWords, drawn, type AreaChange, type Comparison } from "./area-changes";

function area(code: string, change: string): Feature {
  return { type: "Feature", properties: { code, change }, geometry: { type: "Polygon", coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] } };
}

function change(code: string, kind: AreaChange["change"], share = 0): AreaChange {
  return { code, was: kind === "new" ? null : code, now: kind === "gone" ? null : code, change: kind, moved_km2: share, share };
}

const FOUND: Comparison = {
  a: { type: "FeatureCollection", features: [area("1", "same"), area("2", "moved"), area("3", "gone")] },
  b: { type: "FeatureCollection", features: [area("1", "same"), area("2", "moved"), area("4", "new")] },
  changes: [change("1", "same"), change("2", "moved", 0.124), change("3", "gone", 1), change("4", "new", 1)],
};

describe("two days of boundaries", () => {
  it("lists what changed, the largest first", () => {
    expect(changed(FOUND).map((one) => one.code)).toEqual(["3", "4", "2"]);
    expect(changeWords(change("2", "moved", 0.124))).toBe("đổi ranh giới, 12 %");
    expect(changeWords(change("2", "moved", 0.001))).toBe("đổi ranh giới, 1 %");
  });

  it("draws both outlines of what changed and hatches it", () => {
    const tones = drawn(FOUND).features.map((one) => `${String(one.properties?.["code"])} ${String(one.properties?.["tone"])}`);
    expect(tones).toEqual(["1 plain", "2 changed", "4 changed", "3 changed", "2 was", "3 was", "2 now", "4 now"]);
  });
});
