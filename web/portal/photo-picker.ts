import { positionOf, type Point } from "./exif";
import { clock, durationOf, kindOf, megabytes } from "./film-check";
import { h, icon, need, t } from "./page";
import type { Held, Shelf } from "./shelf";

type Door = "camera" | "film" | "gallery";

const DOORS: Record<Door, Record<string, string | boolean>> = {
  camera: { accept: "image/*", capture: "environment" },
  film: { accept: "video/*", capture: "environment" },
  gallery: { accept: "image/*,video/*", multiple: true },
};

/** Photos and films from camera or gallery, with previews. Fires `placed` (detail: Point) when a photo knows where it
 *  was taken, `unplaced` when none does. The owner gives it a shelf. */
export class PhotoPicker extends HTMLElement {
  private shelf: Shelf | null = null;
  private readonly shots = h("ul", { class: "shots" });
  private readonly complaint = h("p", { class: "bad", role: "alert" });
  private readonly views = new Map<Held, string>();

  connectedCallback(): void {
    // The plain fields are replaced, not hidden: a form sent without scripts must not carry them twice.
    const phone = navigator.maxTouchPoints > 0;
    // A desk has no camera worth a button; its file dialog comes either way.
    const doors: Door[] = phone ? ["camera", "film", "gallery"] : ["gallery"];
    need<HTMLElement>(this, ".plain").replaceWith(h("div", { class: phone ? "drops" : "drops desk" }, ...doors.map((door) => this.door(door))));
    this.append(this.complaint, this.shots);
    this.addEventListener("dragover", (event) => event.preventDefault());
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      this.take([...(event.dataTransfer?.files ?? [])]);
    });
    void this.warnOfBlockedCamera();
  }

  /** Over once all that was chosen so far is on the shelf or refused, and has said where it was taken. */
  looked: Promise<unknown> = Promise.resolve();

  get field(): HTMLInputElement { return need<HTMLInputElement>(this, "input"); }

  set source(shelf: Shelf) {
    this.shelf = shelf;
    this.show();
  }

  /** Says what could not be taken. */
  complain(words: string): void { this.complaint.textContent = words; }

  private door(door: Door): HTMLElement {
    const field = h("input", { type: "file", "data-door": door, ...DOORS[door], onchange: (event) => {
      const input = event.target as HTMLInputElement;
      const files = [...(input.files ?? [])];
      input.value = "";
      this.take(files);
    } });
    const words = navigator.maxTouchPoints > 0 ? t(door) : t("gallery_desk");
    return h("label", { class: `drop ${door}` }, icon(door), h("span", {}, words), field);
  }

  private async warnOfBlockedCamera(): Promise<void> {
    const permission = await navigator.permissions.query({ name: "camera" }).catch(() => null);
    if (permission?.state === "denied" && navigator.maxTouchPoints > 0) this.append(h("p", { class: "hint" }, t("camera_blocked")));
  }

  private take(files: File[]): void {
    this.looked = Promise.allSettled([this.looked, this.lookAt(files)]);
  }

  private async lookAt(files: File[]): Promise<void> {
    const complaints: string[] = [];
    const taken: File[] = [];
    for (const file of files) {
      const complaint = await this.judge(file);
      if (complaint === null) taken.push(file);
      else complaints.push(complaint);
    }
    this.complaint.textContent = [...new Set(complaints)].join(" ");
    if (taken.length > 0) await this.findPlace(taken);
  }

  /** Puts the file on the shelf, or says why not. */
  private async judge(file: File): Promise<string | null> {
    const kind = kindOf(file);
    const name = file.name;
    const limit = this.number("limit");
    if (this.shelf === null || kind === null || kind === "audio") return t("not_media", { name });
    if (this.shelf.list.length >= limit) return t("too_many", { limit });
    const bytes = this.number(kind === "video" ? "filmBytes" : "bytes");
    if (file.size > bytes) return t(kind === "video" ? "film_too_large" : "too_large", { name, mb: megabytes(file.size), limit: megabytes(bytes) });
    if (file.size === 0) return t("empty_file", { name });
    const seconds = kind === "video" ? await durationOf(file, "video") : null;
    // A second of grace: what the phone calls two minutes is often a little more.
    if (seconds !== null && seconds > this.number("filmSeconds") + 1) return t("film_too_long", { name, length: clock(seconds), limit: clock(this.number("filmSeconds")) });
    this.shelf.add(file, kind, seconds);
    return null;
  }

  private number(name: string): number { return Number(this.dataset[name] ?? Infinity); }

  private async findPlace(files: File[]): Promise<void> {
    for (const file of files) {
      const point = await positionOf(file);
      if (point === null) continue;
      this.dispatchEvent(new CustomEvent<Point>("placed", { detail: point, bubbles: true }));
      return;
    }
    this.dispatchEvent(new CustomEvent("unplaced", { bubbles: true }));
  }

  /** Draws the shelf as it is now. */
  show(): void {
    const held = this.shelf?.of("image", "video") ?? [];
    for (const [one, view] of this.views) {
      if (held.includes(one)) continue;
      URL.revokeObjectURL(view);
      this.views.delete(one);
    }
    this.shots.replaceChildren(...held.map((one, index) => this.tile(one, held.slice(0, index + 1).filter((other) => other.kind === one.kind).length)));
    this.classList.toggle("some", held.length > 0);
  }

  private tile(held: Held, n: number): HTMLElement {
    const view = this.views.get(held) ?? URL.createObjectURL(held.file);
    this.views.set(held, view);
    const what = t(held.kind === "video" ? "film_n" : "photo", { n });
    const close = h("button", { type: "button", "aria-label": t("remove", { what }), onclick: () => this.drop(held) }, icon("close"));
    return h("li", held.kept === null ? { class: "keeping" } : {}, held.kind === "video" ? film(held, view, what) : picture(held, view, what), close);
  }

  private drop(held: Held): void {
    this.complaint.textContent = "";
    this.shelf?.remove(held);
    // The button that had the focus is gone.
    (this.shots.querySelector("button") ?? this.field).focus();
  }
}

function picture(held: Held, view: string, alt: string): HTMLElement {
  const drawn = h("img", { src: view, alt });
  // Browsers that cannot draw HEIC still send it.
  drawn.addEventListener("error", () => drawn.replaceWith(h("span", { class: "undrawn" }, icon("gallery"), held.name)));
  return drawn;
}

function film(held: Held, view: string, what: string): HTMLElement {
  const player = h("video", { src: `${view}#t=0.1`, preload: "metadata", playsinline: true, tabindex: "-1", "aria-label": what });
  player.muted = true;
  const length = h("b", { class: "length" }, icon("film"), held.seconds === null ? "" : clock(held.seconds));
  player.addEventListener("loadedmetadata", () => {
    if (Number.isFinite(player.duration)) length.replaceChildren(icon("film"), clock(player.duration));
  });
  player.addEventListener("error", () => player.replaceWith(h("span", { class: "undrawn" }, icon("film"), held.name)));
  return h("span", { class: "film" }, player, length);
}
