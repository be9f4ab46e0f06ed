import { fold } from "../shared/fold";
import { h, need, t } from "./page";
import { inOrder, ownKinds } from "./own-kinds";

const FIRST = 6;

/** The kinds below it: the likely ones first and the rest behind a button, narrowed while typing, with or without accents. */
export class KindSearch extends HTMLElement {
  /** Once somebody has looked or chosen, nothing moves under the finger. */
  private touched = false;
  private readonly all = h("button", { type: "button", class: "button quiet all", onclick: () => this.unfold(true) });

  private get grid(): HTMLElement { return this.nextElementSibling as HTMLElement; }

  private get kinds(): HTMLElement[] { return [...this.grid.querySelectorAll<HTMLElement>(":scope > .kind")]; }

  connectedCallback(): void {
    this.classList.remove("scripted");
    const field = need<HTMLInputElement>(this, "input");
    field.addEventListener("input", () => this.narrow(field.value));
    field.addEventListener("keydown", (event) => this.key(event, field));
    for (const event of ["pointerdown", "focusin", "change"]) this.grid.addEventListener(event, () => { this.touched = true; });
    this.all.textContent = t("all_kinds", { n: this.kinds.length });
    const early = this.grid.parentElement?.querySelector<HTMLElement>("label.all");
    // Somebody who opened the rest before we came has it open.
    if (this.kinds.length > FIRST + 2 && early?.querySelector("input")?.checked !== true) {
      this.grid.classList.add("folded");
      this.grid.after(this.all);
    }
    early?.remove();
    this.prefer([]);
  }

  /** Puts the own and the `usual` kinds first, unless somebody is already choosing. */
  prefer(usual: readonly string[]): void {
    if (this.touched || this.grid.querySelector("[name=category]:checked") !== null) return;
    const kinds = this.kinds;
    const likely = kinds.filter((kind) => !kind.classList.contains("more")).map(codeOf);
    const rest = kinds.map(codeOf).filter((code) => !likely.includes(code));
    const first = inOrder(ownKinds(), usual, [...likely, ...rest], FIRST);
    const byCode = new Map(kinds.map((kind) => [codeOf(kind), kind]));
    for (const kind of kinds) kind.classList.toggle("more", !first.includes(codeOf(kind)));
    for (const code of [...first].reverse()) {
      const kind = byCode.get(code);
      if (kind !== undefined) this.grid.prepend(kind);
    }
  }

  private unfold(toFirst: boolean): void {
    const next = this.kinds.find((kind) => kind.classList.contains("more"));
    this.grid.classList.remove("folded");
    this.all.hidden = true;
    if (toFirst) next?.querySelector<HTMLInputElement>("input")?.focus();
  }

  private key(event: KeyboardEvent, field: HTMLInputElement): void {
    if (event.key !== "Enter") return;
    event.preventDefault();
    // One left: the words have said it all.
    const left = this.kinds.filter((kind) => !kind.hidden);
    if (left.length === 1 && field.value.trim() !== "") left[0]?.querySelector<HTMLInputElement>("input")?.click();
    else left[0]?.querySelector<HTMLInputElement>("input")?.focus();
  }

  private narrow(typed: string): void {
    const wanted = fold(typed).split(/\s+/).filter((word) => word !== "");
    if (wanted.length > 0) this.unfold(false);
    let heading: HTMLElement | null = null;
    let any = false;
    for (const part of this.grid.children) {
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

function codeOf(kind: HTMLElement): string {
  return need<HTMLInputElement>(kind, "input[name=category]").value;
}
