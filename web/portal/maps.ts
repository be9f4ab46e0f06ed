/** Every map of the portal. This module and MapLibre behind it are loaded only when a map is asked for. */
import "maplibre-gl/dist/maplibre-gl.css";

import type { Feature, FeatureCollection, Point } from "geojson";
import type { GeoJSONSource, Map as GlMap } from "maplibre-gl";

import { open } from "../shared/map-engine";
import { drawMarks } from "../shared/map-marks";
import { namePoints } from "../shared/map-names";
import { coloursAt, mapStyle } from "../shared/map-style";

const TILES = "/tiles/areas/{z}/{x}/{y}.mvt";

const MOST_ZOOM = 15;
const TILE_PX = 512;
const MARGIN_PX = 48;

export type Bounds = [west: number, south: number, east: number, north: number];

/** The view that shows `bounds` in a box of this size: so the map opens where it will stay, without a jump. */
export function viewOf(bounds: Bounds, width: number, height: number): { lon: number; lat: number; zoom: number } {
  const [west, south, east, north] = bounds;
  const mercator = (lat: number): number => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);
  const fit = (span: number, room: number): number => Math.log2(Math.max(room - 2 * MARGIN_PX, 1) / TILE_PX / Math.max(span, 1e-9));
  const zoom = Math.min(fit((east - west) / 360, width), fit(mercator(north) - mercator(south), height), MOST_ZOOM);
  return { lon: (west + east) / 2, lat: (south + north) / 2, zoom: Math.max(zoom, 4) };
}

/** A map in `box` that fills it; resolves when it can take points. */
export function start(box: HTMLElement, at: { lon: number; lat: number; zoom: number }): Promise<GlMap> {
  const style = (): ReturnType<typeof mapStyle> => mapStyle(location.origin + TILES, coloursAt(box));
  const map = open(box, style(), at);
  const furnish = (): void => {
    const tokens = getComputedStyle(box);
    for (const mark of drawMarks((token) => tokens.getPropertyValue(token).trim())) {
      if (!map.hasImage(mark.name)) map.addImage(mark.name, mark.image, { pixelRatio: mark.ratio });
    }
  };
  map.on("style.load", furnish);
  map.on("idle", () => nameAreas(map));
  return new Promise((done, fail) => {
    map.once("load", () => { box.dataset["ready"] = ""; done(map); });
    map.once("error", (event) => { if (!map.loaded() && box.dataset["ready"] === undefined) fail(new Error(event.error.message)); });
  });
}

const named = new WeakMap<GlMap, string>();

function nameAreas(map: GlMap): void {
  const names = namePoints(map.querySourceFeatures("areas", { sourceLayer: "areas" }), "commune");
  const text = JSON.stringify(names);
  // Setting data makes the map idle again: the same names a second time would never end.
  if (named.get(map) === text) return;
  named.set(map, text);
  void map.getSource<GeoJSONSource>("area-names")?.setData(names);
}

export function showPoints(map: GlMap, features: readonly Feature<Point>[]): void {
  const marked = features.map((one): Feature<Point> => ({
    type: "Feature", id: String(one.properties?.["code"]), geometry: one.geometry,
    properties: { code: one.properties?.["code"] as unknown, picture: "dot-done", rank: 0 },
  }));
  void map.getSource<GeoJSONSource>("points")?.setData({ type: "FeatureCollection", features: marked });
}

export function showChosen(map: GlMap, point: { lon: number; lat: number } | null): void {
  const features: Feature<Point>[] = point === null ? [] : [
    { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [point.lon, point.lat] } },
  ];
  void map.getSource<GeoJSONSource>("chosen")?.setData({ type: "FeatureCollection", features } satisfies FeatureCollection);
}

/** A cell instead of a pin, for places that are shown coarsely. */
export function showCell(map: GlMap, point: { lon: number; lat: number }, degrees: number): void {
  const [west, south, east, north] = [point.lon - degrees / 2, point.lat - degrees / 2, point.lon + degrees / 2, point.lat + degrees / 2];
  map.addSource("cell", { type: "geojson", data: { type: "Polygon", coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] } });
  const colour = getComputedStyle(map.getContainer()).getPropertyValue("--accent").trim();
  map.addLayer({ id: "cell", type: "fill", source: "cell", paint: { "fill-color": colour, "fill-opacity": 0.3 } });
}
