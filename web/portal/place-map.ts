/** The map under a fixed pin: dragged, tapped, or moved by the keys. Loaded only when it is asked for. */
import type { FeatureCollection } from "geojson";
import { ScaleControl, type GeoJSONSource } from "maplibre-gl";

import { FONTS } from "../shared/map-style";
import { EARTH, boundsOf } from "./map-views";
import { start, viewOf } from "./maps";
import { h, icon, t } from "./page";
import type { Point } from "./exif";

const NUDGE_PX = 24;
const LEAP_PX = 120;
const STREET = 15.5;
const NAMES_FROM = 13;
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export interface Named { name: string; lon: number; lat: number }
export interface PinMap { show: (point: Point) => void; name: (places: readonly Named[]) => void }

/** Opens the map in `box`; `moved` hears of every place a hand has chosen, `moving` while it still chooses. */
export async function pinMap(box: HTMLElement, at: Point | null, bounds: string | undefined, moved: (point: Point) => void): Promise<PinMap> {
  const canvas = h("div", { class: "canvas" });
  const pin = h("span", { class: "aim" }, icon("pin"));
  box.replaceChildren(canvas, pin);
  const map = await start(canvas, at === null ? viewOf(boundsOf(bounds) ?? EARTH, canvas.clientWidth, canvas.clientHeight) : { ...at, zoom: STREET });
  const zoom = (by: number): HTMLElement => h("button", { type: "button", class: "button", "aria-label": t(by > 0 ? "map_in" : "map_out"), onclick: () => map.easeTo({ zoom: map.getZoom() + by, duration: 150 }) }, icon(by > 0 ? "plus" : "minus"));
  box.append(h("div", { class: "map-zoom" }, zoom(1), zoom(-1)));
  // Its own keys leap across the town; ours nudge, and say that a hand did it.
  map.keyboard.disable();
  const view = map.getCanvas();
  view.setAttribute("aria-label", t("map_keys"));
  view.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    if (way !== undefined) {
      const length = event.shiftKey ? LEAP_PX : NUDGE_PX;
      map.panBy([way[0] * length, way[1] * length], { duration: 0 }, { originalEvent: event });
    } else if (event.key === "+" || event.key === "=") map.zoomTo(map.getZoom() + 1, { duration: 0 });
    else if (event.key === "-") map.zoomTo(map.getZoom() - 1, { duration: 0 });
    else return;
    event.preventDefault();
  });
  // For those who cannot drag: a tap brings that spot under the pin.
  map.on("click", (event) => { map.easeTo({ center: event.lngLat, duration: 150 }, { originalEvent: event.originalEvent }); });
  map.on("dragstart", () => pin.classList.add("lifted"));
  map.on("dragend", () => pin.classList.remove("lifted"));
  // Only a movement by a hand means a new place; jumps after a search come from us, zooming keeps the place.
  map.on("moveend", (event) => {
    if (event.originalEvent === undefined || event.originalEvent.type === "wheel") return;
    const centre = map.getCenter();
    moved({ lon: centre.lng, lat: centre.lat });
  });
  map.scrollZoom.setZoomRate(1 / 150);
  map.scrollZoom.enable({ around: "center" });
  map.touchZoomRotate.enable({ around: "center" });
  map.addControl(new ScaleControl({ maxWidth: 90, unit: "metric" }), "bottom-left");
  const look = getComputedStyle(canvas);
  const colour = (token: string): string => look.getPropertyValue(token).trim();
  // Names to find one's way by: the streets of the world are not ours to serve.
  map.addSource("names", { type: "geojson", data: collection([]) });
  map.addLayer({ id: "name-dots", type: "circle", source: "names", minzoom: NAMES_FROM, paint: { "circle-radius": 3.5, "circle-color": colour("--ink-3") } });
  map.addLayer({
    id: "names", type: "symbol", source: "names", minzoom: NAMES_FROM,
    layout: { "text-field": ["get", "name"], "text-font": FONTS, "text-size": 13, "text-anchor": "top", "text-offset": [0, 0.5], "text-optional": true },
    paint: { "text-color": colour("--map-label"), "text-halo-color": colour("--map-halo"), "text-halo-width": 1.6 },
  });
  const name = (places: readonly Named[]): void => { void map.getSource<GeoJSONSource>("names")?.setData(collection(places)); };
  return { name, show: (point) => { map.jumpTo({ center: [point.lon, point.lat], zoom: Math.max(map.getZoom(), STREET) }); } };
}

function collection(places: readonly Named[]): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: places.map(({ name, lon, lat }) => ({ type: "Feature", properties: { name }, geometry: { type: "Point", coordinates: [lon, lat] } })),
  };
}
