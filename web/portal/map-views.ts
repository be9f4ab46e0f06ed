/** The maps that only show: the published reports beside the list, and the place of one report. */
import type { FeatureCollection, Point } from "geojson";
import type { Map as GlMap } from "maplibre-gl";

import type { SpotMark } from "../shared/map-spots";
import { h, icon, t } from "./page";

const WIDE = "(min-width: 64rem)";
/** Where nothing is known of the city. */
export const EARTH: [number, number, number, number] = [-180, -60, 180, 70];
const CELL_DEGREES = 0.005;
/** Two or three metres to each side: more than the grid of the tiles moves a point. */
const SAME_PLACE_DEGREES = 0.00003;

/** Bounds "west,south,east,north" as numbers; null for anything else. */
export function boundsOf(text: string | undefined): [number, number, number, number] | null {
  const edges = (text ?? "").split(",").map(Number);
  const [west, south, east, north] = edges;
  if (edges.length !== 4 || west === undefined || south === undefined || east === undefined || north === undefined) return null;
  return edges.every(Number.isFinite) && west < east && south < north ? [west, south, east, north] : null;
}

/** On a desk the map comes by itself once the page is quiet; on a phone somebody must ask, for it is the heaviest part. */
abstract class MapPane extends HTMLElement {
  private box: HTMLElement | null = null;

  connectedCallback(): void {
    const button = h("button", { type: "button", class: "button", "aria-expanded": "false", onclick: () => this.toggle(button) }, icon("map"), t("map_show"));
    this.replaceChildren(button);
    if (!matchMedia(WIDE).matches) return;
    const calm = (): void => { this.toggle(button); button.hidden = true; };
    // Safari has no requestIdleCallback.
    if ("requestIdleCallback" in window) requestIdleCallback(calm, { timeout: 1500 });
    else setTimeout(calm, 300);
  }

  private toggle(button: HTMLButtonElement): void {
    const closing = this.box !== null && !this.box.hidden;
    button.setAttribute("aria-expanded", String(!closing));
    button.replaceChildren(icon("map"), t(closing ? "map_show" : "map_hide"));
    if (this.box !== null) this.box.hidden = closing;
    else this.build().catch(() => this.fail());
  }

  private fail(): void {
    this.replaceChildren(h("p", { class: "map-fallback" }, icon("map"), t("map_failed")));
  }

  private async build(): Promise<void> {
    const canvas = h("div", { class: "canvas" });
    const box = h("div", { class: "map-box" }, canvas);
    this.box = box;
    this.append(box, h("p", { class: "hint map-keys" }, t("map_keys")));
    const [maps, around] = await Promise.all([import("./maps"), this.around()]);
    const map = await maps.start(canvas, maps.viewOf(around, canvas.clientWidth, canvas.clientHeight));
    map.getCanvas().setAttribute("aria-label", `${this.closest("[aria-label]")?.getAttribute("aria-label") ?? ""}: ${t("map_keys")}`);
    this.fill(maps, map, box);
  }

  /** The part of the earth to open with. */
  protected abstract around(): Promise<[number, number, number, number]>;
  protected abstract fill(maps: typeof import("./maps"), map: GlMap, box: HTMLElement): void;
}

/** The point that a card of the list stands for. */
function placeOf(card: HTMLElement): { lon: number; lat: number } {
  return { lon: Number(card.dataset["lon"]), lat: Number(card.dataset["lat"]) };
}

function light(...cards: (HTMLElement | null)[]): void {
  for (const lit of document.querySelectorAll(".card.lit")) lit.classList.remove("lit");
  for (const card of cards) card?.classList.add("lit");
}

/** The list narrowed to this box; its other conditions stay. */
function listOf(box: readonly [number, number, number, number]): URL {
  const address = new URL(location.href);
  address.searchParams.delete("after");
  address.searchParams.set("bbox", box.map((edge) => edge.toFixed(5)).join(","));
  return address;
}

/** All published reports under the filters of the list, counted by the server where they are many. Linked with the list:
 *  a card under the pointer or with the focus is pinned, a point under the pointer lights its card. */
export class PublishedMap extends MapPane {
  protected around(): Promise<[number, number, number, number]> {
    const cards = [...document.querySelectorAll<HTMLElement>(".card[data-lon]")].map(placeOf);
    return Promise.resolve(boundsOf(this.dataset["shown"]) ?? extent(cards) ?? boundsOf(this.dataset["bounds"]) ?? EARTH);
  }

  protected fill(maps: typeof import("./maps"), map: GlMap, box: HTMLElement): void {
    const said = h("div", { class: "map-card", role: "status" });
    box.append(said);
    maps.showPublished(map, this.dataset["tiles"] ?? "", {
      over: (code) => light(code === null ? null : document.getElementById(`r-${code}`)),
      chosen: (code) => { void this.tell(said, code); },
      together: (count, place) => this.tellAll(said, count, place),
      nothing: () => said.replaceChildren(h("p", {}, t("map_nothing"))),
    });
    for (const card of document.querySelectorAll<HTMLElement>(".card[data-lon]")) {
      for (const name of ["pointerenter", "focusin"]) card.addEventListener(name, () => maps.showChosen(map, placeOf(card)));
      for (const name of ["pointerleave", "focusout"]) card.addEventListener(name, () => maps.showChosen(map, null));
    }
    const here = (): void => {
      const view = map.getBounds();
      location.assign(listOf([view.getWest(), view.getSouth(), view.getEast(), view.getNorth()]));
    };
    map.once("dragend", () => box.append(h("div", { class: "map-tools" }, h("button", { type: "button", class: "button", onclick: here }, t("map_area")))));
  }

