import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import type { StyleSpecification } from "maplibre-gl";
import { describe, expect, it } from "vitest";

import { NO_BASEMAP, withGround } from "./map-base";
import { FONTS, mapStyle } from "./map-style";

const COLOURS = { ground: "#eeeeee", area: "#ffffff", line: "#999999", label: "#333333", halo: "#ffffff", accent: "#0b5cad", soft: "#e3eefa" };
const TONES = { water: "#cfe0ee", green: "#e2eede", road: "#ffffff", major: "#d8dce2", building: "#e4e6ea" };
const base = mapStyle("https://x/a/{z}/{x}/{y}.mvt", COLOURS);
const made = (basemap: Partial<typeof NO_BASEMAP>, given: StyleSpecification | null = null): StyleSpecification =>
  withGround(base, { ...NO_BASEMAP, ...basemap }, given, "https://x", COLOURS, TONES, 1);

describe("withGround", () => {
  it("leaves the map as it is where there is no basemap", () => {
    expect(made({})).toBe(base);
  });

  it("draws the imported ground between the areas and their outlines, from our own origin alone", () => {
    const style = made({ tiles: "/tiles/basemap/{z}/{x}/{y}.mvt?v=3" });
    expect(validateStyleMin(style)).toEqual([]);
    const ids = style.layers.map((layer) => layer.id);
    expect(ids.indexOf("areas")).toBeLessThan(ids.indexOf("ground-water"));
    expect(ids.indexOf("ground-roads")).toBeLessThan(ids.indexOf("area-lines"));
    expect(JSON.stringify(style).match(/https?:\/\/[^/"]+/g)?.every((host) => host === "https://x")).toBe(true);
    expect(style.glyphs).toBeUndefined();
  });

  it("knows the layers of a PMTiles file", () => {
    const style = made({ pmtiles: "/tiles/basemap.pmtiles" });
    expect(validateStyleMin(style)).toEqual([]);
    expect(style.sources["ground"]).toEqual({ type: "vector", url: "pmtiles://https://x/tiles/basemap.pmtiles" });
  });

  it("puts our layers on a style of the city's own and writes its names with the machine's fonts", () => {
    const given: StyleSpecification = {
      version: 8, glyphs: "https://elsewhere/{fontstack}/{range}.pbf", sources: { streets: { type: "vector", tiles: ["https://x/s/{z}/{x}/{y}"] } },
      layers: [{ id: "paper", type: "background" }, { id: "names", type: "symbol", source: "streets", "source-layer": "n", layout: { "text-field": ["get", "name"], "text-font": ["Noto Sans Regular"] } }],
    };
    const style = made({ style: "/s.json" }, given);
    expect(style.layers.map((layer) => layer.id).slice(0, 3)).toEqual(["paper", "names", "area-chosen"]);
    expect(style.layers[1]?.layout).toMatchObject({ "text-font": FONTS });
    expect(style.glyphs).toBeUndefined();
    expect(validateStyleMin(style)).toEqual([]);
  });
});
