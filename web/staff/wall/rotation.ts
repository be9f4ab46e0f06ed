/** Which scene is on, by the server's clock alone: all walls of a room turn in the same instant, and a wall that was
 *  away comes back in step. Pure. */
import { SCENES, type Pinned, type SceneName } from "./model";

export const SCENE_MS = 25_000;

export interface Turn { scene: SceneName; /** How much of its time is left, 1 to 0; 1 for ever while pinned. */ left: number; pinned: boolean }

/** The scenes that have something to show, in their order; the map always has. */
export function available(has: { spots: number; media: number; agencies: number; categories: number }): SceneName[] {
  return SCENES.filter((scene) => scene === "map" || has[scene] > 0);
}

/** The scene at `now` (ms). A pinned one stays, even with nothing to show yet: a desk decided so. */
export function turnAt(now: number, scenes: readonly SceneName[], pinned: SceneName | null): Turn {
  if (pinned !== null) return { scene: pinned, left: 1, pinned: true };
  const round = Math.floor(now / SCENE_MS);
  const scene = scenes[((round % scenes.length) + scenes.length) % scenes.length] ?? "map";
  return { scene, left: 1 - (now - round * SCENE_MS) / SCENE_MS, pinned: false };
}

/** What the panels beside an ever-visible map show: `panels` scenes at once, the next ones in the next turn. The pinned one stands first. */
export function panelsAt(now: number, scenes: readonly SceneName[], pinned: SceneName | null, panels: number): SceneName[] {
  const others = scenes.filter((scene) => scene !== "map" && scene !== pinned);
  const first: SceneName[] = pinned === null || pinned === "map" ? [] : [pinned];
  const places = Math.min(panels - first.length, others.length);
  const round = Math.floor(now / SCENE_MS) * Math.max(1, places);
  const turning = Array.from({ length: Math.max(0, places) }, (_, place) => others[(round + place) % others.length] ?? "agencies");
  return [...first, ...turning];
}

const since = (pin: Pinned | null): number => (pin?.at ? Date.parse(pin.at) : 0);

/** Which of two decisions of the desks holds: the later one. A document that was asked for before a pin may come after the pin's
 *  message. */
export function laterPin(known: Pinned | null, told: Pinned): Pinned {
  return known !== null && since(known) > since(told) ? known : told;
}
