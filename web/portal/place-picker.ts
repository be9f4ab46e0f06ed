import { api } from "../shared/api";
import type { Point } from "./exif";
import { h, icon, need, t } from "./page";
import type { Named, PinMap } from "./place-map";

interface Place { name: string; kind?: string; area?: { name?: string } | string | null; location: Point }
interface Area { code: string; name: string }
/** What /api/v1/spot says of a point. */
interface Spot {
  area: Area | null; distance_m: number | null; boundary: { distance_m: number; area: Area } | null;
  near: { name: string; distance_m: number } | null; likely: string[]; around: Named[];
}

type Source = "photo" | "phone" | "map" | "search";

const NEAR_BOUNDARY_M = 50;
/** A phone that is less sure than this is asked to be helped. */
export const ROUGH_M = 200;
const TYPING_MS = 250;
const DESK = "(min-width: 64rem) and (pointer: fine)";

/** Where it is: from the photo, the phone, a name, or the map under a fixed pin. Fires `place` after every change and
 *  `likely` (detail: codes of kinds) when the city has said what is usual there. */
export class PlacePicker extends HTMLElement {
  private readonly now = h("div", { class: "place-now", role: "status" });
  private readonly results = h("ul", { class: "found", hidden: true });
  private readonly search = h("input", { type: "search", id: "place-search", name: "place", autocomplete: "off", maxlength: "200", enterkeyhint: "search" });
  private readonly opener = h("button", { type: "button", class: "button", "aria-expanded": "false", onclick: () => { void this.openMap(true); } }, icon("map"), t("map_open"));
  private box: HTMLElement | null = null;
  /** Of the box: where a map belongs that nobody has asked for yet. */
  private empty: HTMLElement | null = null;
  private map: PinMap | null = null;
  private source: Source | null = null;
  private asked = 0;
  private timer = 0;
  private settling = 0;
  private said = "";
  private around: Named[] = [];

  connectedCallback(): void {
    need(this, ".place-plain").remove();
    this.search.addEventListener("input", () => this.typed());
    this.search.addEventListener("keydown", (event) => this.key(event));
    this.append(
      this.now,
      h("div", { class: "place-tools" },
        h("button", { type: "button", class: "button", onclick: () => this.locate(true) }, icon("locate"), t("locate")), this.opener),
      h("label", { class: "field" }, h("span", {}, t("place_search")), this.search), this.results,
    );
    window.addEventListener("online", () => { if (this.point !== null) void this.describe(this.point); });
    if (this.point !== null) void this.describe(this.point);
    else void this.locateIfAllowed();
    if (matchMedia(DESK).matches) this.openWhenSeen();
  }

  get point(): Point | null {
    const [lon, lat] = [this.field("lon").value, this.field("lat").value];
    return lon === "" || lat === "" ? null : { lon: Number(lon), lat: Number(lat) };
  }

  get accuracy(): number { return Number(this.field("accuracy_m").value); }

  /** A photo that knows where it was taken wins over the phone, never over what a person pointed at. */
  fromPhoto(point: Point): void {
    if (this.source === "map" || this.source === "search") return;
    this.take(point, "photo", t("from_photo"));
  }

  /** Asks the phone, unless somebody or a photo has said where it is. */
  fromPhoneIfUnknown(): void {
    if (this.point === null) this.locate(false);
  }

  /** Shows the place the fields hold, after a draft was read back. */
  restored(): void {
    const point = this.point;
    if (point === null) return;
    this.asked += 1;
    this.source ??= "map";
    this.map?.show(point);
    void this.describe(point);
  }

  private field(name: string): HTMLInputElement {
    return need<HTMLInputElement>(this, `input[name="${name}"]`);
  }

  private say(...words: (string | Node)[]): void {
    this.now.replaceChildren(icon("pin"), h("div", {}, ...words));
  }

  private take(point: Point, source: Source, words: string, accuracy = ""): void {
    this.source = source;
    this.said = words;
    this.field("lon").value = point.lon.toFixed(6);
    this.field("lat").value = point.lat.toFixed(6);
    this.field("accuracy_m").value = accuracy;
    if (source !== "map") this.map?.show(point);
    this.dispatchEvent(new CustomEvent("place", { bubbles: true }));
    // Somebody who nudges does it several times; the city is asked once.
    clearTimeout(this.settling);
    this.settling = window.setTimeout(() => { void this.describe(point); }, source === "map" ? TYPING_MS : 0);
  }

