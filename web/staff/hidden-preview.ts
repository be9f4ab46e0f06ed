import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import type { Area } from "../shared/model";
import { placeAt } from "./areas";

const WIDEST = 1280;
const COARSE = 12;

/** A picture or the shown frame of a film with its areas made coarse, drawn here: what the public copy will be like before
 *  the server has made it. The real one hides more thoroughly; this one is never published. */
@customElement("ht-hidden-preview")
export class HiddenPreview extends LitElement {
  @property({ attribute: false }) source: HTMLImageElement | HTMLVideoElement | null = null;
  @property({ attribute: false }) areas: readonly Area[] = [];
  /** The second of the film; null for a picture. */
  @property({ attribute: false }) second: number | null = null;
  /** Counts up when the source shows something else. */
  @property({ type: Number }) drawn = 0;
  @property() label = "";
  @query("canvas") private canvas!: HTMLCanvasElement;

  static override styles = css`:host { display: block; } canvas { width: 100%; height: 100%; display: block; }`;

  protected override updated(): void {
    const { source } = this;
    const [width, height] = source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source?.naturalWidth ?? 0, source?.naturalHeight ?? 0];
    const pen = this.canvas.getContext("2d");
    if (source === null || pen === null || width === 0 || height === 0) return;
    const scale = Math.min(1, WIDEST / width);
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    pen.drawImage(source, 0, 0, this.canvas.width, this.canvas.height);
    for (const area of this.areas) this.hide(pen, area);
  }

  private hide(pen: CanvasRenderingContext2D, area: Area): void {
    const box = placeAt(area, this.second);
    if (box === null) return;
    const { width, height } = this.canvas;
    const [x, y, w, h] = [box.x * width, box.y * height, Math.max(1, box.w * width), Math.max(1, box.h * height)];
    const cells = document.createElement("canvas");
    cells.width = Math.max(1, Math.min(COARSE, Math.round(w / COARSE)));
    cells.height = Math.max(1, Math.min(COARSE, Math.round(h / COARSE)));
    cells.getContext("2d")?.drawImage(this.canvas, x, y, w, h, 0, 0, cells.width, cells.height);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(cells, 0, 0, cells.width, cells.height, x, y, w, h);
    pen.imageSmoothingEnabled = true;
  }

  override render(): TemplateResult {
    return html`<canvas role="img" aria-label=${this.label}></canvas>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-hidden-preview": HiddenPreview } }
