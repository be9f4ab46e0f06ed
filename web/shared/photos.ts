import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { controls } from "./controls";
import { HtElement } from "./element";
import "./film-player";
import { icon } from "./icons";
import { absence, length, mediaName, privacyText, warningText } from "./media-words";
import type { Media, Notice } from "./model";
import { locale, t } from "./preferences";
import { exact } from "./times";

/** Before and after beside each other: pictures and films with one enlarged view for both, voice notes with a player.
 *  Fires `stale` when an address has expired, `review` (detail: the medium's id) when somebody of the center wants to
 *  see what is hidden, `choose` (detail: a report's code) when they follow a warning to another report, and a cancelable `enlarge` (detail: the
 *  medium's id) before it opens its own enlarged view. */
@customElement("ht-photos")
export class Photos extends HtElement {
  @property({ attribute: false }) media: Media[] = [];
  /** Shows what is hidden for the public and offers to change it. */
  @property({ type: Boolean }) review = false;
  @state() private open: number | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [controls, css`
    :host { display: block; }
    .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: var(--s-3); }
    h3 { font-size: var(--t-s); color: var(--ink-2); margin-bottom: var(--s-1); display: flex; gap: var(--s-2); align-items: center; }
    .strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: var(--s-2); align-items: start; }
    .strip > :first-child, .strip > .voice { grid-column: 1 / -1; }
    .strip > :first-child .picture { height: clamp(12rem, 36vh, 26rem); aspect-ratio: auto; }
    .strip > :first-child img { object-fit: contain; }
    figure { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-1); margin: 0; }
    .picture { position: relative; display: block; width: 100%; height: auto; min-height: 0; padding: 0; overflow: hidden; border: 1px solid var(--line); border-radius: var(--r-m);
      background: var(--sunken); aspect-ratio: 4 / 3; white-space: normal; cursor: zoom-in; }
    .picture img { width: 100%; height: 100%; object-fit: cover; display: block; }
    .picture.off { display: grid; place-content: center; justify-items: center; gap: var(--s-1); padding: var(--s-3); text-align: center; color: var(--ink-2); font-size: var(--t-s); cursor: default; overflow-wrap: anywhere; }
    .picture.off progress { width: 8rem; max-width: 100%; accent-color: var(--accent); }
    .film { position: absolute; inset: auto auto var(--s-1) var(--s-1); background: rgb(0 0 0 / 70%); color: #fff; }
    .play { position: absolute; inset: 0; margin: auto; width: 3rem; height: 3rem; border-radius: 50%; display: grid; place-items: center; background: rgb(0 0 0 / 60%); color: #fff; font-size: 1.4rem; }
    .voice { padding: var(--s-2) var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--surface); }
    .voice > .name { display: flex; gap: var(--s-2); align-items: center; font-size: var(--t-s); }
    .said { display: flex; flex-wrap: wrap; gap: var(--s-1) var(--s-2); align-items: center; min-height: 1.5rem; }
    .said .chip { white-space: normal; border-radius: var(--r-m); text-align: start; }
    .said button.chip { border: 0; min-height: 1.75rem; text-decoration: underline; text-underline-offset: 0.15em; }
    .said .look { min-height: 1.75rem; font-size: var(--t-s); }
    @media (pointer: coarse), (max-width: 700px) { .said button.chip, .said .look { min-height: var(--target); } }
    dialog { border: 0; padding: 0; width: 100vw; height: 100vh; height: 100dvh; max-width: none; max-height: none; background: var(--paper); color: var(--ink); }
    dialog::backdrop { background: var(--scrim); }
    .stage { display: grid; grid-template: auto minmax(0, 1fr) auto / auto minmax(0, 1fr) auto; height: 100%; align-items: center; padding: var(--s-2); gap: var(--s-2); }
    .stage header { grid-column: 1 / -1; display: flex; gap: var(--s-3); align-items: center; justify-content: space-between; }
    .stage > img, .stage > ht-film { grid-column: 2; width: 100%; height: 100%; }
    .stage > img { object-fit: contain; }
    .stage footer { grid-column: 1 / -1; text-align: center; color: var(--ink-2); }
    .stage > button { height: 5rem; }
  `];

  private get shown(): Media[] {
    return [...this.of("report"), ...this.of("proof"), ...this.of("check")].filter((one) => absence(one) === null && one.kind !== "audio" && (one.large ?? one.small));
  }

  private of(role: Media["role"]): Media[] {
    return this.media.filter((one) => one.role === role);
  }

  private async enlarge(one: Media): Promise<void> {
    // Whoever has a larger viewer of their own takes this over.
    if (!this.dispatchEvent(new CustomEvent("enlarge", { detail: one.id, cancelable: true }))) return;
    this.open = this.shown.indexOf(one);
    await this.updateComplete;
    this.dialog.showModal();
  }

  private move(by: number): void {
    const count = this.shown.length;
    if (this.open !== null && count > 0) this.open = (this.open + by + count) % count;
  }

  private onKey(event: KeyboardEvent): void {
    // In a film's own controls the arrows seek.
    if (event.target instanceof HTMLElement && event.target.localName === "ht-film") return;
    if (event.key === "ArrowRight") this.move(1);
    else if (event.key === "ArrowLeft") this.move(-1);
    else return;
    event.preventDefault();
  }

  private tell(name: string, detail: string): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  private readonly expired = (): void => { this.dispatchEvent(new CustomEvent("stale", { bubbles: true, composed: true })); };