  /** The place in a sentence; without a network the coordinates, which are as good for the city. */
  private async describe(point: Point): Promise<void> {
    const turn = (this.asked += 1);
    const coordinates = `${point.lat.toFixed(5)}, ${point.lon.toFixed(5)}`;
    if (this.now.querySelector("b") === null) this.say(h("b", {}, coordinates), h("small", {}, this.said));
    const spot = await api<Spot>(`/api/v1/spot?lon=${point.lon}&lat=${point.lat}`).catch(() => null);
    if (turn !== this.asked) return;
    if (spot === null) {
      this.say(h("b", {}, coordinates), h("small", {}, [this.said, navigator.onLine ? "" : t("place_offline")].filter((part) => part !== "").join(". ")));
      return;
    }
    this.say(h("b", {}, sentence(spot) ?? coordinates), h("small", {}, this.said), ...warnings(spot, this.accuracy).map((one) => h("small", { class: "warn" }, one)));
    this.around = spot.around;
    this.map?.name(spot.around);
    this.dispatchEvent(new CustomEvent("likely", { bubbles: true, detail: spot.likely }));
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
        if (!wanted && this.point !== null) { void this.describe(this.point); return; }
        const metres = Math.max(1, Math.round(coords.accuracy));
        this.take({ lon: coords.longitude, lat: coords.latitude }, "phone", t("located", { m: metres }), String(metres));
      },
      (error) => {
        if (this.point !== null) void this.describe(this.point);
        else this.say(h("b", {}, t(error.code === error.PERMISSION_DENIED ? "position_blocked" : "no_fix")), h("small", {}, t("place_ways")));
      },
      { enableHighAccuracy: true, timeout: 12_000, maximumAge: 30_000 },
    );
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "ArrowDown") this.results.querySelector("button")?.focus();
    else if (event.key === "Escape") this.results.hidden = true;
    else if (event.key === "Enter") this.results.querySelector("button")?.click();
    else return;
    event.preventDefault();
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
    this.results.replaceChildren(...(rows.length > 0 ? rows : [h("li", { class: "hint", role: "status" }, t("place_none"))]));
    this.results.hidden = false;
  }

  private choose(place: Place): void {
    this.results.hidden = true;
    this.search.value = place.name;
    this.take(place.location, "search", t("from_search"));
    this.search.focus();
  }

  /** The room for the map is there at once, so that nothing moves when it comes. */
  private openWhenSeen(): void {
    if (!("IntersectionObserver" in window)) return;
    this.empty = this.furnish();
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      // Unless a press of the button was earlier.
      if (this.empty !== null) void this.openMap(false);
    });
    watch.observe(this);
  }

  /** Puts the room for the map there; gives the part the map belongs into. */
  private furnish(): HTMLElement {
    const inner = h("div", { class: "map-box small" }, h("p", { class: "map-wait", role: "status" }, t("map_loading")));
    this.box = h("div", { class: "place-box" }, inner, h("p", { class: "hint" }, t("map_hint")));
    need(this, ".place-tools").after(this.box);
    this.opener.setAttribute("aria-expanded", "true");
    return inner;
  }

  private async openMap(wanted: boolean): Promise<void> {
    if (this.box !== null && this.empty === null) {
      this.box.hidden = !this.box.hidden;
      this.opener.setAttribute("aria-expanded", String(!this.box.hidden));
      return;
    }
    const inner = this.empty ?? this.furnish();
    this.empty = null;
    try {
      const { pinMap } = await import("./place-map");
      this.map = await pinMap(inner, this.point, this.dataset["bounds"], (point) => this.take(point, "map", t("from_map")));
      // A photo may have said where it is while the map was still on its way.
      if (this.point !== null) this.map.show(this.point);
      this.map.name(this.around);
      if (wanted) this.box?.scrollIntoView({ block: "center", behavior: "smooth" });
    } catch {
      // Tried again with the next press: the network may be back by then.
      this.box?.remove();
      this.box = null;
      this.opener.setAttribute("aria-expanded", "false");
      if (wanted) this.say(h("b", {}, t("map_failed")), h("small", {}, t("place_ways")));
    }
  }
}

/** "Gần Chợ Vũng Tàu, Phường Vũng Tàu"; null where no area is near. */
function sentence(spot: Spot): string | null {
  if (spot.area === null) return null;
  return spot.near === null ? spot.area.name : t("near_place", { place: spot.near.name, area: spot.area.name });
}

function warnings(spot: Spot, accuracy: number): string[] {
  const found: string[] = [];
  if (spot.area === null) found.push(t("outside"));
  else if ((spot.distance_m ?? 0) > 0) found.push(t("beside", { area: spot.area.name, m: Math.round(spot.distance_m ?? 0) }));
  else if (spot.boundary !== null && spot.boundary.distance_m <= NEAR_BOUNDARY_M) found.push(t("boundary", { area: spot.boundary.area.name }));
  if (accuracy > ROUGH_M) found.push(t("rough", { m: accuracy }));
  return found;
}
