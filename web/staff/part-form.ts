import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { HtElement } from "../shared/element";
import { icon } from "../shared/icons";
import { uuid } from "../shared/identity";
import { t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { upload } from "../shared/tus";
import { faultText } from "./tell";
import { keyed } from "./work-model";

/** A supporting agency's part: asked for by the lead in words, or done with words and photos. Fires `done`, `leave`. */
@customElement("ht-part-form")
export class PartForm extends HtElement {
  @property() code = "";
  @property() agency = "";
  @property({ type: Boolean }) finishing = false;
  @state() private words = "";
  @state() private photos: { name: string; share: number; id: string | null }[] = [];
  @state() private fault: string | null = null;
  @state() private busy = false;
  private readonly key = uuid();

  static override styles = [controls, css`form { display: grid; gap: var(--s-2); } .end { display: flex; gap: var(--s-2); justify-content: flex-end; flex-wrap: wrap; }`];

  private async take(files: FileList | null): Promise<void> {
    for (const file of files ?? []) {
      const photo = { name: file.name, share: 0, id: null as string | null };
      this.photos = [...this.photos, photo];
      try {
        photo.id = await upload(file, (share) => { photo.share = share; this.requestUpdate(); }, new AbortController().signal);
      } catch (error) {
        this.photos = this.photos.filter((one) => one !== photo);
        this.fault = faultText(asRefused(error));
      }
      this.requestUpdate();
    }
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    if (this.words.trim() === "" || this.busy) return;
    this.busy = true;
    this.fault = null;
    const path = `/api/v1/reports/${this.code}/parts`;
    try {
      if (this.finishing) await api(`${path}/done`, { method: "POST", headers: keyed(this.key), body: { words: this.words.trim(), media: this.photos.flatMap((one) => one.id ?? []) } });
      else await api(path, { method: "POST", body: { agency: this.agency, what: this.words.trim() } });
      this.dispatchEvent(new CustomEvent("done"));
    } catch (error) {
      this.fault = faultText(asRefused(error));
    }
    this.busy = false;
  }

  override render(): TemplateResult {
    const waits = this.photos.some((one) => one.id === null);
    return html`<form @submit=${(event: Event) => void this.send(event)}>${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}
      <label>${t(this.finishing ? "part.words" : "part.what")}<textarea rows="2" required .value=${this.words} @input=${(event: Event) => { this.words = (event.target as HTMLTextAreaElement).value; }}></textarea></label>
      ${this.photos.map((one) => html`<p class="quiet">${icon("image")} ${one.name} <progress max="1" .value=${one.share} aria-label=${one.name}></progress></p>`)}
      <div class="end">${this.finishing ? html`<label class="button">${icon("camera")}${t("crew.photo")}<input class="visually-hidden" type="file" accept="image/*" multiple @change=${(event: Event) => void this.take((event.target as HTMLInputElement).files)}></label>` : nothing}
        <button type="button" @click=${() => this.dispatchEvent(new CustomEvent("leave"))}>${t("action.cancel")}</button>
        <button class="first" ?disabled=${this.busy || waits}>${t(this.finishing ? "part.finish" : "part.ask")}</button></div></form>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-part-form": PartForm } }
