/** Every map of the portal. This module and MapLibre behind it are loaded only when a map is asked for. */
import "maplibre-gl/dist/maplibre-gl.css";

import type { Feature, FeatureCollection, Point } from "geojson";
import type { FilterSpecification, GeoJSONSource, Map as GlMap, MapGeoJSONFeature } from "maplibre-gl";

import { basemap, givenStyle, groundTones, withGround } from "../shared/map-base";
import { open } from "../shared/map-engine";
import { drawMarks } from "../shared/map-marks";
import { namePoints } from "../shared/map-names";
import { spotFeatures, spotLayer, SPOTS, type SpotMark } from "../shared/map-spots";
import { coloursAt, FONTS, mapStyle } from "../shared/map-style";
import { h } from "./page";

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
export async function start(box: HTMLElement, at: { lon: number; lat: number; zoom: number }): Promise<GlMap> {
  const base = await basemap();
  const given = await givenStyle(base);
  const style = (): ReturnType<typeof mapStyle> => {
    const colours = coloursAt(box);
    return withGround(mapStyle(location.origin + TILES, colours), base, given, location.origin, colours, groundTones(box), 1);
  };
  const map = open(box, style(), at);
  if (base.attribution !== "") box.append(h("p", { class: "map-credit" }, base.attribution));
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

export interface Place { lon: number; lat: number }

/** What the page does when somebody points at a report, chooses it, chooses several at one place that no zoom takes
 *  apart, or asks where there is none. */
export interface Pointing {
  over: (code: string | null) => void;
  chosen: (code: string) => void;
  together: (count: number, place: Place) => void;
  nothing: () => void;
}

const SINGLE: FilterSpecification = ["==", ["get", "count"], 1];
const MANY: FilterSpecification = [">", ["get", "count"], 1];
const NEAR_PX = 60;
const NEAREST = 17;
const PUBLISHED = ["published", "clusters"];

/** Layers for counted points: a circle that grows with its count, the count in it, and the mark of a single one. */
function addCounted(map: GlMap, source: string, layer: string): void {
  const tokens = getComputedStyle(map.getContainer());
  const colour = (name: string): string => tokens.getPropertyValue(name).trim();
  const of = { source, "source-layer": layer };
  map.addLayer({ id: "clusters", type: "circle", ...of, filter: MANY, paint: {
    "circle-color": colour("--done"), "circle-stroke-color": colour("--surface"), "circle-stroke-width": 2,
    "circle-radius": ["interpolate", ["linear"], ["ln", ["get", "count"]], 0.7, 11, 9, 34] } }, "chosen");
  map.addLayer({ id: "cluster-counts", type: "symbol", ...of, filter: MANY,
    layout: { "text-field": ["to-string", ["get", "count"]], "text-font": FONTS, "text-size": 12, "text-allow-overlap": true, "text-ignore-placement": true },
    paint: { "text-color": colour("--surface") } }, "chosen");
  map.addLayer({ id: "published", type: "symbol", ...of, filter: SINGLE,
    layout: { "icon-image": "dot-done", "icon-allow-overlap": true, "icon-ignore-placement": true } }, "chosen");
}

/** Published reports from the city's own tiles: counted on the server, so that a hundred thousand are as light as ten. */
export function showPublished(map: GlMap, tiles: string, pointing: Pointing): void {
  map.addSource("published", { type: "vector", tiles: [location.origin + tiles], minzoom: 0, maxzoom: MOST_ZOOM });
  addCounted(map, "published", "reports");
  listen(map, PUBLISHED, pointing);
}

/** Hot spots: seals with their counts; `code` says which. */
export function showSpots(map: GlMap, spots: readonly SpotMark[], pointing: Pointing): void {
  map.addSource(SPOTS, { type: "geojson", data: spotFeatures(spots) });
  map.addLayer(spotLayer(map.getContainer(), 1), "chosen");
  listen(map, [SPOTS], pointing);
}

function listen(map: GlMap, layers: readonly string[], pointing: Pointing): void {
  const canvas = map.getCanvas();
  const take = (found: MapGeoJSONFeature | undefined): void => {
    const code = found?.properties["code"] as string | undefined;
    if (code !== undefined) pointing.chosen(code);
    else if (found?.geometry.type !== "Point") pointing.nothing();
    else {
      const [lon = 0, lat = 0] = found.geometry.coordinates;
      // The finest tiles are drawn larger from here on: what they count as one stays one, however near the eye comes.
      if (map.getZoom() >= MOST_ZOOM) pointing.together(Number(found.properties["count"]), { lon, lat });
      else map.easeTo({ center: [lon, lat], zoom: Math.min(map.getZoom() + 2, NEAREST) });
    }
  };
  for (const layer of layers) {
    map.on("click", layer, (event) => take(event.features?.[0]));
    map.on("mousemove", layer, (event) => {
      canvas.style.cursor = "pointer";
      pointing.over((event.features?.[0]?.properties["code"] as string | undefined) ?? null);
    });
    map.on("mouseleave", layer, () => { canvas.style.cursor = ""; pointing.over(null); });
  }
  const nearest = (): MapGeoJSONFeature | undefined => {
    const x = canvas.clientWidth / 2;
    const y = canvas.clientHeight / 2;
    const found = map.queryRenderedFeatures([[x - NEAR_PX, y - NEAR_PX], [x + NEAR_PX, y + NEAR_PX]], { layers: [...layers] });
    const away = (one: MapGeoJSONFeature): number => {
      if (one.geometry.type !== "Point") return Infinity;
      const at = map.project(one.geometry.coordinates as [number, number]);
      return Math.hypot(at.x - x, at.y - y);
    };
    return found.sort((one, other) => away(one) - away(other))[0];
  };
  // The map moves by its own keys; Enter takes what is nearest to the middle, once everything there is drawn: before
  // its tiles have come, "nothing here" would be untrue.
  let asked = false;
  canvas.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || asked) return;
    asked = true;
    const answer = (): void => { asked = false; take(nearest()); };
    if (map.loaded() && !map.isMoving()) answer();
    else void map.once("idle", answer);
  });
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
