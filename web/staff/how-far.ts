import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { HtElement } from "../shared/element";
import { icon } from "../shared/icons";
import type { Location } from "../shared/model";
import { t } from "../shared/preferences";
import { metres } from "./proof-words";

const EARTH_M = 6_371_008.8;

/** Metres between two points given in degrees, WGS 84. */
export function between(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const rad = Math.PI / 180;
  const h = Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lon - a.lon) * rad) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** How far this device is from the place, once the officer asks: nobody is located without having pressed. */
@customElement("ht-how-far")
export class HowFar extends HtElement {
  @property({ attribute: false }) place: Location | null = null;
  @state() private here: { lon: number; lat: number; accuracy: number } | null = null;
  @state() private failed = false;
  private watching: number | null = null;

  static override styles = [controls, css`:host { display: block; } p { display: flex; gap: var(--s-2); align-items: center; }`];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.watching !== null) navigator.geolocation.clearWatch(this.watching);
    this.watching = null;
  }

  private ask(): void {
    this.failed = false;
    this.watching = navigator.geolocation.watchPosition(({ coords }) => {
      this.here = { lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy };
    }, () => { this.failed = true; }, { enableHighAccuracy: true, timeout: 20_000 });
  }

  override render(): TemplateResult | typeof nothing {
    if (this.place === null || !("geolocation" in navigator)) return nothing;
    if (this.failed) return html`<p class="quiet">${icon("pin")}${t("proof.here.none")}</p>`;
    if (this.here === null) return html`<button type="button" data-here @click=${() => this.ask()}>${icon("pin")}${t("proof.here")}</button>`;
    return html`<p role="status"><strong>${icon("pin")} ${t("proof.here.now", { distance: metres(between(this.here, this.place)), accuracy: metres(this.here.accuracy) })}</strong></p>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-how-far": HowFar } }
