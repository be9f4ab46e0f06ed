import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { HtElement } from "../../shared/element";
import { withExif } from "../../shared/exif-write";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { serverTime, type Mark } from "../../shared/server-time";

const LONGEST_EDGE = 2560;
const QUALITY = 0.88;

/** `unsure`: when it was taken, where the page cannot swear to the time it wrote. */
export interface Shot { file: File; unsure: Mark | null }

/** Whether this phone lets a page look through its camera. */
export const hasCamera = (): boolean => "mediaDevices" in navigator && "getUserMedia" in navigator.mediaDevices;

/** The camera with the picture from before laid over it, so that the one from after shows the same corner. Fires `shot`
 *  with a file that says when and where it was taken (by the city's clock; by the phone's own, and as a hint only, where the city
 *  was not heard yet), and `blind` when there is no camera to look through. */
@customElement("ht-viewfinder")
export class Viewfinder extends HtElement {
  @property() ghostly: string | null = null;
  @property({ attribute: false }) here: { lon: number; lat: number; accuracy_m?: number } | null = null;
  @state() private ghost = 35;
  @state() private busy = false;
  /** The first frame has come. */
  @state() private seeing = false;
  @query("dialog") private dialog!: HTMLDialogElement;
  @query("video") private video!: HTMLVideoElement;
  private stream: MediaStream | null = null;

  static override styles = [controls, css`
    dialog { border: 0; padding: 0; width: 100vw; height: 100vh; height: 100dvh; max-width: none; max-height: none; background: var(--paper); color: var(--ink); }
    .finder { display: grid; grid-template: minmax(0, 1fr) auto / minmax(0, 1fr); height: 100%; }
    .scene { position: relative; overflow: hidden; background: var(--sunken); }
    video, .scene img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
    .g0 { opacity: 0; } .g1 { opacity: 0.2; } .g2 { opacity: 0.35; } .g3 { opacity: 0.55; } .g4 { opacity: 0.8; }
    .foot { display: grid; gap: var(--s-2); padding: var(--s-3); background: var(--surface); }
    .foot label { display: grid; grid-template-columns: auto 1fr; align-items: center; gap: var(--s-3); }
    .foot input { min-height: var(--target); }
    .row { display: grid; grid-template-columns: 1fr 2fr; gap: var(--s-2); }
    .row button { min-height: 3.5rem; font-size: var(--t-l); }
  `];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.rest();
  }

  async open(): Promise<void> {
    try {
      const picture = { facingMode: { ideal: "environment" }, width: { ideal: LONGEST_EDGE } };
      this.stream = await navigator.mediaDevices.getUserMedia({ video: picture, audio: false });
    } catch {
      this.dispatchEvent(new CustomEvent("blind"));
      return;
    }
    this.dialog.showModal();
    this.video.srcObject = this.stream;
    await this.video.play().catch(() => undefined);
  }

  private rest(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.seeing = false;
  }

  private close(): void {
    this.rest();
    this.dialog.close();
  }

  private async shoot(): Promise<void> {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (this.busy || width === 0) return;
    this.busy = true;
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d")?.drawImage(this.video, 0, 0);
    const blob = await new Promise<Blob | null>((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
    this.busy = false;
    if (blob === null) return;
    const mark = serverTime.mark();
    const when = serverTime.when(mark);
    const at = new Date(when ?? mark.wall);
    const place = this.here === null ? {} : { lon: this.here.lon, lat: this.here.lat, ...(this.here.accuracy_m === undefined ? {} : { accuracy: this.here.accuracy_m }) };
    const bytes = withExif(new Uint8Array(await blob.arrayBuffer()), { at, offset: -at.getTimezoneOffset(), unsure: when === null, ...place });
    const name = `sau-xu-ly-${at.toISOString().slice(0, 19).replace(/[-:T]/g, "")}.jpg`;
    this.close();
    const file = new File([bytes], name, { type: "image/jpeg" });
    this.dispatchEvent(new CustomEvent<Shot>("shot", { detail: { file, unsure: when === null ? mark : null } }));
  }

  private strength(): TemplateResult | typeof nothing {
    if (this.ghostly === null) return nothing;
    return html`<label>${t("crew.ghost")}<input type="range" min="0" max="80" step="5" .value=${String(this.ghost)} @input=${(event: Event) => { this.ghost = Number((event.target as HTMLInputElement).value); }}></label>`;
  }

  override render(): TemplateResult {
    const step = Math.min(4, Math.round(this.ghost / 20));
    return html`<dialog aria-label=${t("crew.camera")} @close=${() => this.rest()}><div class="finder">
      <div class="scene"><video playsinline muted @loadeddata=${() => { this.seeing = true; }} aria-label=${t("crew.camera")}></video>
        ${this.ghostly === null ? nothing : html`<img class="g${step}" src=${this.ghostly} alt=${t("photo.before")}>`}</div>
      <div class="foot">${this.strength()}
        <div class="row"><button @click=${() => this.close()}>${t("action.cancel")}</button>
          <button class="first" data-shutter ?disabled=${this.busy || !this.seeing} @click=${() => void this.shoot()}>${icon("camera")}${t("crew.shoot")}</button></div></div></div></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-viewfinder": Viewfinder } }
