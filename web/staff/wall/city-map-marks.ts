/** Geometry of the wall's map: what is in sight, how areas are tinted, rings of several parts. Pure. */
import type { Cluster, Load } from "./model";

/** West, south, east, north in degrees. */
export type Bounds = [number, number, number, number];

/** The smallest box around the marks, wider by `margin` of its size on each side; null without marks. */
export function boundsOf(clusters: readonly Cluster[], margin = 0): Bounds | null {
  if (clusters.length === 0) return null;
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { lon, lat } of clusters) {
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  // One mark alone is still a neighbourhood, not a point.
  const [x, y] = [Math.max(east - west, 0.02) * margin, Math.max(north - south, 0.02) * margin];
  return [west - x, south - y, east + x, north + y];
}

export function within(inner: Bounds, outer: Bounds): boolean {
  return inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3];
}

/** Area code and its step, 1 to `steps`: square roots of the share of the busiest, so that a few busy areas do not make all others equal. */
export function tintsOf(areas: readonly Load[], steps: number): [string, number][] {
  const most = Math.max(0, ...areas.map((one) => one.open));
  return areas.filter((one) => one.open > 0).map((one): [string, number] => [one.code, Math.max(1, Math.ceil(steps * Math.sqrt(one.open / most)))]).sort(([a], [b]) => (a < b ? -1 : 1));
}

const RADIUS = 16;
const CENTRE = 20;
const point = (turn: number): string => `${(CENTRE + RADIUS * Math.sin(turn * 2 * Math.PI)).toFixed(2)} ${(CENTRE - RADIUS * Math.cos(turn * 2 * Math.PI)).toFixed(2)}`;

/** SVG paths of a ring in a box of 40 by 40, one per part, clockwise from the top; "" for an empty part. */
export function ringOf(parts: readonly number[]): string[] {
  const all = parts.reduce((sum, part) => sum + part, 0);
  let from = 0;
  return parts.map((part) => {
    if (part === 0) return "";
    const share = part / all;
    const to = from + share;
    // An arc that ends where it begins would be none at all: a whole ring is two halves.
    const path = share === 1
      ? `M ${point(0)} A ${RADIUS} ${RADIUS} 0 1 1 ${point(0.5)} A ${RADIUS} ${RADIUS} 0 1 1 ${point(1)}`
      : `M ${point(from)} A ${RADIUS} ${RADIUS} 0 ${share > 0.5 ? 1 : 0} 1 ${point(to)}`;
    from = to;
    return path;
  });
}

export interface Mark { x: number; y: number; cluster: Cluster }

const sizeOf = (one: Cluster): number => one.waiting + one.working + one.resolved;

/** Marks that would cover each other become one, until none is nearer than `apart` px to another: the largest stays where it is. */
export function joined(marks: readonly Mark[], apart: number): Mark[] {
  const kept: Mark[] = [];
  for (const mark of [...marks].sort((a, b) => sizeOf(b.cluster) - sizeOf(a.cluster))) {
    const near = kept.find((one) => Math.hypot(one.x - mark.x, one.y - mark.y) < apart);
    if (near === undefined) {
      kept.push({ ...mark, cluster: { ...mark.cluster } });
      continue;
    }
    for (const part of ["waiting", "working", "resolved", "overdue", "urgent"] as const) near.cluster[part] += mark.cluster[part];
  }
  return kept;
}

/** The diameter of a mark in u. */
export const diameterOf = (one: Cluster): number => Math.min(9, 4.6 + 0.9 * Math.sqrt(Math.max(0, sizeOf(one) - 1)));
