/** Hot spots on a map: a mark of its own with the count, above the counted reports and below the live ones. */
import type { Feature, FeatureCollection, Point } from "geojson";
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as GlMap, StyleSpecification } from "maplibre-gl";

import { SPOT_RISE, SPOT_TONE, type SpotState } from "./map-marks";
import { FONTS } from "./map-style";

/** One hot spot. `cases`: how often the same was solved there; `title` is said beside the pointer. */
export interface SpotMark { code: string; lon: number; lat: number; state: SpotState; cases: number; title: string }

export const SPOTS = "hot-spots";
const TEXT_PX = 13;
const MOST_TOLD = 999;

/** The layer over the source `SPOTS`, in the colours that hold at `element`. */
export function spotLayer(element: Element, scale: number): LayerSpecification {
  const tokens = getComputedStyle(element);
  const tone = (name: string): string => tokens.getPropertyValue(name).trim();
  // Far away all of them stand on the screen together, so they are smaller there; the count shrinks with its mark.
  const grows = (full: number): ExpressionSpecification => ["interpolate", ["linear"], ["zoom"], 9, full * 0.72, 13, full];
  return { id: SPOTS, type: "symbol", source: SPOTS,
    layout: {
      "icon-image": ["concat", "spot-", ["get", "state"]], "icon-anchor": "bottom", "icon-size": grows(scale), "icon-allow-overlap": true, "icon-ignore-placement": true,
      "text-field": ["get", "count"], "text-font": FONTS, "text-size": grows(TEXT_PX * scale), "text-offset": [0, -SPOT_RISE / TEXT_PX],
      "text-allow-overlap": true, "text-ignore-placement": true, "symbol-sort-key": ["get", "cases"],
    },
    paint: { "text-color": ["case", ["==", ["get", "state"], "done"], tone(SPOT_TONE.done), tone("--surface")] } };
}

/** The style with the layer of hot spots put in below the live points. */
export function withSpots(style: StyleSpecification, element: Element, scale: number): StyleSpecification {
  const layer = spotLayer(element, scale);
  return {
    ...style, layers: style.layers.flatMap((one) => one.id === "points" ? [layer, one] : [one]),
    sources: { ...style.sources, [SPOTS]: { type: "geojson", data: spotFeatures([]) } },
  };
}

export function spotFeatures(spots: readonly SpotMark[]): FeatureCollection<Point> {
  const features = spots.map(({ lon, lat, ...said }): Feature<Point> => ({
    type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] },
    properties: { ...said, count: said.cases > MOST_TOLD ? `${MOST_TOLD}+` : String(said.cases) },
  }));
  return { type: "FeatureCollection", features };
}

/** Draws just these; what has not changed is not drawn again. */
export function drawSpots(map: GlMap, spots: readonly SpotMark[]): void {
  void map.getSource<GeoJSONSource>(SPOTS)?.setData(spotFeatures(spots));
}

/** The hot spot of a click, where no report lies above it. */
export function spotUnder(map: GlMap, point: { x: number; y: number }): string | null {
  const [top] = map.queryRenderedFeatures([point.x, point.y], { layers: [SPOTS, "points"] });
  return top?.layer.id === SPOTS ? String(top.properties["code"]) : null;
}
