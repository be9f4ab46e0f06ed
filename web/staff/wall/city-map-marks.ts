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

/** Smaller than this (degrees, about 35 km) nothing is far. */
const FAR_EXTENT = 0.3;
/** A stretch without any mark, as a share of the whole, beyond which something is far. */
const FAR_GAP = 0.25;
/** Of all open cases at most so many may lie beyond the picture. */
const FAR_SHARE = 0.08;

/** The marks of the city's body: without those so far away and so few (an island a hundred kilometres off) that to show them
 *  in their place would leave no room for all others. */
export function bodyOf(clusters: readonly Cluster[]): readonly Cluster[] {
  const all = sum(clusters);
  let body = clusters;
  for (;;) {
    const nearer = nearerOf(body, (rest) => all - sum(rest) <= FAR_SHARE * all);
    if (nearer === null) return body;
    body = nearer;
  }
}

/** Without what lies beyond the widest empty stretch, from west to east or south to north; null where nothing may go. */
function nearerOf(body: readonly Cluster[], enough: (rest: readonly Cluster[]) => boolean): readonly Cluster[] | null {
  for (const axis of ["lat", "lon"] as const) {
    const along = [...body].sort((a, b) => a[axis] - b[axis]);
    const extent = (along.at(-1)?.[axis] ?? 0) - (along[0]?.[axis] ?? 0);
    const gap = (at: number): number => (along[at]?.[axis] ?? 0) - (along[at - 1]?.[axis] ?? 0);
    let widest = 1;
    for (let at = 2; at < along.length; at += 1) if (gap(at) > gap(widest)) widest = at;
    if (along.length < 2 || extent < FAR_EXTENT || gap(widest) < FAR_GAP * extent) continue;
    const [low, high] = [along.slice(0, widest), along.slice(widest)];
    const rest = sum(low) > sum(high) ? low : high;
    if (enough(rest)) return rest;
  }
  return null;
}

/** Where a mark beyond the picture stands: at its edge, on the line from the middle; and where it would have to point. */
export function edgeOf(x: number, y: number, width: number, height: number, margin: number): { x: number; y: number; turn: number } | null {
  if (x >= 0 && y >= 0 && x <= width && y <= height) return null;
  const [dx, dy] = [x - width / 2, y - height / 2];
  const part = Math.min((width / 2 - margin) / Math.max(1, Math.abs(dx)), (height / 2 - margin) / Math.max(1, Math.abs(dy)));
  return { x: width / 2 + part * dx, y: height / 2 + part * dy, turn: Math.atan2(dy, dx) };
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

/** `turn`: it stands at the edge for what is beyond it, in this direction (radians, clockwise from east). */
export interface Mark { x: number; y: number; cluster: Cluster; turn: number | null }

/** In u, and the part of two radii: a little of a ring may lie over another. */
const LEAST_APART = 5.6;
const TOUCHING = 0.92;

const sum = (clusters: readonly Cluster[]): number => clusters.reduce((before, one) => before + sizeOf(one), 0);
const sizeOf = (one: Cluster): number => one.waiting + one.working + one.resolved;

/** Marks that would cover each other become one, and grow by it; none is lost. The largest stays where it is. `u`: px. */
export function joined(marks: readonly Mark[], u: number): Mark[] {
  const kept: Mark[] = [];
  const apart = (one: Mark, other: Mark): number => u * Math.max(LEAST_APART, (TOUCHING * (diameterOf(one.cluster) + diameterOf(other.cluster))) / 2);
  const place = (mark: Mark): void => {
    const near = kept.find((one) => (one.turn === null) === (mark.turn === null) && Math.hypot(one.x - mark.x, one.y - mark.y) < apart(one, mark));
    if (near === undefined) {
      kept.push({ ...mark, cluster: { ...mark.cluster } });
      return;
    }
    for (const part of ["waiting", "working", "resolved", "overdue", "urgent"] as const) near.cluster[part] += mark.cluster[part];
    // It has grown, perhaps over another: that one is placed anew.
    const over = kept.findIndex((one) => one !== near && (one.turn === null) === (near.turn === null) && Math.hypot(one.x - near.x, one.y - near.y) < apart(one, near));
    if (over >= 0) place(...kept.splice(over, 1) as [Mark]);
  };
  for (const mark of [...marks].sort((a, b) => sizeOf(b.cluster) - sizeOf(a.cluster))) place(mark);
  return kept;
}

/** The diameter of a mark in u. */
export const diameterOf = (one: Cluster): number => Math.min(9, 4.6 + 0.9 * Math.sqrt(Math.max(0, sizeOf(one) - 1)));
