/** One name per area. A vector tile cuts areas at its edges, and labelling the pieces would repeat every name;
 *  here the pieces on the screen are put together again and the name stands at their common centre of gravity. */
import type { Feature, FeatureCollection, Point, Position } from "geojson";

interface Sum { x: number; y: number; weight: number; name: string }
interface Piece { properties: Record<string, unknown> | null; geometry: { type: string; coordinates?: unknown } }

/** Area (in square degrees, good enough as a weight) and centre of gravity of a ring; null for a degenerate one. */
export function centreOfRing(ring: readonly Position[]): { x: number; y: number; weight: number } | null {
  let doubled = 0;
  let x = 0;
  let y = 0;
  for (let i = 0; i + 1 < ring.length; i += 1) {
    const [ax = 0, ay = 0] = ring[i] ?? [];
    const [bx = 0, by = 0] = ring[i + 1] ?? [];
    const cross = ax * by - bx * ay;
    doubled += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return Math.abs(doubled) < 1e-12 ? null : { x: x / (3 * doubled), y: y / (3 * doubled), weight: Math.abs(doubled) / 2 };
}

/** West, south, east, north in degrees. */
export type Box = readonly [number, number, number, number];

/** The part of a ring inside a box (Sutherland and Hodgman); closed, empty when nothing is left. */
export function cut(ring: readonly Position[], box: Box): Position[] {
  let points = ring.slice(0, -1).map(([x = 0, y = 0]): [number, number] => [x, y]);
  for (const [axis, limit, sign] of [[0, box[0], 1], [1, box[1], 1], [0, box[2], -1], [1, box[3], -1]] as const) {
    const inside = (point: [number, number]): boolean => (point[axis] - limit) * sign >= 0;
    const kept: [number, number][] = [];
    for (const [at, point] of points.entries()) {
      const before = points.at(at - 1) ?? point;
      if (inside(point) !== inside(before)) {
        const share = (limit - before[axis]) / (point[axis] - before[axis]);
        kept.push([before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])]);
      }
      if (inside(point)) kept.push(point);
    }
    points = kept;
  }
  return points[0] === undefined ? [] : [...points, points[0]];
}

/** Name points of the areas of `kind` among the pieces of the visible tiles; with `seen`, of what is seen of them. */
export function namePoints(pieces: readonly Piece[], kind: string, seen?: Box): FeatureCollection<Point> {
  const sums = new Map<string, Sum>();
  for (const piece of pieces) {
    const code = piece.properties?.["code"];
    const name = piece.properties?.["name"];
    if (piece.properties?.["kind"] !== kind || typeof code !== "string" || typeof name !== "string") continue;
    const { type, coordinates } = piece.geometry;
    const polygons = type === "Polygon" ? [coordinates as Position[][]] : type === "MultiPolygon" ? (coordinates as Position[][][]) : [];
    for (const polygon of polygons) {
      const centre = centreOfRing(seen === undefined ? polygon[0] ?? [] : cut(polygon[0] ?? [], seen));
      if (centre === null) continue;
      const sum = sums.get(code) ?? { x: 0, y: 0, weight: 0, name };
      sum.x += centre.x * centre.weight;
      sum.y += centre.y * centre.weight;
      sum.weight += centre.weight;
      sums.set(code, sum);
    }
  }
  const features = [...sums].map(([code, sum]): Feature<Point> => ({
    type: "Feature", id: code, properties: { name: sum.name }, geometry: { type: "Point", coordinates: [sum.x / sum.weight, sum.y / sum.weight] },
  }));
  return { type: "FeatureCollection", features };
}