  private medium(one: Media, large: boolean): TemplateResult {
    const label = mediaName(one, this.media);
    const why = absence(one);
    const source = large ? (one.large ?? one.small) : (one.small ?? one.large);
    if (why === null && one.kind === "audio" && one.audio) return this.voice(one, label);
    if (why !== null || !source) return html`<figure data-media=${one.id}>${this.absent(one, why ?? t("photo.processing"), label)}${this.said(one, label)}</figure>`;
    return html`<figure data-media=${one.id}><button class="picture" @click=${() => void this.enlarge(one)} aria-label=${t("photo.enlarge", { what: label })}>
        <img src=${source} alt="" loading="lazy" decoding="async" @error=${this.expired}>
        ${one.kind === "video" ? html`<span class="play">${icon("play")}</span><span class="chip film number">${length(one.duration_s ?? 0)}</span>` : nothing}</button>
      ${this.said(one, label)}</figure>`;
  }

  private voice(one: Media, label: string): TemplateResult {
    return html`<figure class="voice" data-media=${one.id}><span class="name">${icon("noise")}<strong>${label}</strong><span class="faint number">${length(one.duration_s ?? 0)}</span></span>
      <ht-film voice .src=${one.audio ?? ""} .label=${label} @stale=${this.expired}></ht-film>${this.said(one, label)}</figure>`;
  }

  private absent(one: Media, why: string, label: string): TemplateResult {
    const bad = one.state === "refused" || one.state === "withheld";
    const going = !bad && one.progress !== null && one.progress !== undefined;
    return html`<div class="picture off" role=${bad ? "note" : "status"}>${icon(bad ? "cross" : "image")}<span>${one.name || label}</span><span class="faint">${why}</span>
      ${going ? html`<progress max="100" .value=${one.progress ?? 0} aria-label=${why}></progress>` : nothing}</div>`;
  }

  /** Below a picture: what makes it doubtful, and what the public will not see of it. */
  private said(one: Media, label: string): TemplateResult | typeof nothing {
    const warnings = one.warnings ?? [];
    const privacy = this.review ? privacyText(one) : null;
    if (warnings.length === 0 && privacy === null) return nothing;
    return html`<figcaption class="said">${warnings.map((warning) => this.warning(warning))}
      ${privacy === null ? nothing : html`<span class="chip ${privacy.wants ? "soon" : ""}" data-privacy>${icon(privacy.wants ? "alarm" : "eye")}<span>${privacy.text}</span></span>
        <button class="look" data-review aria-label=${`${t("privacy.open")}: ${label}`} @click=${() => this.tell("review", one.id)}>${t("privacy.open")}</button>`}</figcaption>`;
  }

  private warning(warning: Notice): TemplateResult {
    const words = html`${icon("alarm")}<span>${warningText(warning)}</span>`;
    const report = warning.own === true ? undefined : warning.report;
    if (report === undefined || !this.review) return html`<span class="chip soon" data-warning=${warning.code}>${words}</span>`;
    return html`<button class="chip soon" data-warning=${warning.code} @click=${() => this.tell("choose", report)}>${words}</button>`;
  }

  private side(role: Media["role"], title: string): TemplateResult | typeof nothing {
    const media = this.of(role);
    if (media.length === 0) return nothing;
    return html`<section><h3>${title}<span class="faint number">${media.length}</span></h3>
      <div class="strip">${media.map((one, index) => this.medium(one, index === 0))}</div></section>`;
  }

  private stage(): TemplateResult | typeof nothing {
    const one = this.open === null ? undefined : this.shown[this.open];
    if (one === undefined) return nothing;
    const many = this.shown.length > 1;
    const label = t(one.role === "proof" ? "photo.after" : one.role === "check" ? "photo.check" : "photo.before");
    return html`<div class="stage" @keydown=${this.onKey}>
      <header>
        <strong>${label} <span class="number faint">${(this.open ?? 0) + 1}/${this.shown.length}</span></strong>
        <button autofocus @click=${() => this.dialog.close()}>${icon("cross")}${t("action.close_view")} <kbd>Esc</kbd></button>
      </header>
      ${many ? html`<button class="bare" aria-label=${t("action.previous")} @click=${() => this.move(-1)}>${icon("left")}</button>` : nothing}
      ${one.kind === "video" && one.video
        ? html`<ht-film .src=${one.video} .poster=${one.large ?? null} .label=${label} .seconds=${one.duration_s ?? null} @stale=${this.expired}></ht-film>`
        : html`<img src=${one.large ?? one.small ?? ""} alt=${label}>`}
      ${many ? html`<button class="bare" aria-label=${t("action.next")} @click=${() => this.move(1)}>${icon("right")}</button>` : nothing}
      <footer>${[
        one.taken_at ? t("photo.taken", { at: exact(one.taken_at, locale()) }) : null,
        one.width && one.height ? `${one.width} × ${one.height}` : null,
        one.kind === "video" && one.duration_s ? t("photo.film.length", { time: length(one.duration_s) }) : null,
        ...(one.warnings ?? []).map(warningText),
      ].filter((part) => part !== null).join(" · ")}
      ${one.original ? html` · <a href=${one.original} target="_blank" rel="noopener">${t("photo.original")}</a>` : nothing}</footer>
    </div>`;
  }

  override render(): TemplateResult {
    if (this.media.length === 0) return html`<p class="note">${t("photo.none")}</p>`;
    return html`<div class="sides">${this.side("report", t("photo.before"))}${this.side("proof", t("photo.after"))}${this.side("check", t("photo.check"))}</div>
      <dialog @close=${() => { this.open = null; }}>${this.stage()}</dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-photos": Photos } }
