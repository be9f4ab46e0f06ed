/** What a staff map draws of reports that the server counted: clusters, single points, heat, hexagons, and the tint of
 *  areas by their load. All layers are there from the beginning and only shown or hidden, so that nothing flickers. */
import type { DataDrivenPropertyValueSpecification, ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";

import { FONTS } from "./map-style";
import { t } from "./preferences";

/** How reports are shown. Points are single ones at every zoom; the others count. */
export const VIEWS = ["points", "clusters", "heat", "hexagons"] as const;
export type View = (typeof VIEWS)[number];
/** `alone`: what no tile can be narrowed to, so that only the live points say what there is, at every zoom. */
export type Shown = View | "alone";

/** From this zoom on the server's tiles hold single reports, but where they are a crowd: that comes apart further in. */
export const SINGLE_FROM = 14;
/** From this zoom on there is no crowd. */
const APART_FROM = 18;

export interface Tones { waiting: string; progress: string; done: string; soon: string; late: string; surface: string; ink: string; halo: string; heat: string }

export function tonesAt(element: Element): Tones {
  const style = getComputedStyle(element);
  const get = (name: string): string => style.getPropertyValue(name).trim();
  return {
    waiting: get("--waiting"), progress: get("--progress"), done: get("--done"), soon: get("--soon"), late: get("--late"),
    surface: get("--surface"), ink: get("--ink"), halo: get("--map-halo"), heat: get("--late"),
  };
}

/** Addresses of the tiles; `hexagons` may be left out. */
export interface ReportTiles { reports: string; hexagons: string }

const number = (name: string): ExpressionSpecification => ["coalesce", ["get", name], 0];
const SINGLE: ExpressionSpecification = ["==", ["get", "count"], 1];
const MANY: ExpressionSpecification = [">", ["get", "count"], 1];

/** The same marks as `markOf` gives, for a report that is known from a tile alone. */
const PICTURE: ExpressionSpecification = ["case",
  ["==", ["get", "late"], 1], "triangle-late",
  ["concat", ["match", ["get", "state"], ["received", "verified"], "ring", "awaiting_resident", "slash", ["dispatched", "in_progress"], "half", "resolved", "square", ["published", "closed"], "dot", "slash"],
    ["case", ["==", ["get", "urgency"], "urgent"], "-late",
      ["concat", "-", ["match", ["get", "state"], ["received", "verified", "awaiting_resident"], "waiting", ["dispatched", "in_progress", "resolved"], "progress", ["published", "closed"], "done", "rejected"]]]],
];

/** The tone of what most of a cell is. */
function mostly(tones: Tones): ExpressionSpecification {
  const most: ExpressionSpecification = ["max", number("waiting"), number("handling"), number("approving"), number("done")];
  return ["case", ["==", number("waiting"), most], tones.waiting, ["==", number("done"), most], tones.done, tones.progress];
}

/** "▲ 12": urgent ones are inside; "12" otherwise. */
const COUNT: ExpressionSpecification = ["concat", ["case", [">", number("urgent"), 0], "▲ ", ""], ["to-string", ["get", "count"]]];

const grows = (scale: number): DataDrivenPropertyValueSpecification<number> =>
  ["interpolate", ["linear"], ["ln", ["get", "count"]], 0.7, 12 * scale, 5, 20 * scale, 11, 40 * scale];

function counted(tones: Tones, scale: number): LayerSpecification[] {
  const of = { source: "reports", "source-layer": "reports" };
  return [
    { id: "heat", type: "heatmap", ...of, paint: {
      "heatmap-weight": ["interpolate", ["linear"], ["ln", ["get", "count"]], 0, 0.25, 8, 3],
      "heatmap-radius": ["interpolate", ["linear"], ["zoom"], 4, 14 * scale, 14, 34 * scale],
      "heatmap-intensity": ["interpolate", ["linear"], ["zoom"], 4, 0.4, 14, 1],
      "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, "rgba(0,0,0,0)", 0.15, faded(tones.progress, 0.45), 0.5, faded(tones.soon, 0.75), 1, tones.heat],
      "heatmap-opacity": 0.8 } },
    { id: "clusters", type: "circle", ...of, filter: MANY, paint: {
      "circle-color": mostly(tones), "circle-radius": grows(scale),
      "circle-stroke-color": ["case", [">", number("urgent"), 0], tones.late, tones.surface], "circle-stroke-width": 3 * scale } },
    { id: "cluster-counts", type: "symbol", ...of, filter: MANY,
      layout: { "text-field": COUNT, "text-font": FONTS, "text-size": 12 * scale, "text-allow-overlap": true, "text-ignore-placement": true },
      paint: { "text-color": tones.surface } },
    { id: "tile-points", type: "symbol", ...of, filter: SINGLE,
      layout: { "icon-image": PICTURE, "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.6 * scale, 13, 0.8 * scale, 16, scale] },
      // Where live points are drawn, what the live channel has told of is drawn by them, or has gone.
      paint: { "icon-opacity": ["step", ["zoom"], 1, SINGLE_FROM, ["case", ["boolean", ["feature-state", "known"], false], 0, 1]] } },
  ];
}

function faded(colour: string, opacity: number): string {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return /^#[0-9a-f]{6}$/i.test(colour) ? `rgba(${r},${g},${b},${opacity})` : colour;
}

function hexagons(tones: Tones): LayerSpecification {
  return { id: "hexagons", type: "fill", source: "hexagons", "source-layer": "hexagons", paint: {
    "fill-color": ["interpolate", ["linear"], ["ln", ["get", "count"]], 0, faded(tones.progress, 0.25), 3, faded(tones.progress, 0.7), 5, faded(tones.soon, 0.8), 8, tones.late],
    "fill-outline-color": tones.surface } };
}

/** Areas: the more open, the fuller; the tone says how much of it is late. The words stand in the names. */
function load(tones: Tones): LayerSpecification {
  const state = (name: string): ExpressionSpecification => ["coalesce", ["feature-state", name], 0];
  return { id: "area-load", type: "fill", source: "areas", "source-layer": "areas", paint: {
    "fill-color": ["step", state("share"), tones.progress, 0.1, tones.soon, 0.3, tones.late],
    "fill-opacity": ["interpolate", ["linear"], state("full"), 0, 0, 0.02, 0.12, 1, 0.62] } };
}

/** Which layers a view shows. Clusters are cells from far and single reports from near. */
export function visibility(view: Shown, loaded: boolean): Record<string, boolean> {
  return {
    "area-load": loaded, heat: view === "heat", hexagons: view === "hexagons", points: ["alone", "clusters", "points"].includes(view),
    ...Object.fromEntries(["clusters", "cluster-counts", "tile-points"].map((layer) => [layer, view === "clusters" || view === "points"])),
  };
}

/** From which zoom on a layer is drawn in a view: the live points are in the counts of a cluster already. */
export function leastZoom(layer: string, view: Shown): number {
  if (layer === "points") return view === "clusters" ? SINGLE_FROM : 0;
  if (["tile-points", "clusters", "cluster-counts"].includes(layer)) return view === "points" ? SINGLE_FROM : 0;
  return 0;
}

/** The style with sources and layers of reports put in below the live points. */
export function withReports(style: StyleSpecification, tiles: ReportTiles, tones: Tones, scale: number, view: Shown, loaded: boolean): StyleSpecification {
  const shown = visibility(view, loaded);
  const furnished = (layer: LayerSpecification): LayerSpecification => {
    const seen = shown[layer.id];
    const least = leastZoom(layer.id, view);
    const layout = { ...("layout" in layer ? layer.layout : {}), ...(seen === undefined ? {} : { visibility: seen ? "visible" : "none" }) };
    return { ...layer, layout, ...(least > 0 ? { minzoom: least } : {}) } as LayerSpecification;
  };
  const layers: LayerSpecification[] = [];
  for (const layer of style.layers) {
    if (layer.id === "area-chosen") layers.push(load(tones));
    if (layer.id === "area-lines") layers.push(hexagons(tones), ...counted(tones, scale).slice(0, 1));
    if (layer.id === "points") layers.push(...counted(tones, scale).slice(1));
    layers.push(layer);
  }
  return {
    ...style, layers: layers.map(furnished),
    sources: {
      ...style.sources,
      reports: { type: "vector", tiles: [tiles.reports], minzoom: 0, maxzoom: APART_FROM, promoteId: { reports: "code" } },
      hexagons: { type: "vector", tiles: [tiles.hexagons], minzoom: 0, maxzoom: SINGLE_FROM },
    },
  };
}

export interface AreaLoad { open: number; late: number; urgent: number }
export type AreaLoads = Readonly<Record<string, AreaLoad>>;

/** What the tint of an area is made of: how full it is beside the fullest one, and the share that is late. */
export function tints(loads: AreaLoads): { code: string; full: number; share: number }[] {
  const most = Math.max(1, ...Object.values(loads).map((one) => one.open));
  return Object.entries(loads).map(([code, one]) => ({ code, full: one.open / most, share: one.open > 0 ? one.late / one.open : 0 }));
}

/** What a cell or hexagon holds, in words. */
export function countWords(said: Record<string, unknown>): string {
  const parts = (["waiting", "handling", "approving", "done"] as const).filter((name) => Number(said[name] ?? 0) > 0).map((name) => `${t(`map.group.${name}`)}: ${Number(said[name])}`);
  if (Number(said["urgent"] ?? 0) > 0) parts.push(`${t("map.group.urgent")}: ${Number(said["urgent"])}`);
  return [t("map.count", { count: Number(said["count"] ?? 0) }), ...parts].join(" · ");
}

/** Codes that the screen knows better than any tile: what is live, and what was and has gone. Grows only. */
export class Known {
  private readonly codes = new Set<string>();

  /** Takes in what is live now; answers the codes that are new to it. */
  learn(codes: Iterable<string>): string[] {
    const fresh = [...codes].filter((code) => !this.codes.has(code));
    for (const code of fresh) this.codes.add(code);
    return fresh;
  }

  /** Everything known, for a style that was loaded anew. */
  all(): string[] {
    return [...this.codes];
  }
}
