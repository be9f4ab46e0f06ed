import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";

import { HtElement } from "../../shared/element";
import { locale, t } from "../../shared/preferences";
import { short } from "../../shared/times";
import type { Names, Picture, Shown, Spot } from "./model";
import { wallText } from "./wall-styles";
import { categoryOf } from "./wording";

/** What was just published, in its public copies: before and after. */
@customElement("ht-wall-media")
export class WallMedia extends HtElement {
  @property({ attribute: false }) media: readonly Shown[] = [];
  @property({ attribute: false }) names!: Names;
  @property({ type: Number }) now = 0;
  @property({ type: Number }) most = 3;

  static override styles = [wallText, css`
    :host { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: calc(1.6 * var(--u)); height: 100%; min-height: 0; }
    :host([data-shape="wide"]) { grid-auto-flow: row; grid-auto-rows: minmax(0, 1fr); }
    article { display: grid; grid-template-rows: minmax(0, 1fr) auto; gap: calc(0.8 * var(--u)); min-height: 0; }
    .pair { display: grid; grid-auto-flow: row; grid-auto-rows: minmax(0, 1fr); gap: calc(0.5 * var(--u)); min-height: 0; }
    :host([data-shape="wide"]) .pair, :host([data-few]) .pair { grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); }
    figure { position: relative; min-height: 0; border-radius: calc(0.7 * var(--u)); overflow: hidden; background: var(--sunken); }
    img { width: 100%; height: 100%; object-fit: cover; filter: brightness(0.82); }
    figcaption { position: absolute; left: 0; bottom: 0; padding: calc(0.2 * var(--u)) calc(1 * var(--u)); background: rgb(0 0 0 / 72%); color: #fff; font-weight: 600; border-top-right-radius: calc(0.7 * var(--u)); }
    .what { font-size: calc(2.9 * var(--u)); font-weight: 600; }
    .where { color: var(--ink-2); }
    .empty { place-self: center; color: var(--ink-2); font-size: calc(3.2 * var(--u)); }
  `];

  private picture(one: Picture | undefined, role: "before" | "after"): TemplateResult | typeof nothing {
    if (one === undefined) return nothing;
    return html`<figure><img src=${one.large} alt=${t(`wall.${role}`)} decoding="async"><figcaption>${t(`wall.${role}`)}</figcaption></figure>`;
  }

  override render(): TemplateResult {
    const shown = this.media.slice(0, this.most);
    this.toggleAttribute("data-few", shown.length === 1);
    if (shown.length === 0) return html`<p class="empty">${t("wall.empty.media")}</p>`;
    return html`${shown.map((one) => html`<article><div class="pair">${this.picture(one.media.find((media) => media.role === "report"), "before")}${this.picture(one.media.find((media) => media.role === "proof"), "after")}</div>
      <div><p class="what line">${categoryOf(this.names, one.category)}</p><p class="where line">${one.area?.name ?? ""} · <time datetime=${one.published_at}>${short(one.published_at, this.now, locale())}</time></p></div></article>`)}`;
  }
}

/** Places where the same problem was solved again and again. */
@customElement("ht-wall-spots")
export class WallSpots extends HtElement {
  @property({ attribute: false }) spots: readonly Spot[] = [];
  @property({ attribute: false }) names!: Names;
  @property({ type: Number }) now = 0;
  @property({ type: Number }) most = 6;

  static override styles = [wallText, css`
    :host { display: grid; height: 100%; min-height: 0; }
    ol { display: grid; grid-auto-rows: minmax(0, 1fr); min-height: 0; }
    li { display: grid; grid-template-columns: calc(15 * var(--u)) minmax(0, 1fr); align-items: center; gap: calc(1.5 * var(--u)); border-top: calc(0.1 * var(--u)) solid var(--line); }
    li:first-child { border-top: 0; }
    .times { font-size: calc(5.6 * var(--u)); font-weight: 650; line-height: 1; text-align: end; white-space: nowrap; }
    .times small { font-size: calc(2.6 * var(--u)); font-weight: 400; color: var(--ink-2); }
    .what { font-size: calc(3.1 * var(--u)); font-weight: 600; }
    .where { color: var(--ink-2); }
    .empty { place-self: center; color: var(--ink-2); font-size: calc(3.2 * var(--u)); }
  `];

  override render(): TemplateResult {
    if (this.spots.length === 0) return html`<p class="empty">${t("wall.empty.spots")}</p>`;
    return html`<ol>${this.spots.slice(0, this.most).map((one) => html`<li><span class="times">${one.count} <small>${t("wall.spot.count")}</small></span>
      <div><p class="what line">${categoryOf(this.names, one.category)}</p><p class="where line">${[one.area?.name, one.lead_name, t("wall.spot.last", { at: short(one.last, this.now, locale()) })].filter(Boolean).join(" · ")}</p></div></li>`)}</ol>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-wall-media": WallMedia; "ht-wall-spots": WallSpots } }
