import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import "../shared/film-player";
import { icon } from "../shared/icons";
import { absence, length, mediaName, privacyText, warningText } from "../shared/media-words";
import type { Area, Media, Report } from "../shared/model";
import { locale, t } from "../shared/preferences";
import { exact } from "../shared/times";
import { leave, staysClosed } from "./keyboard";
import { reviewPrivacy } from "./privacy";
import { StaffElement } from "./staff-element";
import { styled } from "./styled";

type Mode = "one" | "slider" | "beside";
const WIDE = "(min-width: 1150px)";
const percent = (part: number): string => `${Math.round(part * 1000) / 10}%`;

/** Pictures and films of a case, as large as the screen: one by one with what is hidden from the public drawn in, or before
 *  and after over each other with a slider, or beside each other. Everything by keyboard. */
@customElement("ht-viewer")
export class MediaViewer extends StaffElement {
  @state() private code: string | null = null;
  @state() private at = 0;
  @state() private mode: Mode = "one";
  @state() private drawn = true;
  @state() private cut = 50;
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [controls, css`
    dialog { border: 0; padding: 0; width: 100vw; height: 100vh; height: 100dvh; max-width: none; max-height: none; background: var(--paper); color: var(--ink); }
    .stage { display: grid; grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr); height: 100%; padding: var(--s-2); gap: var(--s-2); }
    .top, footer { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: center; }
    .top strong { flex: 1; min-width: 8rem; }
    footer { justify-content: center; color: var(--ink-2); font-size: var(--t-s); }
    .view { display: grid; grid-template: minmax(0, 1fr) / auto minmax(0, 1fr) auto; gap: var(--s-2); align-items: center; min-height: 0; }
    .view.wide { grid-template-columns: minmax(0, 1fr); }
    .view > button { height: 5rem; }
    .fit { position: relative; container-type: size; width: 100%; height: 100%; display: grid; place-items: center; }
    .frame { position: relative; aspect-ratio: var(--ratio); width: min(100cqw, 100cqh * var(--number)); }
    .frame img, ht-film { width: 100%; height: 100%; display: block; object-fit: contain; }
    .area { position: absolute; left: var(--x); top: var(--y); width: var(--w); height: var(--h); border: 2px solid #fff; outline: 2px solid #111; background: repeating-linear-gradient(45deg, rgb(0 0 0 / 45%) 0 6px, rgb(0 0 0 / 20%) 6px 12px); }
    .area span { position: absolute; left: 0; bottom: 100%; padding: 0 0.3em; background: #111; color: #fff; font-size: var(--t-xs); white-space: nowrap; }
    .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: var(--s-3); height: 100%; min-height: 0; }
    figure { display: grid; grid-template: auto minmax(0, 1fr) / minmax(0, 1fr); gap: var(--s-1); min-height: 0; }
    figcaption { font-weight: 600; }
    figure img { width: 100%; height: 100%; min-height: 0; object-fit: contain; background: var(--sunken); border-radius: var(--r-m); }
    .slide { position: relative; width: 100%; height: 100%; min-height: 0; overflow: hidden; background: var(--sunken); border-radius: var(--r-m); }
    .slide img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
    .slide .after { clip-path: inset(0 0 0 var(--cut)); }
    .slide .rule { position: absolute; inset: 0 auto 0 var(--cut); width: 3px; margin-left: -1.5px; background: #fff; box-shadow: 0 0 0 1px #111; pointer-events: none; }
    .slide input { position: absolute; inset: auto 0 var(--s-3); width: calc(100% - 2rem); margin: 0 1rem; min-height: var(--target); padding: 0; background: none; border: 0; }
    .slide .name { position: absolute; top: var(--s-2); padding: 0 0.5em; background: rgb(0 0 0 / 75%); color: #fff; border-radius: var(--r-s); font-weight: 600; }
    .slide .name.b { left: var(--s-2); }
    .slide .name.a { right: var(--s-2); }
    @media (max-width: 700px) { .pair { grid-template: repeat(2, minmax(0, 1fr)) / minmax(0, 1fr); } }
  `];

