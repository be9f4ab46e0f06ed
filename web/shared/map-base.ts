/** What lies below the reports: nothing but the city's areas, the ground that was imported, a PMTiles file, or a style of
 *  our own origin. Text is drawn with the fonts of the machine whatever it is: `glyphs` of a style are left out. */
import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";

import { FONTS, type MapColours } from "./map-style";

/** The answer of /api/v1/map/basemap. */
export interface Basemap { style: string | null; pmtiles: string | null; tiles: string | null; max_zoom: number; attribution: string }
export const NO_BASEMAP: Basemap = { style: null, pmtiles: null, tiles: null, max_zoom: 15, attribution: "" };

export interface GroundColours { water: string; green: string; road: string; major: string; building: string }

let asked: Promise<Basemap> | null = null;

/** Which basemap there is; asked once per page. A map without its ground is better than none. */
export function basemap(): Promise<Basemap> {
  asked ??= fetch("/api/v1/map/basemap", { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? (answer.json() as Promise<Basemap>) : NO_BASEMAP))
    .catch(() => NO_BASEMAP);
  return asked;
}

/** Layers of our own tiles, and what they are called in the widespread schema of PMTiles files (Protomaps). */
const OURS = { water: "water", green: "green", roads: "roads", buildings: "buildings", places: "places" };
const THEIRS = { ...OURS, green: "landuse" };

function ground(layers: typeof OURS, own: boolean, colours: MapColours, tones: GroundColours, scale: number): { below: LayerSpecification[]; above: LayerSpecification[] } {
  const of = (layer: keyof typeof OURS): { source: string; "source-layer": string } => ({ source: "ground", "source-layer": layers[layer] });
  const main = own ? ["highway", "major"] : ["highway", "major_road"];
  const small = own ? ["path"] : ["path", "other"];
  const wide = (thin: number, thick: number): LayerSpecification["paint"] => ({
    "line-color": tones.major, "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 8, thin * scale, 18, thick * scale],
  });
  const known = own ? ["!=", ["get", "kind"], "none"] : ["in", ["get", "kind"], ["literal", ["park", "forest", "wood", "grass", "cemetery", "nature_reserve", "beach"]]];
  return {
    below: [
      { id: "ground-green", type: "fill", ...of("green"), filter: known, paint: { "fill-color": tones.green } },
      { id: "ground-water", type: "fill", ...of("water"), filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": tones.water } },
      { id: "ground-waterways", type: "line", ...of("water"), filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": tones.water, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 1, 16, 4 * scale] } },
      { id: "ground-buildings", type: "fill", ...of("buildings"), minzoom: 15, paint: { "fill-color": tones.building } },
      { id: "ground-rail", type: "line", ...of("roads"), filter: ["==", ["get", "kind"], "rail"], paint: { "line-color": colours.line, "line-width": 1.2 * scale, "line-dasharray": [3, 2] } },
      { id: "ground-paths", type: "line", ...of("roads"), minzoom: 15, filter: ["in", ["get", "kind"], ["literal", small]], paint: { "line-color": tones.road, "line-width": 1 * scale } },
      { id: "ground-streets", type: "line", ...of("roads"), filter: ["!", ["in", ["get", "kind"], ["literal", [...main, ...small, "rail"]]]], layout: { "line-cap": "round" },
        paint: { "line-color": tones.road, "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 11, 0.6 * scale, 18, 10 * scale] } },
      { id: "ground-roads", type: "line", ...of("roads"), filter: ["in", ["get", "kind"], ["literal", main]], layout: { "line-cap": "round" }, paint: wide(0.8, 16) as never },
    ] as LayerSpecification[],
    above: [
      { id: "ground-road-names", type: "symbol", ...of("roads"), minzoom: 13, filter: ["has", "name"],
        layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONTS, "text-size": 11 * scale, "symbol-spacing": 320 },
        paint: { "text-color": colours.label, "text-halo-color": colours.halo, "text-halo-width": 1.4 } },
      { id: "ground-places", type: "symbol", ...of("places"), filter: ["has", "name"],
        layout: { "text-field": ["get", "name"], "text-font": FONTS, "text-size": 12 * scale, "text-padding": 6, "symbol-sort-key": ["coalesce", ["get", "min_zoom"], 10] },
        paint: { "text-color": colours.label, "text-halo-color": colours.halo, "text-halo-width": 1.6 } },
    ] as LayerSpecification[],
  };
}

/** The tones of the ground, mixed from the map's own so that they follow a city's colours and the dark theme. */
export function groundTones(element: Element): GroundColours {
  const style = getComputedStyle(element);
  const get = (name: string): string => style.getPropertyValue(name).trim();
  return { water: get("--map-water"), green: get("--map-green"), road: get("--map-road"), major: get("--map-major"), building: get("--map-building") };
}

/** The style with the ground below the areas' outlines. A style of the city's own comes as `given`. */
export function withGround(style: StyleSpecification, base: Basemap, given: StyleSpecification | null, origin: string, colours: MapColours, tones: GroundColours, scale: number): StyleSpecification {
  if (given !== null) return onto(given, style);
  if (base.tiles === null && base.pmtiles === null) return style;
  const own = base.tiles !== null;
  const source: SourceSpecification = base.tiles !== null
    ? { type: "vector", tiles: [origin + base.tiles], minzoom: 0, maxzoom: base.max_zoom }
    : { type: "vector", url: `pmtiles://${origin}${base.pmtiles ?? ""}` };
  const { below, above } = ground(own ? OURS : THEIRS, own, colours, tones, scale);
  const layers: LayerSpecification[] = [];
  for (const layer of style.layers) {
    if (layer.id === "area-lines") layers.push(...below);
    if (layer.id === "area-names") layers.push(...above);
    layers.push(layer);
  }
  return { ...style, layers, sources: { ...style.sources, ground: source } };
}

/** Our layers on a style of the city's own: its ground and areas stay below, plain ground and area fills of ours are left out. */
function onto(given: StyleSpecification, style: StyleSpecification): StyleSpecification {
  const ours = style.layers.filter((layer) => layer.id !== "ground" && layer.id !== "areas");
  const taken = new Set(ours.map((layer) => layer.id));
  const theirs = given.layers.filter((layer) => !taken.has(layer.id)).map(withOurFonts);
  const { sprite } = given;
  return { ...style, ...(sprite === undefined ? {} : { sprite }), sources: { ...given.sources, ...style.sources }, layers: [...theirs, ...ours] };
}

function withOurFonts(layer: LayerSpecification): LayerSpecification {
  return layer.type === "symbol" && layer.layout?.["text-field"] !== undefined ? { ...layer, layout: { ...layer.layout, "text-font": FONTS } } : layer;
}

/** The city's own style, if it has one and it can be had. */
export async function givenStyle(base: Basemap): Promise<StyleSpecification | null> {
  if (base.style === null) return null;
  const answer = await fetch(base.style).catch(() => null);
  return answer?.ok === true ? ((await answer.json()) as StyleSpecification) : null;
}
