/** What somebody drew for an area set: a GeoJSON MultiPolygon, its parts, and reading one that was pasted. Pure. */
import type { FeatureCollection, MultiPolygon, Position } from "geojson";

import { crosses } from "../../shared/map-draw";

export type Part = Position[][];
/** A ten-millionth of a degree is a centimetre: finer than any hand. */
const DIGITS = 1e7;
const MOST_CORNERS = 20_000;

/** Why a pasted shape cannot be used. */
export class Unusable extends Error {
  constructor(readonly why: "json" | "kind" | "empty" | "corner" | "short" | "crossed" | "large") {
    super(why);
    this.name = "Unusable";
  }
}

/** The polygons of a stored shape; none where there is nothing to be shown. */
export function partsOf(shape: unknown): Part[] {
  try {
    return polygons(shape).filter((part) => Array.isArray(part) && part.length > 0);
  } catch {
    return [];
  }
}

export function shapeOf(parts: readonly Part[]): MultiPolygon | null {
  return parts.length === 0 ? null : { type: "MultiPolygon", coordinates: [...parts] };
}

/** One closed ring as a part. */
export function partOf(ring: readonly Position[]): Part {
  return [ring.map((corner) => rounded(corner))];
}

/** The polygons of GeoJSON text: a Polygon, MultiPolygon, Feature or FeatureCollection. Throws Unusable. */
export function read(text: string): Part[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Unusable("json");
  }
  const found = polygons(value);
  if (found.length === 0) throw new Unusable("empty");
  if (found.flat(2).length > MOST_CORNERS) throw new Unusable("large");
  return found.map((part) => part.map(checked));
}

function polygons(value: unknown): Part[] {
  const one = value as { type?: unknown; coordinates?: unknown; geometry?: unknown; geometries?: unknown; features?: unknown } | null;
  switch (one?.type) {
    case "Polygon": return [list(one.coordinates) as Part];
    case "MultiPolygon": return list(one.coordinates) as Part[];
    case "Feature": return polygons(one.geometry);
    case "FeatureCollection": return list(one.features).flatMap(polygons);
    case "GeometryCollection": return list(one.geometries).flatMap(polygons);
    default: throw new Unusable("kind");
  }
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Unusable("kind");
  return value;
}

function checked(ring: unknown): Position[] {
  const corners = list(ring).map((corner) => {
    const [lon, lat] = Array.isArray(corner) ? (corner as unknown[]) : [];
    if (typeof lon !== "number" || typeof lat !== "number" || Math.abs(lon) > 180 || Math.abs(lat) > 90) throw new Unusable("corner");
    return rounded([lon, lat]);
  });
  const [first] = corners;
  if (first === undefined) throw new Unusable("short");
  const closed = first.join() === corners.at(-1)?.join() ? corners : [...corners, first];
  if (closed.length < 4) throw new Unusable("short");
  if (closed.length < 2_000 && crosses(closed)) throw new Unusable("crossed");
  return closed;
}

function rounded([lon = 0, lat = 0]: Position): Position {
  return [Math.round(lon * DIGITS) / DIGITS, Math.round(lat * DIGITS) / DIGITS];
}

/** What the map shows: each part hatched with its outline. */
export function shownParts(parts: readonly Part[]): FeatureCollection {
  return { type: "FeatureCollection", features: parts.flatMap((coordinates) => (["changed", "now"] as const).map((tone) => ({ type: "Feature" as const, properties: { tone }, geometry: { type: "Polygon" as const, coordinates } }))) };
}
