/** The map's look: the city's own area tiles on plain ground. No glyph, sprite or tile of anybody else's is asked for;
 *  without a `glyphs` address MapLibre draws text with the fonts of the machine. */
import type { FeatureCollection } from "geojson";
import type { LayerSpecification, StyleSpecification } from "maplibre-gl";

export interface MapColours { ground: string; area: string; line: string; label: string; halo: string; accent: string; soft: string }

/** Reads the tokens that hold at `element`, so that a city's colours and the dark theme reach the map too. */
export function coloursAt(element: Element): MapColours {
  const style = getComputedStyle(element);
  const get = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ground: get("--map-ground"), area: get("--map-area"), line: get("--map-line"), label: get("--map-label"),
    halo: get("--map-halo"), accent: get("--accent"), soft: get("--accent-soft"),
  };
}

/** Fonts of the machine, as MapLibre asks for them. */
export const FONTS = ["Segoe UI", "Roboto", "Noto Sans", "Helvetica Neue", "Arial", "DejaVu Sans", "sans-serif"];

/** `areas` is the tile address of the layer "areas" (code, name, kind); `scale` enlarges text and marks on large screens. */
export function mapStyle(areas: string, colours: MapColours, scale = 1): StyleSpecification {
  const layers: LayerSpecification[] = [
    { id: "ground", type: "background", paint: { "background-color": colours.ground } },
    { id: "areas", type: "fill", source: "areas", "source-layer": "areas", filter: ["!=", ["get", "kind"], "province"],
      paint: { "fill-color": colours.area, "fill-antialias": false } },
    { id: "area-chosen", type: "fill", source: "areas", "source-layer": "areas", filter: ["==", ["get", "code"], ""],
      paint: { "fill-color": colours.accent, "fill-opacity": 0.1 } },
    { id: "area-lines", type: "line", source: "areas", "source-layer": "areas", filter: ["!=", ["get", "kind"], "neighbourhood"],
      paint: { "line-color": colours.line, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.8, 14, 2] } },
    { id: "area-names", type: "symbol", source: "area-names",
      layout: { "text-field": ["get", "name"], "text-font": FONTS, "text-size": ["interpolate", ["linear"], ["zoom"], 9, 11 * scale, 14, 15 * scale],
        "text-max-width": 8, "text-padding": 4 },
      paint: { "text-color": colours.label, "text-halo-color": colours.halo, "text-halo-width": 1.6 } },
    { id: "points", type: "symbol", source: "points",
      layout: { "icon-image": ["get", "picture"], "icon-allow-overlap": true, "icon-ignore-placement": true,
        "symbol-sort-key": ["get", "rank"], "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.6 * scale, 13, 0.8 * scale, 16, scale] } },
    { id: "drawn-area", type: "fill", source: "drawn", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colours.accent, "fill-opacity": 0.12 } },
    { id: "drawn-line", type: "line", source: "drawn", paint: { "line-color": colours.accent, "line-width": 2.5 * scale, "line-dasharray": [2, 1] } },
    { id: "chosen", type: "symbol", source: "chosen",
      layout: { "icon-image": "chosen", "icon-size": scale, "icon-anchor": "bottom", "icon-allow-overlap": true, "icon-ignore-placement": true } },
  ];
  const none: FeatureCollection = { type: "FeatureCollection", features: [] };
  return {
    version: 8,
    sources: {
      areas: { type: "vector", tiles: [areas], minzoom: 0, maxzoom: 14, promoteId: { areas: "code" } },
      "area-names": { type: "geojson", data: none },
      points: { type: "geojson", data: none, promoteId: "code" },
      chosen: { type: "geojson", data: none },
      drawn: { type: "geojson", data: none },
    },
    layers,
  };
}
