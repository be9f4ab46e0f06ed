/** Crews on duty as marks over the map: a name in a frame, faded when its position is old. */
import { css, html, nothing, type TemplateResult } from "lit";
import type { Map as GlMap, Marker } from "maplibre-gl";

import { t } from "./preferences";

export interface CrewMark { crew: string; name: string; lon: number; lat: number; stale: boolean }

/** Makes, moves and takes away the marks, so that the map shows just these. */
export class CrewMarks {
  private readonly there = new Map<string, Marker>();

  constructor(private readonly map: GlMap, private readonly make: (element: HTMLElement) => Marker) {}

  show(crews: readonly CrewMark[]): void {
    const wanted = new Set(crews.map((one) => one.crew));
    for (const [id, mark] of this.there) if (!wanted.has(id)) { mark.remove(); this.there.delete(id); }
    for (const one of crews) {
      const mark = this.there.get(one.crew) ?? this.added(one.crew);
      const element = mark.getElement();
      element.textContent = one.name;
      element.classList.add("crew-mark");
      element.classList.toggle("stale", one.stale);
      element.title = one.stale ? t("crew.stale", { name: one.name }) : one.name;
      mark.setLngLat([one.lon, one.lat]).addTo(this.map);
    }
  }

  private added(id: string): Marker {
    const mark = this.make(document.createElement("div"));
    this.there.set(id, mark);
    return mark;
  }
}

export const crewMarkStyles = css`
  .crew-mark { padding: 0.1rem 0.4rem; border: 2px solid var(--accent); border-radius: var(--r-m); background: var(--raised); color: var(--ink); font: 600 var(--t-s) / 1.3 var(--font); white-space: nowrap; box-shadow: var(--shadow-1); pointer-events: none; }
  .crew-mark.stale { opacity: 0.55; border-style: dashed; }
  .crews { position: absolute; left: var(--s-3); bottom: var(--s-6); z-index: 1; } .crews select { width: auto; max-width: 16rem; background: var(--raised); box-shadow: var(--shadow-1); }
`;

/** Which crew the map keeps in its middle; nothing while none is on duty. */
export function followSelect(crews: readonly CrewMark[], followed: string, pick: (crew: string) => void): TemplateResult | typeof nothing {
  if (crews.length === 0) return nothing;
  return html`<label class="crews"><span class="visually-hidden">${t("crew.follow")}</span><select data-follow @change=${(event: Event) => pick((event.target as HTMLSelectElement).value)}>
    <option value="">${t("crew.on_map")} (${crews.length})</option>${crews.map((one) => html`<option value=${one.crew} ?selected=${one.crew === followed}>${t("crew.follow.one", { name: one.name })}</option>`)}</select></label>`;
}
