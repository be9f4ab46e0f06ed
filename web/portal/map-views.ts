/** The maps that only show: the published reports beside the list, and the place of one report. */
import type { Feature, FeatureCollection, Point } from "geojson";

import { h, icon, t } from "./page";

const WIDE = "(min-width: 64rem)";
/** Where nothing is known of the city. */
export const EARTH: [number, number, number, number] = [-180, -60, 180, 70];
const CELL_DEGREES = 0.005;

/** Bounds "west,south,east,north" as numbers; null for anything else. */
export function boundsOf(text: string | undefined): [number, number, number, number] | null {
  const edges = (text ?? "").split(",").map(Number);
  const [west, south, east, north] = edges;
  if (edges.length !== 4 || west === undefined || south === undefined || east === undefined || north === undefined) return null;
  return edges.every(Number.isFinite) && west < east && south < north ? [west, south, east, north] : null;
}

/** On a desk the map comes by itself once the page is quiet; on a phone somebody must ask, for it is the heaviest part. */
export class PublishedMap extends HTMLElement {
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
    this.box = h("div", { class: "map-box" }, canvas);
    this.append(this.box);
    const [maps, answer] = await Promise.all([import("./maps"), fetch(this.dataset["source"] ?? "", { headers: { Accept: "application/geo+json, application/json" } })]);
    const collection = (await answer.json()) as FeatureCollection<Point>;
    const around = boundsOf(this.dataset["shown"]) ?? extent(collection.features) ?? boundsOf(this.dataset["bounds"]) ?? EARTH;
    const map = await maps.start(canvas, maps.viewOf(around, canvas.clientWidth, canvas.clientHeight));
    map.getCanvas().setAttribute("aria-label", this.closest("[aria-label]")?.getAttribute("aria-label") ?? "");
    maps.showPoints(map, collection.features);
    map.on("click", "points", (event) => this.open(String(event.features?.[0]?.properties["code"])));
    map.on("mousemove", "points", (event) => this.light(event.features?.[0]?.properties["code"] as string));
    map.on("mouseleave", "points", () => this.light(null));
    const here = (): void => {
      const view = map.getBounds();
      const address = new URL(location.href);
      address.searchParams.delete("after");
      address.searchParams.set("bbox", [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map((edge) => edge.toFixed(5)).join(","));
      location.assign(address);
    };
    const narrow = h("button", { type: "button", class: "button", onclick: here }, t("map_area"));
    map.once("dragend", () => this.box?.append(h("div", { class: "map-tools" }, narrow)));
  }

  private open(code: string): void {
    location.assign(`/reports/${encodeURIComponent(code)}`);
  }

  private light(code: string | null): void {
    for (const lit of document.querySelectorAll(".card.lit")) lit.classList.remove("lit");
    if (code !== null) document.getElementById(`r-${code}`)?.classList.add("lit");
  }
}

function extent(features: readonly Feature<Point>[]): [number, number, number, number] | null {
  const places = features.map((one) => one.geometry.coordinates);
  if (places.length === 0) return null;
  const lons = places.map((place) => place[0] ?? 0);
  const lats = places.map((place) => place[1] ?? 0);
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
