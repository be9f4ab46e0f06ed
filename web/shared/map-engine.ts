/** MapLibre itself, loaded only when a map is shown. */
import { addProtocol, Map as GlMap, Marker, setWorkerUrl, type StyleSpecification } from "maplibre-gl";
import { Protocol } from "pmtiles";
// MapLibre's worker is a module of its own; a bundler finds it only when it is named.
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";

setWorkerUrl(workerUrl);
// A city may serve its streets as one file, which is read in pieces from our own origin.
addProtocol("pmtiles", new Protocol().tile);

export function open(container: HTMLElement, style: StyleSpecification, at: { lon: number; lat: number; zoom: number }, pixelRatio = devicePixelRatio): GlMap {
  return new GlMap({
    container, style, pixelRatio, center: [at.lon, at.lat], zoom: at.zoom, minZoom: 4, maxZoom: 19,
    attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0,
  });
}

/** An element that stands at a place of the map. */
export const mark = (element: HTMLElement): Marker => new Marker({ element, anchor: "bottom" });
