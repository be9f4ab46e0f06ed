/** The stops as a drawing that needs no tiles: where they lie to one another and to the phone, north up, with a scale. */
import { html, svg, type TemplateResult } from "lit";

import { t } from "../../shared/preferences";
import { metresBetween, type Stop } from "./stops";

export interface Spot { lon: number; lat: number }
export interface Drawn { places: { x: number; y: number }[]; here: { x: number; y: number } | null; metresPerUnit: number }

const SIZE = 320;
const MARGIN = 34;
const LEAST_M = 120;

/** Places in a square of SIZE units with the same scale both ways. Pure. */
export function layOut(spots: readonly Spot[], here: Spot | null): Drawn {
  const all = here === null ? spots : [...spots, here];
  if (all.length === 0) return { places: [], here: null, metresPerUnit: 1 };
  const lons = all.map((one) => one.lon);
  const lats = all.map((one) => one.lat);
  const middle = { lon: (Math.min(...lons) + Math.max(...lons)) / 2, lat: (Math.min(...lats) + Math.max(...lats)) / 2 };
  const wide = metresBetween({ lon: Math.min(...lons), lat: middle.lat }, { lon: Math.max(...lons), lat: middle.lat });
  const high = metresBetween({ lon: middle.lon, lat: Math.min(...lats) }, { lon: middle.lon, lat: Math.max(...lats) });
  const metresPerUnit = Math.max(wide, high, LEAST_M) / (SIZE - 2 * MARGIN);
  const put = (one: Spot): { x: number; y: number } => ({
    x: SIZE / 2 + (Math.sign(one.lon - middle.lon) * metresBetween({ lon: middle.lon, lat: one.lat }, one)) / metresPerUnit,
    y: SIZE / 2 - (Math.sign(one.lat - middle.lat) * metresBetween({ lon: one.lon, lat: middle.lat }, one)) / metresPerUnit,
  });
  return { places: spots.map(put), here: here === null ? null : put(here), metresPerUnit };
}

const ROUND = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];

export function sketch(stops: readonly Stop[], here: Spot | null, over: (stop: Stop) => boolean, pick: (stop: Stop) => void): TemplateResult {
  const drawn = layOut(stops.map((stop) => stop.case.location), here);
  const metres = ROUND.findLast((one) => one / drawn.metresPerUnit <= SIZE / 3) ?? 10;
  const long = metres / drawn.metresPerUnit;
  const word = metres < 1000 ? `${metres} m` : `${metres / 1000} km`;
  return html`<svg class="sketch" viewBox="0 0 ${SIZE} ${SIZE}" role="group" aria-label=${t("crew.map")}>
    <path class="grid" d="M${SIZE / 2} 8V${SIZE - 8}M8 ${SIZE / 2}H${SIZE - 8}"/><text class="north" x=${SIZE / 2 + 6} y="18">${t("crew.north")}</text>
    ${drawn.here === null ? "" : svg`<circle class="here" cx=${drawn.here.x} cy=${drawn.here.y} r="8"/><text class="name" x=${drawn.here.x} y=${drawn.here.y + 20}>${t("crew.here")}</text>`}
    ${stops.map((stop, place) => {
      const at = drawn.places[place] ?? { x: 0, y: 0 };
      return svg`<g class=${over(stop) ? "stop over" : "stop"} role="button" tabindex="0" aria-label=${`${place + 1}. ${stop.what}`} @click=${() => pick(stop)}
        @keydown=${(event: KeyboardEvent) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(stop); } }}>
        <circle class="target" cx=${at.x} cy=${at.y} r="22"/><circle class="mark" cx=${at.x} cy=${at.y} r="13"/><text x=${at.x} y=${at.y + 5}>${over(stop) ? "✓" : place + 1}</text></g>`;
    })}
    <path class="scale" d="M12 ${SIZE - 14}v6h${long}v-6"/><text class="measure" x=${18 + long} y=${SIZE - 8}>${word}</text></svg>`;
}
