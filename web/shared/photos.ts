import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { controls } from "./controls";
import { HtElement } from "./element";
import { icon } from "./icons";
import type { Media } from "./model";
import { locale, t } from "./preferences";
import { exact } from "./times";

/** Before and after beside each other, with one enlarged view for both. Fires `stale` when an address has expired. */
@customElement("ht-photos")
export class Photos extends HtElement {
  @property({ attribute: false }) media: Media[] = [];
  @property({ attribute: false }) chosen: ReadonlySet<string> | null = null;
  @state() private open: number | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [controls, css`
    :host { display: block; }
    .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: var(--s-3); }
    h3 { font-size: var(--t-s); color: var(--ink-2); margin-bottom: var(--s-1); display: flex; gap: var(--s-2); align-items: center; }
    .strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(6rem, 1fr)); gap: var(--s-2); }
    .strip > :first-child { grid-column: 1 / -1; height: clamp(12rem, 36vh, 26rem); aspect-ratio: auto; }
    .picture { position: relative; display: block; width: 100%; height: auto; min-height: 0; padding: 0; overflow: hidden; border: 1px solid var(--line); border-radius: var(--r-m);
      background: var(--sunken); aspect-ratio: 4 / 3; white-space: normal; cursor: zoom-in; }
    .picture img { width: 100%; height: 100%; object-fit: cover; display: block; }
    .strip > :first-child img { object-fit: contain; }
    .picture.off { display: grid; place-content: center; justify-items: center; gap: var(--s-1); padding: var(--s-3); text-align: center; color: var(--ink-2); font-size: var(--t-s); cursor: default; }
    .warning { position: absolute; inset: auto var(--s-1) var(--s-1) var(--s-1); justify-content: start; }
    dialog { border: 0; padding: 0; width: 100vw; height: 100vh; max-width: none; max-height: none; background: var(--paper); color: var(--ink); }
    dialog::backdrop { background: var(--scrim); }
    .stage { display: grid; grid-template: auto minmax(0, 1fr) auto / auto minmax(0, 1fr) auto; height: 100%; align-items: center; padding: var(--s-2); gap: var(--s-2); }
    .stage header { grid-column: 1 / -1; display: flex; gap: var(--s-3); align-items: center; justify-content: space-between; }
    .stage img { grid-column: 2; width: 100%; height: 100%; object-fit: contain; }
    .stage footer { grid-column: 1 / -1; text-align: center; color: var(--ink-2); }
    .stage > button { height: 5rem; }
  `];

  private get shown(): Media[] {
    return [...this.of("report"), ...this.of("proof")].filter((one) => one.state === "ready" || one.state === "withheld").filter((one) => one.large ?? one.small);
  }

  private of(role: Media["role"]): Media[] {
    return this.media.filter((one) => one.role === role);
  }

  private async enlarge(one: Media): Promise<void> {
    this.open = this.shown.indexOf(one);
    await this.updateComplete;
    this.dialog.showModal();
  }

  private move(by: number): void {
    const count = this.shown.length;
    if (this.open !== null && count > 0) this.open = (this.open + by + count) % count;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === "ArrowRight") this.move(1);
    else if (event.key === "ArrowLeft") this.move(-1);
    else return;
    event.preventDefault();
  }

  private readonly expired = (): void => { this.dispatchEvent(new CustomEvent("stale", { bubbles: true, composed: true })); };

  private picture(one: Media, index: number, large: boolean): TemplateResult {
    const label = t(one.role === "proof" ? "photo.after.n" : "photo.before.n", { n: index + 1 });
    if (one.state === "refused") return this.absent(one.refusal?.detail ?? t("photo.refused"), one.name ?? label, "cross");
    const source = large ? (one.large ?? one.small) : (one.small ?? one.large);
    if (source === null || source === undefined) return this.absent(t("photo.processing"), one.name ?? label, "image");
    const warning = one.warnings?.[0];
    return html`<button class="picture" @click=${() => void this.enlarge(one)} aria-label=${t("photo.enlarge", { what: label })}>
      <img src=${source} alt="" loading="lazy" decoding="async" @error=${this.expired}>
      ${warning === undefined ? nothing : html`<span class="chip soon warning" title=${warning.detail}>${icon("alarm")}<span>${warning.detail}</span></span>`}
    </button>`;
  }

  private absent(why: string, name: string, shape: "cross" | "image"): TemplateResult {
    return html`<div class="picture off">${icon(shape)}<span>${name}</span><span class="faint">${why}</span></div>`;
  }

  private side(role: Media["role"], title: string): TemplateResult | typeof nothing {
    const media = this.of(role);
    if (media.length === 0) return nothing;
    return html`<section><h3>${title}<span class="faint number">${media.length}</span></h3>
      <div class="strip">${media.map((one, index) => this.picture(one, index, index === 0))}</div></section>`;
  }

  private stage(): TemplateResult | typeof nothing {
    const one = this.open === null ? undefined : this.shown[this.open];
    if (one === undefined) return nothing;
    const many = this.shown.length > 1;
    return html`<div class="stage" @keydown=${this.onKey}>
      <header>
        <strong>${t(one.role === "proof" ? "photo.after" : "photo.before")} <span class="number faint">${(this.open ?? 0) + 1}/${this.shown.length}</span></strong>
        <button autofocus @click=${() => this.dialog.close()}>${icon("cross")}${t("action.close_view")} <kbd>Esc</kbd></button>
      </header>
      ${many ? html`<button class="bare" aria-label=${t("action.previous")} @click=${() => this.move(-1)}>${icon("left")}</button>` : nothing}
      <img src=${one.large ?? one.small ?? ""} alt=${t(one.role === "proof" ? "photo.after" : "photo.before")}>
      ${many ? html`<button class="bare" aria-label=${t("action.next")} @click=${() => this.move(1)}>${icon("right")}</button>` : nothing}
      <footer>${[
        one.taken_at ? t("photo.taken", { at: exact(one.taken_at, locale()) }) : null,
        one.width && one.height ? `${one.width} × ${one.height}` : null,
        ...(one.warnings ?? []).map((warning) => warning.detail),
      ].filter((part) => part !== null).join(" · ")}
      ${one.original ? html` · <a href=${one.original} target="_blank" rel="noopener">${t("photo.original")}</a>` : nothing}</footer>
    </div>`;
  }

  override render(): TemplateResult {
    if (this.media.length === 0) return html`<p class="note">${t("photo.none")}</p>`;
    return html`<div class="sides">${this.side("report", t("photo.before"))}${this.side("proof", t("photo.after"))}</div>
      <dialog @close=${() => { this.open = null; }}>${this.stage()}</dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-photos": Photos } }
