import type { LayerSpecification } from "maplibre-gl";
import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, it } from "vitest";

import { Known, leastZoom, SINGLE_FROM, tints, VIEWS, visibility, withReports, type Tones } from "./map-reports";
import { mapStyle } from "./map-style";

const COLOURS = { ground: "#eeeeee", area: "#ffffff", line: "#999999", label: "#333333", halo: "#ffffff", accent: "#0b5cad", soft: "#e3eefa" };
const TONES: Tones = { waiting: "#5a4b9c", progress: "#0b5cad", done: "#17693b", soon: "#8a5200", late: "#b3261e", surface: "#ffffff", ink: "#14181d", halo: "#ffffff", heat: "#b3261e" };
const TILES = { reports: "https://x/r/{z}/{x}/{y}.mvt", hexagons: "https://x/h/{z}/{x}/{y}.mvt" };
const base = mapStyle("https://x/a/{z}/{x}/{y}.mvt", COLOURS);

describe("withReports", () => {
  it("is a valid style in every view, always with the same sources and layers in the same order", () => {
    const styles = VIEWS.flatMap((view) => [true, false].map((loaded) => withReports(base, TILES, TONES, 1.6, view, loaded)));
    for (const style of styles) expect(validateStyleMin(style)).toEqual([]);
    const ids = styles.map((style) => [style.layers.map((layer) => layer.id), Object.keys(style.sources)]);
    expect(new Set(ids.map((one) => JSON.stringify(one))).size).toBe(1);
  });

  it("keeps the live points above all that the server counted, and the chosen one above them", () => {
    const ids = withReports(base, TILES, TONES, 1, "clusters", true).layers.map((layer) => layer.id);
    expect(ids.slice(-5)).toEqual(["tile-points", "points", "drawn-area", "drawn-line", "chosen"]);
    for (const below of ["heat", "hexagons", "clusters", "area-load"]) expect(ids.indexOf(below)).toBeLessThan(ids.indexOf("points"));
  });

  it("shows each report once: counted from far, or as a live point", () => {
    const shown = (view: (typeof VIEWS)[number], id: string, zoom: number): boolean => visibility(view, false)[id] === true && zoom >= leastZoom(id, view);
    expect(shown("clusters", "clusters", 8) && !shown("clusters", "points", 8)).toBe(true);
    expect(shown("clusters", "points", SINGLE_FROM)).toBe(true);
    expect(shown("points", "points", 8) && !shown("points", "tile-points", 8) && !shown("points", "clusters", 8)).toBe(true);
    expect(shown("heat", "points", 16) || shown("hexagons", "tile-points", 16)).toBe(false);
    const layer = (id: string): LayerSpecification | undefined => withReports(base, TILES, TONES, 1, "points", false).layers.find((one) => one.id === id);
    expect(layer("tile-points")?.minzoom).toBe(SINGLE_FROM);
    // A crowd is still counted there.
    expect(layer("clusters")?.minzoom).toBe(SINGLE_FROM);
  });
});

describe("tints", () => {
  it("measures each area by the fullest, and the late by its own", () => {
    expect(tints({ a: { open: 10, late: 5, urgent: 0 }, b: { open: 40, late: 0, urgent: 1 } })).toEqual([{ code: "a", full: 0.25, share: 0.5 }, { code: "b", full: 1, share: 0 }]);
    expect(tints({})).toEqual([]);
  });
});

describe("Known", () => {
  it("says each code once and forgets none that has gone", () => {
    const known = new Known();
    expect(known.learn(["A", "B"])).toEqual(["A", "B"]);
    expect(known.learn(["B", "C"])).toEqual(["C"]);
    expect(known.all()).toEqual(["A", "B", "C"]);
  });
});
