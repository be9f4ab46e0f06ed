import { positionOf, type Point } from "./exif";
import { h, icon, need, t } from "./page";

const KINDS = /^image\/(jpeg|png|webp|heic|heif)$/;

/** Photos from camera or gallery with previews. Fires `photos` after every change and `placed` (detail: Point) when one knows where. */
export class PhotoPicker extends HTMLElement {
  private chosen: File[] = [];
  private readonly shots = h("ul", { class: "shots" });
  private readonly complaint = h("p", { class: "bad", role: "alert" });
  private views: string[] = [];

  connectedCallback(): void {
    const plain = need<HTMLElement>(this, ".drop");
    // The plain field is replaced, not hidden: a form sent without scripts must not carry it twice.
    // A desk has no camera worth a button; its file dialog comes either way.
    const camera = navigator.maxTouchPoints > 0 ? this.door("camera", { capture: "environment" }) : null;
    plain.replaceWith(h("div", { class: "drops" }, camera, this.door("gallery", { multiple: true })));
    this.append(this.shots, this.complaint);
  }

  get files(): readonly File[] { return this.chosen; }

  set files(files: readonly File[]) {
    this.chosen = [...files];
    this.show();
  }

  private door(kind: "camera" | "gallery", more: Record<string, string | boolean>): HTMLElement {
    const field = h("input", { type: "file", accept: "image/*", "data-door": kind, ...more, onchange: (event) => {
      const input = event.target as HTMLInputElement;
      this.add([...(input.files ?? [])]);
      input.value = "";
    } });
    return h("label", { class: "drop" }, icon(kind), h("span", {}, t(kind)), field);
  }

  private add(files: File[]): void {
    const limit = Number(this.dataset["limit"] ?? 6);
    const bytes = Number(this.dataset["bytes"] ?? Infinity);
    const complaints: string[] = [];
    for (const file of files) {
      // Some phones give HEIC files no type; the server looks at the content anyway.
      if (file.type !== "" && !KINDS.test(file.type)) complaints.push(t("not_image", { name: file.name }));
      else if (file.size > bytes) complaints.push(t("too_large", { name: file.name, mb: Math.round(file.size / 1048576) }));
      else if (this.chosen.length >= limit) complaints.push(t("too_many", { limit }));
      else this.chosen.push(file);
    }
    this.complaint.textContent = [...new Set(complaints)].join(" ");
    this.show();
    this.tell();
    void this.findPlace(files);
  }

  private async findPlace(files: File[]): Promise<void> {
    for (const file of files) {
      const point = await positionOf(file);
      if (point === null) continue;
      this.dispatchEvent(new CustomEvent<Point>("placed", { detail: point, bubbles: true }));
      return;
    }
    this.dispatchEvent(new CustomEvent("unplaced", { bubbles: true }));
  }

  private tell(): void {
    this.dispatchEvent(new CustomEvent("photos", { bubbles: true }));
  }

  private show(): void {
    for (const view of this.views) URL.revokeObjectURL(view);
    this.views = this.chosen.map((file) => URL.createObjectURL(file));
    this.shots.replaceChildren(...this.views.map((view, index) => {
      const picture = h("img", { src: view, alt: t("photo", { n: index + 1 }) });
      // Browsers that cannot draw HEIC still send it.
      picture.addEventListener("error", () => picture.replaceWith(icon("gallery")));
      return h("li", {}, picture, h("button", { type: "button", "aria-label": t("remove", { n: index + 1 }), onclick: () => this.drop(index) }, icon("close")));
    }));
  }

  private drop(index: number): void {
    this.chosen.splice(index, 1);
    this.complaint.textContent = "";
    this.show();
    this.tell();
  }
}
