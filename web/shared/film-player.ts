import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { controls } from "./controls";
import { HtElement } from "./element";
import { length } from "./media-words";
import { t } from "./preferences";

/** A film or a voice note with the browser's own controls: they speak every person's language and obey every keyboard.
 *  Nothing is fetched before somebody plays it. Fires `stale` when the address has expired. */
@customElement("ht-film")
export class FilmPlayer extends HtElement {
  @property() src = "";
  @property() poster: string | null = null;
  @property() label = "";
  @property({ type: Boolean }) voice = false;
  @property({ type: Number }) seconds: number | null = null;
  @state() private failed = false;

  static override styles = [controls, css`
    :host { display: block; min-height: 0; }
    video { display: block; width: 100%; height: 100%; background: #000; border-radius: var(--r-m); }
    audio { display: block; width: 100%; height: 2.75rem; }
    .row { display: grid; gap: var(--s-1); }
  `];

  private readonly broken = (): void => {
    this.failed = true;
    this.dispatchEvent(new CustomEvent("stale", { bubbles: true, composed: true }));
  };

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("src")) this.failed = false;
  }

  override render(): TemplateResult {
    if (this.voice) {
      return html`<div class="row"><audio controls preload="none" src=${this.src} aria-label=${this.label} @error=${this.broken}></audio>
        ${this.failed ? html`<span class="chip late" role="status"><span>${t("photo.voice.none")}</span></span>` : nothing}</div>`;
    }
    return html`<video controls playsinline preload="none" src=${this.src} poster=${this.poster ?? ""} aria-label=${`${this.label}${this.seconds === null ? "" : ` (${length(this.seconds)})`}`} @error=${this.broken}></video>
      ${this.failed ? html`<span class="chip late" role="status"><span>${t("photo.film.none")}</span></span>` : nothing}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-film": FilmPlayer } }