  /** Several at one place were chosen: down to their cards if the list has them all, else to the list of this place. */
  private tellAll(said: HTMLElement, count: number, { lon, lat }: { lon: number; lat: number }): void {
    const near = (degrees: number): boolean => Math.abs(degrees) <= SAME_PLACE_DEGREES;
    const cards = [...document.querySelectorAll<HTMLElement>(".card[data-lon]")]
      .filter((card) => near(placeOf(card).lon - lon) && near(placeOf(card).lat - lat));
    light(...cards);
    const around = listOf([lon - SAME_PLACE_DEGREES, lat - SAME_PLACE_DEGREES, lon + SAME_PLACE_DEGREES, lat + SAME_PLACE_DEGREES]);
    const [first] = cards;
    const link = h("a", { href: first !== undefined && cards.length >= count ? `#${first.id}` : around.href }, t("map_together", { count }));
    said.replaceChildren(link);
    link.focus({ preventScroll: true });
  }

  /** A point was chosen: its card, if the list has it, and a word about it on the map itself. */
  private async tell(said: HTMLElement, code: string): Promise<void> {
    const card = document.getElementById(`r-${code}`);
    light(card);
    card?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    const link = h("a", { href: `/reports/${encodeURIComponent(code)}` }, card?.querySelector("h2")?.textContent ?? code);
    said.replaceChildren(link);
    if (card === null) {
      const answer = await fetch(`/api/v1/reports/${encodeURIComponent(code)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const report = (await answer.json()) as { description?: string; category_name?: string };
      link.replaceChildren([report.category_name, report.description].filter(Boolean).join(": "));
    }
    link.focus({ preventScroll: true });
  }
}

/** Hot spots as seals with their counts. */
export class SpotsMap extends MapPane {
  private spots: FeatureCollection<Point, { state: SpotMark["state"]; count: number }> = { type: "FeatureCollection", features: [] };

  protected async around(): Promise<[number, number, number, number]> {
    const answer = await fetch(this.dataset["source"] ?? "", { headers: { Accept: "application/geo+json" } });
    this.spots = (await answer.json()) as typeof this.spots;
    const places = this.spots.features.map((one) => ({ lon: one.geometry.coordinates[0] ?? 0, lat: one.geometry.coordinates[1] ?? 0 }));
    return extent(places) ?? EARTH;
  }

  protected fill(maps: typeof import("./maps"), map: GlMap): void {
    // The list and the data have the same order: most cases first.
    const numbered = this.spots.features.map(({ geometry: { coordinates: [lon = 0, lat = 0] }, properties: { state, count } }, place): SpotMark => (
      { code: String(place), lon, lat, state, cases: count, title: "" }));
    const card = (place: string | null): HTMLElement | null => place === null ? null : document.getElementById(`s-${place}`);
    maps.showSpots(map, numbered, {
      over: (place) => light(card(place)),
      chosen: (place) => { light(card(place)); card(place)?.querySelector("a")?.focus(); },
      // Every spot is one point with its own place in the list.
      together: () => undefined,
      nothing: () => undefined,
    });
    for (const one of numbered) {
      card(one.code)?.addEventListener("pointerenter", () => maps.showChosen(map, one));
      card(one.code)?.addEventListener("pointerleave", () => maps.showChosen(map, null));
    }
  }
}

function extent(places: readonly { lon: number; lat: number }[]): [number, number, number, number] | null {
  if (places.length === 0) return null;
  const lons = places.map((place) => place.lon);
  const lats = places.map((place) => place.lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** Where one report is; opened by a button, so that a shared page stays light. */
export class PlaceMap extends HTMLElement {
  connectedCallback(): void {
    const button = h("button", { type: "button", class: "button", onclick: () => { button.remove(); this.build().catch(() => this.fail()); } }, icon("map"), t("map_show"));
    this.replaceChildren(button);
  }

  private fail(): void {
    this.replaceChildren(h("p", { class: "map-fallback" }, icon("map"), t("map_failed")));
  }

  private async build(): Promise<void> {
    const point = { lon: Number(this.dataset["lon"]), lat: Number(this.dataset["lat"]) };
    const canvas = h("div", { class: "canvas" });
    this.append(h("div", { class: "map-box small" }, canvas));
    const maps = await import("./maps");
    const map = await maps.start(canvas, { ...point, zoom: 14 });
    if (this.dataset["coarse"] === undefined) maps.showChosen(map, point);
    else maps.showCell(map, point, CELL_DEGREES);
  }
}