  get isOpen(): boolean {
    return this.dialog.open;
  }

  /** Opens on a medium, or on before and after where both are there. */
  async show(code: string, mediaId: string | null = null): Promise<void> {
    this.code = code;
    const at = this.media.findIndex((one) => one.id === mediaId);
    if (this.media.length === 0) {
      this.code = null;
      return;
    }
    this.at = Math.max(0, at);
    this.mode = at < 0 && this.sides !== null ? (window.matchMedia(WIDE).matches ? "beside" : "slider") : "one";
    this.cut = 50;
    await this.updateComplete;
    if (!this.dialog.open) this.dialog.showModal();
  }

  private get report(): Report | undefined {
    return this.desk.report(this.code);
  }

  private get media(): Media[] {
    const all = this.report?.media ?? [];
    const shown = all.filter((one) => absence(one) === null && one.kind !== "audio" && (one.large ?? one.small));
    return (["report", "proof", "check"] as const).flatMap((role) => shown.filter((one) => one.role === role));
  }

  /** The pictures that are compared: the first of the resident and the newest of the agency. */
  private get sides(): { before: Media; after: Media } | null {
    const pictures = this.media.filter((one) => one.kind !== "video");
    const before = pictures.find((one) => one.role === "report");
    const after = pictures.findLast((one) => one.role === "proof");
    return before === undefined || after === undefined ? null : { before, after };
  }

  private onKey(event: KeyboardEvent): void {
    event.stopPropagation();
    const target = event.composedPath()[0];
    const own = target instanceof HTMLInputElement || (target instanceof HTMLElement && target.localName === "ht-film");
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const key = event.key.toUpperCase();
    if (step !== 0 && !own && this.mode === "one") this.at = (this.at + step + this.media.length) % this.media.length;
    else if (step !== 0 && !own && this.mode === "slider") this.cut = Math.min(100, Math.max(0, this.cut + step * 5));
    else if (key === "H" && this.mode === "one") this.drawn = !this.drawn;
    else if (["1", "2", "3"].includes(key)) this.pick((["one", "slider", "beside"] as const)[Number(key) - 1] ?? "one");
    else return;
    event.preventDefault();
  }

  private pick(mode: Mode): void {
    if (mode === "one" || this.sides !== null) this.mode = mode;
  }

  private area(area: Area): TemplateResult {
    return html`<div class="area" ${styled({ "--x": percent(area.x), "--y": percent(area.y), "--w": percent(area.w), "--h": percent(area.h) })}><span>${t(`privacy.kind.${area.kind}`)}</span></div>`;
  }

  private one(one: Media, label: string): TemplateResult {
    const many = this.media.length > 1;
    const step = (by: number): void => { this.at = (this.at + by + this.media.length) % this.media.length; };
    const ratio = (one.width ?? 4) / (one.height ?? 3);
    return html`<div class="view">${many ? html`<button class="bare" aria-label=${t("action.previous")} @click=${() => step(-1)}>${icon("left")}</button>` : html`<span></span>`}
      <div class="fit"><div class="frame" ${styled({ "--ratio": String(ratio), "--number": String(ratio) })}>${one.kind === "video" && one.video
        ? html`<ht-film .src=${one.video} .poster=${one.large ?? null} .label=${label} .seconds=${one.duration_s ?? null}></ht-film>`
        : html`<img src=${one.large ?? one.small ?? ""} alt=${label}>${this.drawn ? (one.privacy?.areas ?? []).map((area) => this.area(area)) : nothing}`}</div></div>
      ${many ? html`<button class="bare" aria-label=${t("action.next")} @click=${() => step(1)}>${icon("right")}</button>` : html`<span></span>`}</div>`;
  }

