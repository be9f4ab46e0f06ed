import type { Map as GlMap } from "maplibre-gl";

import { api } from "../shared/api";
import type { Point } from "./exif";
import { boundsOf, EARTH } from "./map-views";
import { h, icon, need, t } from "./page";

interface Place { name: string; kind?: string; area?: { name?: string } | string | null; location: Point }
interface Located { area: { code: string; name: string } | null; boundary?: { distance_m: number; area?: { name: string } | null } | null }

type Source = "photo" | "phone" | "map" | "search";

const NEAR_BOUNDARY_M = 50;
const TYPING_MS = 250;

/** Where it is: from the photo, the phone, a name, or the map under a fixed pin. Fires `place` after every change. */
export class PlacePicker extends HTMLElement {
  private readonly now = h("div", { class: "place-now", role: "status" });
  private readonly results = h("ul", { class: "found", hidden: true });
  private readonly search = h("input", { type: "search", name: "place", autocomplete: "off", maxlength: "200" });
  private box: HTMLElement | null = null;
  private map: GlMap | null = null;
  private source: Source | null = null;
  private asked = 0;
  private timer = 0;

  connectedCallback(): void {
    need(this, ".place-plain").remove();
    this.search.addEventListener("input", () => this.typed());
    this.search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.results.querySelector("button")?.click();
    });
    this.append(
      this.now,
      h("label", { class: "field" }, h("span", {}, t("place_search")), this.search), this.results,
      h("div", { class: "place-tools" },
        h("button", { type: "button", class: "button", onclick: () => this.locate(true) }, icon("locate"), t("locate")),
        h("button", { type: "button", class: "button", onclick: () => { this.openMap().catch(() => this.say(t("map_failed"))); } }, icon("map"), t("map_open"))),
    );
    if (this.point !== null) void this.describe(this.point, "");
    else void this.locateIfAllowed();
  }

  get point(): Point | null {
    const [lon, lat] = [this.field("lon").value, this.field("lat").value];
    return lon === "" || lat === "" ? null : { lon: Number(lon), lat: Number(lat) };
  }

  /** A photo that knows where it was taken wins over the phone, never over what a person pointed at. */
  fromPhoto(point: Point): void {
    if (this.source === "map" || this.source === "search") return;
    this.take(point, "photo", t("from_photo"));
  }

  /** Asks the phone, unless somebody or a photo has said where it is. */
  fromPhoneIfUnknown(): void {
    if (this.point === null) this.locate(false);
  }

  private field(name: string): HTMLInputElement {
    return need<HTMLInputElement>(this, `input[name="${name}"]`);
  }

  private say(...words: (string | Node)[]): void {
    this.now.replaceChildren(icon("pin"), h("div", {}, ...words));
  }

  private take(point: Point, source: Source, words: string, accuracy = ""): void {
    this.source = source;
    this.field("lon").value = point.lon.toFixed(6);
    this.field("lat").value = point.lat.toFixed(6);
    this.field("accuracy_m").value = accuracy;
    if (source !== "map") this.map?.jumpTo({ center: [point.lon, point.lat], zoom: Math.max(this.map.getZoom(), 16) });
    this.dispatchEvent(new CustomEvent("place", { bubbles: true }));
    void this.describe(point, words);
  }

  private async describe(point: Point, words: string): Promise<void> {
    const turn = (this.asked += 1);
    const coordinates = `${point.lat.toFixed(5)}, ${point.lon.toFixed(5)}`;
    this.say(h("b", {}, coordinates), h("small", {}, words));
    const located = await api<Located>(`/api/v1/locate?lon=${point.lon}&lat=${point.lat}`).catch(() => null);
    if (turn !== this.asked || located === null) return;
    const close = located.boundary !== null && located.boundary !== undefined && located.boundary.distance_m <= NEAR_BOUNDARY_M;
    const warning = located.area === null ? t("outside") : close ? t("boundary", { area: located.boundary?.area?.name ?? "" }) : "";
    this.say(h("b", {}, located.area?.name ?? coordinates), h("small", {}, [words, warning].filter((part) => part !== "").join(". ")));
  }

  private async locateIfAllowed(): Promise<void> {
    // Asking before anybody has done anything would only be refused: the phone is asked with the first photo or the button.
    const permission = await navigator.permissions.query({ name: "geolocation" }).catch(() => null);
    if (permission?.state === "granted") this.locate(false);
  }

  private locate(wanted: boolean): void {
    if (!("geolocation" in navigator)) { this.say(t("no_fix")); return; }
    this.say(t("locating"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        if (!wanted && this.point !== null) return;
        const metres = Math.round(coords.accuracy);
        this.take({ lon: coords.longitude, lat: coords.latitude }, "phone", t("located", { m: metres }), String(metres));
      },
      () => { if (this.point === null) this.say(t("no_fix")); else void this.describe(this.point, ""); },
      { enableHighAccuracy: true, timeout: 12_000, maximumAge: 30_000 },
    );
  }

  private typed(): void {
    clearTimeout(this.timer);
    const words = this.search.value.trim();
    if (words.length < 2) { this.results.hidden = true; return; }
    this.timer = window.setTimeout(() => { void this.look(words); }, TYPING_MS);
  }

  private async look(words: string): Promise<void> {
    const near = this.point === null ? "" : `&lat=${this.point.lat}&lon=${this.point.lon}`;
    const found = await api<{ places: Place[] }>(`/api/v1/places?q=${encodeURIComponent(words)}${near}`).catch(() => null);
    if (found === null || this.search.value.trim() !== words) return;
    const rows = found.places.slice(0, 6).map((place) => h("li", {}, h("button", { type: "button", onclick: () => this.choose(place) },
      place.name, h("small", {}, typeof place.area === "string" ? place.area : (place.area?.name ?? "")))));
    this.results.replaceChildren(...(rows.length > 0 ? rows : [h("li", { class: "hint" }, t("place_none"))]));
    this.results.hidden = false;
  }

  private choose(place: Place): void {
    this.results.hidden = true;
    this.search.value = place.name;
    this.take(place.location, "search", t("from_search"));
  }

  private async openMap(): Promise<void> {
    if (this.box !== null) { this.box.scrollIntoView({ block: "center" }); return; }
    const canvas = h("div", { class: "canvas" });
    this.box = h("div", { class: "map-box small" }, canvas, h("span", { class: "aim" }, icon("pin")));
    this.append(this.box, h("p", { class: "hint" }, t("map_hint")));
    const maps = await import("./maps");
    const city = maps.viewOf(boundsOf(this.dataset["bounds"]) ?? EARTH, canvas.clientWidth, canvas.clientHeight);
    const map = await maps.start(canvas, this.point === null ? city : { ...this.point, zoom: 16 });
    this.map = map;
    // Only a movement by a hand means a new place; jumps after a search come from us. Keyboard moves carry the event too.
    map.on("moveend", (event) => {
      if (event.originalEvent === undefined) return;
      const centre = map.getCenter();
      this.take({ lon: centre.lng, lat: centre.lat }, "map", t("from_map"));
    });
  }
}
