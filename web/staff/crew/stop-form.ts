import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { HtElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { NoRoom, type Draft, type OutboxMedia } from "../../shared/outbox/types";
import { blobOf, removeMedia } from "../../shared/outbox/drafts";
import { t } from "../../shared/preferences";
import type { Mark } from "../../shared/server-time";
import { beforePicture } from "./day";
import { addMedia, draftFor, saveDraft, tell, withWords, wordsOf, type Here, type Told } from "./results";
import type { Stop } from "./stops";
import { takenUnsure } from "./shot-clock";
import { hasCamera, type Shot as Taken, type Viewfinder } from "./viewfinder";
import "./viewfinder";

interface Shot { media: OutboxMedia; picture: string }

/** What was done at a stop, or why not: words and photos, kept at once, sent by itself. Fires `told`, `leave`. */
@customElement("ht-stop-form")
export class StopForm extends HtElement {
  @property({ attribute: false }) stop!: Stop;
  @property() told: Exclude<Told, "under_way"> = "done";
  @property() username = "";
  @property({ attribute: false }) here: Here = null;
  @state() private draft: Draft | null = null;
  @state() private shots: Shot[] = [];
  @state() private earlier: string | null = null;
  @state() private fault: string | null = null;
  @state() private keeping = 0;
  @state() private blind = !hasCamera();
  @query("ht-viewfinder") private finder!: Viewfinder;
  private saving: Promise<unknown> = Promise.resolve();

  static override styles = [controls, css`
    :host { display: grid; gap: var(--s-3); }
    textarea { min-height: 6rem; }
    .pair { display: grid; grid-template-columns: 1fr 1fr; gap: var(--s-2); }
    figure { margin: 0; display: grid; gap: var(--s-1); }
    figure img, .off { width: 100%; aspect-ratio: 4 / 3; object-fit: cover; border-radius: var(--r-m); border: 1px solid var(--line); }
    .off { display: grid; place-content: center; color: var(--ink-2); font-size: var(--t-s); text-align: center; padding: var(--s-2); }
    .shots { display: grid; grid-template-columns: repeat(3, 1fr); gap: var(--s-2); }
    .shots li { position: relative; }
    .shots img { width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: var(--r-m); }
    .shots button { position: absolute; top: 0; right: 0; min-height: var(--target); min-width: var(--target); }
    .big { min-height: 3.25rem; font-size: var(--t-l); justify-content: center; }
    .row { display: grid; grid-template-columns: 1fr 1fr; gap: var(--s-2); }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const shot of this.shots) URL.revokeObjectURL(shot.picture);
  }

  private async begin(): Promise<void> {
    void beforePicture(this.stop).then((picture) => { this.earlier = picture; });
    const draft = await draftFor(this.stop.id, this.username);
    this.draft = draft;
    for (const media of draft.media) {
      const blob = await blobOf(media);
      if (blob !== null) this.shots = [...this.shots, { media, picture: URL.createObjectURL(blob) }];
    }
  }

  private write(words: string): void {
    if (this.draft === null) return;
    const draft = withWords(this.draft, words);
    this.draft = draft;
    // One after the other: what was typed last is what stays.
    this.saving = this.saving.then(() => saveDraft(draft));
  }

  private async add(file: File, unsure: Mark | null = null): Promise<void> {
    if (this.draft === null) return;
    this.fault = null;
    this.keeping += 1;
    try {
      const media = await addMedia(this.draft, file, "image");
      if (unsure !== null) takenUnsure(media.id, unsure);
      this.draft = { ...this.draft, media: [...this.draft.media, media] };
      this.shots = [...this.shots, { media, picture: URL.createObjectURL(file) }];
    } catch (error) {
      this.fault = t(error instanceof NoRoom ? "crew.no_room" : "crew.not_kept");
    }
    this.keeping -= 1;
  }

  private async drop(shot: Shot): Promise<void> {
    if (this.draft === null) return;
    await removeMedia(this.draft, shot.media);
    this.draft = { ...this.draft, media: this.draft.media.filter((one) => one.id !== shot.media.id) };
    this.shots = this.shots.filter((one) => one !== shot);
    URL.revokeObjectURL(shot.picture);
  }

  private async send(): Promise<void> {
    const { draft } = this;
    if (draft === null || wordsOf(draft).trim() === "") {
      this.fault = t("crew.words.missing");
      this.renderRoot.querySelector("textarea")?.focus();
      return;
    }
    try {
      await this.saving;
      await tell(draft, this.told, this.here, this.stop.what);
      this.dispatchEvent(new CustomEvent("told"));
    } catch (error) {
      this.fault = t(error instanceof NoRoom ? "crew.no_room" : "crew.not_kept");
    }
  }

  private takeFiles(event: Event): void {
    const input = event.target as HTMLInputElement;
    for (const file of input.files ?? []) void this.add(file);
    input.value = "";
  }

  private camera(): TemplateResult {
    const gallery = html`<label class="button big">${icon("image")}${t("crew.gallery")}<input class="visually-hidden" type="file" accept="image/*" multiple data-gallery @change=${(event: Event) => this.takeFiles(event)}></label>`;
    const door = this.blind
      ? html`<label class="button big">${icon("camera")}${t("crew.photo")}<input class="visually-hidden" type="file" accept="image/*" capture="environment" @change=${(event: Event) => this.takeFiles(event)}></label>`
      : html`<button type="button" class="big" data-camera @click=${() => void this.finder.open()}>${icon("camera")}${t("crew.photo")}</button>`;
    return html`<div class="row">${door}${gallery}</div>
      <ht-viewfinder .ghostly=${this.earlier} .here=${this.here} @blind=${() => { this.blind = true; }} @shot=${(event: CustomEvent<Taken>) => void this.add(event.detail.file, event.detail.unsure)}></ht-viewfinder>`;
  }

  private pictures(): TemplateResult {
    const last = this.shots.at(-1);
    return html`<div class="pair"><figure><figcaption>${t("photo.before")}</figcaption>${this.earlier === null ? html`<p class="off">${t("photo.none")}</p>` : html`<img src=${this.earlier} alt=${t("photo.before")}>`}</figure>
        <figure><figcaption>${t("photo.after")}</figcaption>${last === undefined ? html`<p class="off">${t(this.keeping > 0 ? "crew.keeping" : "crew.no_photo")}</p>` : html`<img src=${last.picture} alt=${t("photo.after")}>`}</figure></div>
      ${this.shots.length === 0 ? nothing : html`<ul class="shots">${this.shots.map((shot, place) => html`<li><img src=${shot.picture} alt=${t("crew.photo.n", { n: place + 1 })}>
        <button type="button" class="square" aria-label=${t("crew.photo.remove", { n: place + 1 })} @click=${() => void this.drop(shot)}>${icon("cross")}</button></li>`)}</ul>`}`;
  }

  override render(): TemplateResult {
    const done = this.told === "done";
    return html`<h2 tabindex="-1">${t(done ? "crew.done.title" : "crew.unable.title")}</h2><p class="quiet">${this.stop.what}</p>
      ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}
      ${this.pictures()}${this.camera()}
      <label>${t(done ? "crew.done.words" : "crew.unable.words")}<textarea .value=${this.draft === null ? "" : wordsOf(this.draft)} @input=${(event: Event) => this.write((event.target as HTMLTextAreaElement).value)}></textarea></label>
      <div class="row"><button class="big" @click=${() => this.dispatchEvent(new CustomEvent("leave"))}>${t("crew.later")}</button>
        <button class="first big" data-send ?disabled=${this.draft === null || this.keeping > 0} @click=${() => void this.send()}>${icon("send")}${t("crew.send")}</button></div>
      <p class="faint">${t("crew.kept")}</p>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-stop-form": StopForm } }
