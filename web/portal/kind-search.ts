import { fold } from "../shared/fold";
import { need } from "./page";

/** Narrows the icons below it while typing, with or without accents. */
export class KindSearch extends HTMLElement {
  connectedCallback(): void {
    this.hidden = false;
    const field = need<HTMLInputElement>(this, "input");
    field.addEventListener("input", () => this.narrow(field.value));
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }

  private narrow(typed: string): void {
    const wanted = fold(typed).split(/\s+/).filter((word) => word !== "");
    let heading: HTMLElement | null = null;
    let any = false;
    for (const part of this.nextElementSibling?.children ?? []) {
      if (!(part instanceof HTMLElement)) continue;
      if (part.classList.contains("kinds-group")) {
        heading = part;
        heading.hidden = true;
        continue;
      }
      const text = fold(part.dataset["find"] ?? "");
      part.hidden = !wanted.every((word) => text.includes(word));
      if (!part.hidden) any = true;
      if (!part.hidden && heading !== null) heading.hidden = false;
    }
    need<HTMLElement>(this, ".none").hidden = any;
  }
}
