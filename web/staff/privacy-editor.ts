import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import "../shared/film-player";
import { icon } from "../shared/icons";
import { fresh, length, mediaName, privacyText, withheldText } from "../shared/media-words";
import type { Area, AreaKind, Media } from "../shared/model";
import { t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { body, newArea, reshaped, sameAreas, Steps, type Box } from "./areas";
import "./area-board";
import type { AreaBoard } from "./area-board";
import "./hidden-preview";
import { leave } from "./keyboard";
import { areaList, KINDS } from "./privacy-list";
import { privacyStyles } from "./privacy-styles";
import { StaffElement } from "./staff-element";
import { styled } from "./styled";
import { faultText } from "./tell";

const POLL_MS = 3_000;
const ZOOMS = [1, 1.5, 2, 3, 4] as const;
/** A new area by keyboard: large enough to be seen, in the middle. */
const FIRST: Box = { x: 0.42, y: 0.42, w: 0.16, h: 0.16 };

/** Over the staff's copy of a picture or film: what is hidden for the public, to be mended and released by a person. Beside
 *  it what the public will see. Nothing is lost by a failed save; somebody else's newer areas are shown before they win. */
@customElement("ht-privacy-editor")
export class PrivacyEditor extends StaffElement {
  @property() code = "";
  @property() mediaId = "";
  @state() private steps = new Steps([]);
  @state() private chosen: string | null = null;
  @state() private kind: AreaKind = "face";
  @state() private zoom = 0;
  @state() private second = 0;
  @state() private duration = 0;
  @state() private playing = false;
  @state() private asking: "confirm" | "discard" | null = null;
  @state() private busy = false;
  @state() private fault: string | null = null;
  @state() private drawn = 0;
  @state() private broken = false;
  @query("dialog") private dialog!: HTMLDialogElement;
  @query("ht-area-board") private board!: AreaBoard;
  @query(".source") private source!: HTMLImageElement | HTMLVideoElement | null;
  /** The areas as the server has them, and since when. */
  private saved: readonly Area[] = [];
  private base: string | null = null;
  private poll: number | null = null;

  static override styles = [controls, privacyStyles];

  private get medium(): Media | undefined {
    return this.desk.report(this.code)?.media.find((one) => one.id === this.mediaId);
  }

  private get film(): boolean {
    return this.medium?.kind === "video";
  }

  private get dirty(): boolean {
    return !sameAreas(this.steps.areas, this.saved);
  }

  async show(): Promise<void> {
    this.take();
    await this.updateComplete;
    this.dialog.showModal();
    this.poll = window.setInterval(() => this.askAgain(), POLL_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.poll !== null) window.clearInterval(this.poll);
  }

  /** Starts (again) from what the server has. */
  private take(): void {
    const privacy = this.medium?.privacy;
    this.saved = privacy?.areas ?? [];
    this.base = privacy?.at ?? null;
    this.steps = new Steps(this.saved);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.elsewhere && !this.dirty) this.take();
  }

  /** Whether the areas on the server are others than those this began with. */
  private get elsewhere(): boolean {
    return (this.medium?.privacy?.at ?? null) !== this.base;
  }

  /** The new public copy is told by an event; this is for the day the event does not come. */
  private askAgain(): void {
    const medium = this.medium;
    if (medium !== undefined && !this.busy && medium.privacy?.state !== "withheld" && !medium.public) void this.desk.refresh(this.code).catch(() => undefined);
  }

  private set(areas: readonly Area[], same = false): void {
    this.steps.set(areas, same);
    this.asking = null;
    this.requestUpdate();
  }

  private add(box: Box): void {
    const area = newArea(this.kind, box, this.film ? this.duration : null);
    this.set([...this.steps.areas, area]);
    this.chosen = area.id;
    void this.updateComplete.then(() => this.board.focusOn(area.id));
  }

  private change(id: string, part: Partial<Area>, same = false): void {
    this.set(this.steps.areas.map((one) => (one.id === id ? { ...reshaped(one, { x: one.x, y: one.y, w: one.w, h: one.h }), ...part } : one)), same);
  }

  private drop(id: string): void {
    const at = this.steps.areas.findIndex((one) => one.id === id);
    const rest = this.steps.areas.filter((one) => one.id !== id);
    this.set(rest);
    const next = rest[Math.min(at, rest.length - 1)];
    this.chosen = next?.id ?? null;
    void this.updateComplete.then(() => this.board.focusOn(next?.id ?? null));
  }

  private step(back: boolean): void {
    if (back) this.steps.undo();
    else this.steps.redo();
    if (!this.steps.areas.some((one) => one.id === this.chosen)) this.chosen = null;
    this.asking = null;
    this.requestUpdate();
  }

  private magnify(by: 1 | -1): void {
    this.zoom = Math.min(ZOOMS.length - 1, Math.max(0, this.zoom + by));
  }

  private onKey(event: KeyboardEvent): void {
    event.stopPropagation();
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    const mark = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (mark && key === "z") this.step(!event.shiftKey);
    else if (mark && key === "y") this.step(false);
    else if (mark && key === "enter") void this.save();
    else if (mark || event.altKey || typing) return;
    else if (key === "n") this.add(FIRST);
    else if (key === "+" || key === "=") this.magnify(1);
    else if (key === "-") this.magnify(-1);
    else return;
    event.preventDefault();
  }

  private leave(event?: Event): void {
    if (this.dirty && this.asking !== "discard") {
      event?.preventDefault();
      this.asking = "discard";
      return;
    }
    leave(this.dialog);
  }

  /** What the server cannot know: that a person has looked. Asked where a picture without any hidden area would go out. */
  private get mustConfirm(): boolean {
    return this.steps.areas.length === 0 || this.medium?.privacy?.state === "withheld";
  }

  private async save(confirmed = false): Promise<void> {
    if (this.busy || !this.canSave) return;
    if (this.mustConfirm && !confirmed) {
      this.asking = "confirm";
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>("[data-yes]")?.focus();
      return;
    }
    this.asking = null;
    this.busy = true;
    this.fault = null;
    try {
      const item = await api<Media>(`/api/v1/media/${encodeURIComponent(this.mediaId)}/privacy`, { method: "PUT", body: { areas: body(this.steps.areas) } });
      this.keep(item);
    } catch (error) {
      this.fault = faultText(asRefused(error));
    } finally {
      this.busy = false;
    }
  }

  private keep(item: Media): void {
    const report = this.desk.report(this.code);
    this.base = item.privacy?.at ?? null;
    this.saved = item.privacy?.areas ?? [];
    this.steps = new Steps(this.saved);
    this.chosen = null;
    if (report !== undefined) this.desk.take({ ...report, media: report.media.map((one) => (one.id === item.id ? item : one)) });
    this.desk.toast(t("privacy.saved"), "done");
  }

  private get canSave(): boolean {
    return this.dirty || this.medium?.privacy?.state !== "checked";
  }

  private readonly loaded = (): void => {
    this.broken = false;
    if (this.source instanceof HTMLVideoElement) this.duration = this.source.duration;
    this.drawn += 1;
  };

  private readonly unloaded = (): void => {
    if (!this.broken) void this.desk.refresh(this.code).catch(() => undefined);
    this.broken = true;
  };

  private readonly frame = (): void => {
    if (!(this.source instanceof HTMLVideoElement)) return;
    this.second = this.source.currentTime;
    this.playing = !this.source.paused && !this.source.ended;
    this.drawn += 1;
    if (this.playing) requestAnimationFrame(this.frame);
  };

  private seek(second: number): void {
    if (this.source instanceof HTMLVideoElement) this.source.currentTime = second;
    this.second = second;
  }

  private play(): void {
    if (!(this.source instanceof HTMLVideoElement)) return;
    if (this.source.paused) void this.source.play().then(this.frame, () => undefined);
    else this.source.pause();
  }

  private get ratio(): number {
    const { source, medium } = this;
    if (source instanceof HTMLVideoElement && source.videoWidth > 0) return source.videoWidth / source.videoHeight;
    if (source instanceof HTMLImageElement && source.naturalWidth > 0) return source.naturalWidth / source.naturalHeight;
    return (medium?.width ?? 4) / (medium?.height ?? 3);
  }

  private scene(medium: Media): TemplateResult {
    const picture = medium.large ?? medium.small;
    return html`<section class="pane scene"><h3>${icon("eye")}${t("privacy.scene")}</h3>
      <div class="room"><div class="frame" ${styled({ "--ratio": String(this.ratio), "--zoom": String(ZOOMS[this.zoom] ?? 1) })}>
        ${this.film
          ? html`<video class="source" muted playsinline preload="auto" src=${medium.video ?? ""} @loadeddata=${this.loaded} @seeked=${this.frame} @timeupdate=${this.frame} @pause=${this.frame} @play=${this.frame} @error=${this.unloaded}></video>`
          : html`<img class="source" src=${picture ?? ""} alt="" @load=${this.loaded} @error=${this.unloaded}>`}
        ${this.broken ? html`<div class="scrim" role="status">${icon("offline")}<span>${t(this.film ? "photo.film.none" : "photo.processing")}</span></div>` : nothing}
        <ht-area-board .areas=${this.steps.areas} .chosen=${this.chosen} .second=${this.film ? this.second : null}
          @choose-area=${(event: CustomEvent<string | null>) => { event.stopPropagation(); this.chosen = event.detail; }} @draw=${(event: CustomEvent<Box>) => this.add(event.detail)}
          @shape=${(event: CustomEvent<{ id: string; box: Box; same: boolean }>) => this.change(event.detail.id, event.detail.box, event.detail.same)} @remove=${(event: CustomEvent<string>) => this.drop(event.detail)}></ht-area-board>
      </div></div>
      ${this.film ? this.times() : nothing}</section>`;
  }

  private times(): TemplateResult {
    const share = (second: number): string => `${this.duration > 0 ? (100 * second) / this.duration : 0}%`;
    return html`<div class="times"><button class="square" aria-label=${t(this.playing ? "privacy.pause" : "privacy.play")} @click=${() => this.play()}>${icon(this.playing ? "pause" : "play")}</button>
      <input type="range" min="0" max=${this.duration} step="0.04" .value=${String(this.second)} aria-label=${t("privacy.time")} aria-valuetext=${length(this.second)} @input=${(event: Event) => this.seek((event.target as HTMLInputElement).valueAsNumber)}>
      <span class="number">${length(this.second)} / ${length(this.duration)}</span>
      <div class="lanes" aria-hidden="true">${this.steps.areas.map((area) => html`<span class=${area.id === this.chosen ? "chosen" : ""}
        ${styled({ left: share(area.from_s ?? 0), width: share((area.to_s ?? this.duration) - (area.from_s ?? 0)) })}></span>`)}</div></div>`;
  }

  private public(medium: Media): TemplateResult {
    const copy = medium.public;
    const real = !this.dirty && copy !== null && copy !== undefined && medium.privacy?.state === "checked" && copy.large !== null;
    const film = real ? fresh(medium, copy.video) : null;
    return html`<section class="pane public"><h3>${icon("users")}${t(real ? "privacy.public" : "privacy.preview")}
        ${!this.dirty && medium.privacy?.state === "checked" && !copy ? html`<span class="chip" role="status">${t("privacy.state.making")}</span>` : nothing}</h3>
      <div class="room"><div class="frame" ${styled({ "--ratio": String(this.ratio) })}>
        ${film !== null ? html`<ht-film data-public .src=${film} .poster=${fresh(medium, copy?.large)} .label=${t("privacy.public.alt")} .seconds=${medium.duration_s ?? null}></ht-film>`
          : real ? html`<img data-public src=${fresh(medium, copy.large) ?? ""} alt=${t("privacy.public.alt")}>`
          : html`<ht-hidden-preview .source=${this.source} .areas=${this.steps.areas} .second=${this.film ? this.second : null} .drawn=${this.drawn} .label=${t("privacy.preview")}></ht-hidden-preview>`}
      </div></div></section>`;
  }

  private side(): TemplateResult {
    const areas = this.steps.areas;
    return html`<div class="side">
      <div class="tools kinds" role="group" aria-label=${t("privacy.kind")}>${KINDS.map((kind) => html`<button aria-pressed=${kind === this.kind} data-kind=${kind} @click=${() => { this.kind = kind; }}><span class="swatch ${kind}"></span>${t(`privacy.kind.${kind}`)}</button>`)}</div>
      <div class="tools">
        <button data-add @click=${() => this.add(FIRST)}>${icon("plus")}${t("privacy.add")} <kbd>N</kbd></button>
        <span class="group"><button class="square" data-undo aria-label=${t("action.undo")} title=${t("action.undo")} ?disabled=${!this.steps.canUndo} @click=${() => this.step(true)}>${icon("undo")}</button>
        <button class="square" data-redo aria-label=${t("privacy.redo")} title=${t("privacy.redo")} ?disabled=${!this.steps.canRedo} @click=${() => this.step(false)}>${icon("redo")}</button></span>
        <span class="group"><button class="square" aria-label=${t("privacy.zoom.out")} title=${t("privacy.zoom.out")} ?disabled=${this.zoom === 0} @click=${() => this.magnify(-1)}>${icon("minus")}</button>
        <button class="square" aria-label=${t("privacy.zoom.in")} title=${t("privacy.zoom.in")} ?disabled=${this.zoom === ZOOMS.length - 1} @click=${() => this.magnify(1)}>${icon("search")}</button></span></div>
      <p class="hint">${t("privacy.hint")}</p>
      <h3>${t("privacy.areas", { n: areas.length })}</h3>
      ${areaList({
        areas, chosen: this.chosen, duration: this.film ? this.duration : null, second: this.second,
        choose: (id) => { this.chosen = id; }, change: (id, part) => this.change(id, part), remove: (id) => this.drop(id),
      })}</div>`;
  }

  private why(medium: Media): TemplateResult {
    const withheld = medium.privacy?.state === "withheld";
    return html`<div class="why">
      ${withheld ? html`<p class="note warn" data-why>${withheldText(medium.privacy?.reason)} ${t("privacy.withheld.do")}</p>` : nothing}
      ${this.elsewhere && this.dirty ? html`<p class="note warn" role="status">${t("privacy.moved")} <button class="link" @click=${() => this.take()}>${t("privacy.moved.take")}</button></p>` : nothing}</div>`;
  }

  private foot(): TemplateResult {
    const dirty = this.dirty;
    if (this.asking === "confirm") {
      return html`<footer><p class="tell" role="alert"><strong>${t(this.steps.areas.length === 0 ? "privacy.confirm.none" : "privacy.confirm.withheld")}</strong></p>
        <button @click=${() => { this.asking = null; }}>${t("privacy.confirm.no")}</button>
        <button class="first" data-yes @click=${() => void this.save(true)}>${icon("check")}${t("privacy.confirm.yes")}</button></footer>`;
    }
    if (this.asking === "discard") {
      return html`<footer><p class="tell" role="alert"><strong>${t("privacy.discard")}</strong></p>
        <button autofocus @click=${() => { this.asking = null; }}>${t("privacy.confirm.no")}</button>
        <button data-discard @click=${() => leave(this.dialog)}>${t("privacy.discard.yes")}</button></footer>`;
    }
    return html`<footer>${this.fault === null ? html`<span class="tell"></span>` : html`<p class="tell note bad" role="alert">${this.fault} ${t("fault.kept")}</p>`}
      <button data-leave @click=${() => this.leave()}>${t(dirty ? "action.cancel" : "privacy.done")} <kbd>Esc</kbd></button>
      <button class="first" data-save ?disabled=${this.busy || !this.canSave} @click=${() => void this.save()}>${icon("shield")}${this.busy ? t("pending") : t("privacy.save")} <kbd>Ctrl ↵</kbd></button></footer>`;
  }

  override render(): TemplateResult {
    const { medium } = this;
    const told = medium === undefined ? null : privacyText(medium);
    return html`<dialog aria-labelledby="title" @cancel=${(event: Event) => this.leave(event)} @close=${() => this.remove()} @keydown=${(event: KeyboardEvent) => this.onKey(event)}>
      ${medium === undefined ? nothing : html`<div class="whole" tabindex="-1" autofocus>
        <header><h2 id="title">${icon("shield")}${t("privacy.title")}</h2><span class="quiet">${mediaName(medium, this.desk.report(this.code)?.media ?? [])} · <span class="code">${this.code}</span></span>
          <span class="grow"></span>
          ${told === null ? nothing : html`<span class="chip ${told.wants ? "soon" : ""}">${told.text}</span>`}
          ${medium.privacy?.by ? html`<span class="quiet">${t("privacy.state.by", { name: medium.privacy.by })}</span>` : nothing}</header>
        <div class="work">${this.why(medium)}${this.scene(medium)}${this.public(medium)}${this.side()}</div>
        ${this.foot()}</div>`}</dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-privacy-editor": PrivacyEditor } }
