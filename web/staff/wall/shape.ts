/** How a screen of any size is divided. Pure. */

export interface Shape { /** px: a hundredth of the height of the 16:9 picture that fits */ u: number; wide: boolean; /** scenes beside the map */ panels: number; /** events in the ticker */ places: number }

/** From this on, a picture beside the map is better than one in its place. */
const WIDE = 2.4;
const BAND = 76;
const LEAST_MAP = 110;
/** The width of a panel beside the map, in u. */
export const PANEL = 96;

export function shapeOf(width: number, height: number): Shape {
  const u = Math.min(height / 100, width / 177.78);
  const across = width / u;
  const wide = width / height >= WIDE;
  const panels = wide ? Math.min(3, Math.max(1, Math.floor((across - BAND - LEAST_MAP) / PANEL))) : 0;
  return { u, wide, panels, places: Math.max(2, Math.floor(across / 58)) };
}
