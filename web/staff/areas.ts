/** What a public copy hides, as the editor works on it: rectangles in fractions of the upright picture. Pure. */
import type { Area, AreaKind } from "../shared/model";

export interface Box { x: number; y: number; w: number; h: number }

/** A smaller one is a slip of the finger, not an area. */
export const SMALLEST = 0.008;
const DIGITS = 10_000;

const held = (value: number): number => Math.min(1, Math.max(0, value));
const rounded = (value: number): number => Math.round(value * DIGITS) / DIGITS;

function tidy(box: Box): Box {
  const x = rounded(box.x);
  const y = rounded(box.y);
  return { x, y, w: rounded(Math.min(box.w, 1 - x)), h: rounded(Math.min(box.h, 1 - y)) };
}

/** The box between two corners, whichever way it was drawn; null when it is too small to be meant. */
export function drawn(x0: number, y0: number, x1: number, y1: number): Box | null {
  const [left, right] = [held(Math.min(x0, x1)), held(Math.max(x0, x1))];
  const [top, bottom] = [held(Math.min(y0, y1)), held(Math.max(y0, y1))];
  return right - left < SMALLEST || bottom - top < SMALLEST ? null : tidy({ x: left, y: top, w: right - left, h: bottom - top });
}

/** Moved as far as the picture's edge lets it. */
export function moved(box: Box, dx: number, dy: number): Box {
  return tidy({ ...box, x: Math.min(1 - box.w, Math.max(0, box.x + dx)), y: Math.min(1 - box.h, Math.max(0, box.y + dy)) });
}

export type Corner = "nw" | "ne" | "sw" | "se";

/** One corner pulled, the opposite one stays; never smaller than the smallest, never beyond the edge. */
export function pulled(box: Box, corner: Corner, dx: number, dy: number): Box {
  const right = box.x + box.w;
  const bottom = box.y + box.h;
  const west = corner === "nw" || corner === "sw";
  const north = corner === "nw" || corner === "ne";
  const x0 = west ? Math.min(right - SMALLEST, Math.max(0, box.x + dx)) : box.x;
  const x1 = west ? right : Math.max(box.x + SMALLEST, Math.min(1, right + dx));
  const y0 = north ? Math.min(bottom - SMALLEST, Math.max(0, box.y + dy)) : box.y;
  const y1 = north ? bottom : Math.max(box.y + SMALLEST, Math.min(1, bottom + dy));
  return tidy({ x: x0, y: y0, w: x1 - x0, h: y1 - y0 });
}

/** Where an area is at this second of a film (null for a picture); null while there is nothing to hide. */
export function placeAt(area: Area, second: number | null): Box | null {
  const whole: Box = { x: area.x, y: area.y, w: area.w, h: area.h };
  if (second === null) return whole;
  if (second < (area.from_s ?? 0) || second > (area.to_s ?? Infinity)) return null;
  const step = area.path?.findLast((one) => one[0] <= second);
  return step === undefined ? whole : { x: step[1], y: step[2], w: step[3], h: step[4] };
}

/** The area with another frame. It no longer follows anything: what it covers it covers as long as it lasts. */
export function reshaped(area: Area, box: Box): Area {
  const still: Area = { ...area, ...box };
  delete still.path;
  return still;
}

/** Whether both lists hide the same. */
export function sameAreas(one: readonly Area[], other: readonly Area[]): boolean {
  return JSON.stringify(body(one)) === JSON.stringify(body(other));
}

/** The areas as the server takes them. An untouched one goes back as it came, so that the server knows it again. */
export function body(areas: readonly Area[]): Record<string, unknown>[] {
  return areas.map(({ id, kind, x, y, w, h, from_s, to_s }) => ({
    id, kind, x, y, w, h, ...(from_s === undefined || from_s === null ? {} : { from_s }), ...(to_s === undefined || to_s === null ? {} : { to_s }),
  }));
}

/** What was done to the areas, so that it can be undone and done again. */
export class Steps {
  private past: (readonly Area[])[] = [];
  private future: (readonly Area[])[] = [];

  constructor(private now: readonly Area[]) {}

  get areas(): readonly Area[] {
    return this.now;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** `same`: goes on with the last step instead of making a new one, as while something is being dragged. */
  set(areas: readonly Area[], same = false): void {
    if (!same) this.past = [...this.past, this.now];
    this.now = areas;
    this.future = [];
  }

  undo(): void {
    const before = this.past.at(-1);
    if (before === undefined) return;
    this.past = this.past.slice(0, -1);
    this.future = [this.now, ...this.future];
    this.now = before;
  }

  redo(): void {
    const [after, ...rest] = this.future;
    if (after === undefined) return;
    this.past = [...this.past, this.now];
    this.future = rest;
    this.now = after;
  }
}

let made = 0;

/** A new area drawn by hand; the server gives it its lasting name. */
export function newArea(kind: AreaKind, box: Box, duration: number | null): Area {
  made += 1;
  return { id: `new-${made}`, kind, ...box, ...(duration === null ? {} : { from_s: 0, to_s: rounded(duration) }) };
}