  private pair({ before, after }: { before: Media; after: Media }): TemplateResult {
    if (this.mode === "beside") {
      return html`<div class="view wide"><div class="pair">${[before, after].map((one) => html`<figure><figcaption>${t(one === before ? "photo.before" : "photo.after")}${one.taken_at ? html` <span class="faint">${exact(one.taken_at, locale())}</span>` : nothing}</figcaption><img src=${one.large ?? one.small ?? ""} alt=${t(one === before ? "photo.before" : "photo.after")}></figure>`)}</div></div>`;
    }
    return html`<div class="view wide"><div class="slide" ${styled({ "--cut": `${this.cut}%` })} @pointermove=${(event: PointerEvent) => this.drag(event)}>
      <img src=${before.large ?? before.small ?? ""} alt=${t("photo.before")}><img class="after" src=${after.large ?? after.small ?? ""} alt=${t("photo.after")}>
      <span class="name b">${t("photo.before")}</span><span class="name a">${t("photo.after")}</span><span class="rule"></span>
      <input type="range" min="0" max="100" aria-label=${t("viewer.slider")} .value=${String(this.cut)} @input=${(event: Event) => { this.cut = Number((event.target as HTMLInputElement).value); }}></div></div>`;
  }

  private drag(event: PointerEvent): void {
    if (event.buttons !== 1 || event.target instanceof HTMLInputElement) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    this.cut = Math.round(Math.min(100, Math.max(0, ((event.clientX - box.left) / box.width) * 100)));
  }

  private modes(): TemplateResult | typeof nothing {
    if (this.sides === null) return nothing;
    return html`${(["one", "slider", "beside"] as const).map((mode, at) => html`<button data-mode=${mode} aria-pressed=${mode === this.mode} @click=${() => this.pick(mode)}>${t(`viewer.${mode}`)} <kbd>${at + 1}</kbd></button>`)}`;
  }

  override render(): TemplateResult {
    const { media, sides, code } = this;
    const one = media[Math.min(this.at, media.length - 1)];
    if (code === null || one === undefined) return html`<dialog @close=${(event: Event) => { if (staysClosed(event)) this.code = null; }}></dialog>`;
    const label = mediaName(one, this.report?.media ?? media);
    const areas = one.privacy?.areas.length ?? 0;
    const single = this.mode === "one" || sides === null;
    const told = privacyText(one)?.text;
    return html`<dialog aria-label=${t("viewer.title")} @close=${(event: Event) => { if (staysClosed(event)) this.code = null; }} @keydown=${(event: KeyboardEvent) => this.onKey(event)}><div class="stage">
      <div class="top"><strong>${single ? html`${label} <span class="number faint">${this.at + 1}/${media.length}</span>` : `${t("photo.before")} · ${t("photo.after")}`}</strong>${this.modes()}
        ${single && areas > 0 ? html`<button aria-pressed=${this.drawn} @click=${() => { this.drawn = !this.drawn; }}>${icon("eye")}${t("viewer.hidden", { n: areas })} <kbd>H</kbd></button>` : nothing}
        ${single && told !== undefined ? html`<button data-review @click=${() => void reviewPrivacy(this.desk, code, one.id)}>${icon("shield")}${t("privacy.open")}</button>` : nothing}
        <button autofocus @click=${() => leave(this.dialog)}>${icon("cross")}${t("action.close_view")} <kbd>Esc</kbd></button></div>
      ${single ? this.one(one, label) : this.pair(sides)}
      <footer>${single ? [
        told ?? null,
        one.taken_at ? t("photo.taken", { at: exact(one.taken_at, locale()) }) : null,
        one.width && one.height ? `${one.width} × ${one.height}` : null,
        one.kind === "video" && one.duration_s ? t("photo.film.length", { time: length(one.duration_s) }) : null,
        ...(one.warnings ?? []).map(warningText),
      ].filter((part) => part !== null).join(" · ") : t("viewer.keys")}
      ${single && one.original ? html`<a href=${one.original} target="_blank" rel="noopener">${t("photo.original")}</a>` : nothing}</footer>
    </div></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-viewer": MediaViewer } }
