import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { MultiPolygon, Position } from "geojson";

import { controls } from "../../shared/controls";
import { HtElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { typed } from "./form-part";
import { formStyles } from "./form-styles";
import type { GeoMap } from "./geo-map";
import "./geo-map";
import { partOf, partsOf, read, shapeOf, shownParts, Unusable, type Part } from "./shapes";

/** A shape drawn on the map, or pasted as GeoJSON, beside the areas that are named. Fires `shape` (a MultiPolygon or null). */
@customElement("ht-shape-editor")
export class ShapeEditor extends HtElement {
  @property({ attribute: false }) value: unknown = null;
  /** Codes of the areas that the set names. */
  @property({ attribute: false }) picked: readonly string[] = [];
  @property({ type: Boolean }) disabled = false;
  /** Corners drawn so far; null while nothing is drawn. */
  @state() private corners: number | null = null;
  @state() private pasted = "";
  @state() private fault: string | null = null;
  @query("ht-geo-map") private map!: GeoMap;
  @query("button.draw") private first!: HTMLButtonElement | null;
  /** What is drawn takes the place of everything there was. */
  private anew = false;
  /** The button that was pressed may be gone when the shape is another: the hand goes on at the first one. */
  private refocus = false;

  static override styles = [controls, formStyles, css`
    :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-2); } ht-geo-map { height: min(26rem, 60vh); } textarea { font-family: var(--mono, monospace); font-size: var(--t-s); }
    ol { display: grid; gap: var(--s-1); } li { display: flex; gap: var(--s-2); align-items: center; }
    @media (max-width: 700px) { ht-geo-map { height: 18rem; } .row button { flex: 1 1 40%; min-height: var(--target); } }
  `];

  private put(parts: readonly Part[]): void {
    this.fault = null;
    this.refocus = true;
    this.dispatchEvent(new CustomEvent<MultiPolygon | null>("shape", { detail: shapeOf(parts) }));
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (!this.refocus || !changed.has("value")) return;
    this.refocus = false;
    this.first?.focus();
  }

  private begin(anew: boolean): void {
    this.fault = null;
    if (!this.map.begin()) return;
    this.anew = anew;
    this.corners = 0;
  }

  private onRing(ring: Position[] | null): void {
    this.corners = null;
    if (ring === null) void this.updateComplete.then(() => this.first?.focus());
    else this.put([...(this.anew ? [] : partsOf(this.value)), partOf(ring)]);
  }

  private paste(): void {
    try {
      this.put(read(this.pasted));
      this.pasted = "";
    } catch (error) {
      this.fault = t(`admin.shape.why.${error instanceof Unusable ? error.why : "kind"}`);
    }
  }

  private drawing(corners: number): TemplateResult {
    return html`<p class="note info" role="status"><span>${t("map.draw.how")}</span><strong>${t("admin.shape.corners", { n: corners })}</strong></p>
      <div class="row"><button type="button" @click=${() => this.map.step("corner")}>${icon("plus")}${t("map.draw.corner")}</button><button type="button" ?disabled=${corners === 0} @click=${() => this.map.step("back")}>${icon("undo")}${t("admin.shape.back")}</button>
        <button type="button" class="first" ?disabled=${corners < 3} @click=${() => this.map.step("close")}>${icon("check")}${t("map.draw.close")}</button><button type="button" @click=${() => this.map.step("stop")}>${icon("cross")}${t("map.draw.stop")}</button></div>`;
  }

  private resting(parts: readonly Part[]): TemplateResult | typeof nothing {
    if (this.disabled) return nothing;
    if (parts.length === 0) return html`<div class="row"><button type="button" class="draw" @click=${() => this.begin(true)}>${icon("plus")}${t("admin.shape.draw")}</button></div>`;
    return html`<div class="row"><button type="button" class="draw" @click=${() => this.begin(false)}>${icon("plus")}${t("admin.shape.more")}</button><button type="button" @click=${() => this.begin(true)}>${icon("redo")}${t("admin.shape.again")}</button>
      <button type="button" @click=${() => this.put([])}>${icon("trash")}${t("admin.shape.clear")}</button></div>`;
  }

  private list(parts: readonly Part[]): TemplateResult {
    return html`<ol>${parts.map((part, at) => html`<li><span>${t("admin.shape.part", { n: at + 1, corners: part.reduce((sum, ring) => sum + ring.length - 1, 0) })}</span>
      ${this.disabled || parts.length < 2 ? nothing : html`<button type="button" class="bare square" aria-label="${t("admin.remove")}: ${t("admin.shape.one", { n: at + 1 })}" @click=${() => this.put(parts.filter((_, other) => other !== at))}>${icon("trash")}</button>`}</li>`)}</ol>`;
  }

  private text(parts: readonly Part[]): TemplateResult {
    return html`<details><summary>${t("admin.shape.text")}</summary><label>${t("admin.shape.text.label")}<span class="hint">${t("admin.shape.text.hint")}</span><textarea name="shape-text" rows="5" spellcheck="false" ?readonly=${this.disabled} .value=${this.pasted === "" && parts.length > 0 ? JSON.stringify(shapeOf(parts)) : this.pasted}
        aria-invalid=${this.fault !== null} @input=${(event: Event) => { this.pasted = typed(event); this.fault = null; }}></textarea></label>
      ${this.disabled ? nothing : html`<button type="button" ?disabled=${this.pasted.trim() === ""} @click=${() => this.paste()}>${icon("check")}${t("admin.shape.text.act")}</button>`}</details>`;
  }

  override render(): TemplateResult {
    const parts = partsOf(this.value);
    return html`<p class="quiet">${t(parts.length > 0 ? "admin.shape.drawn" : this.value === null ? "admin.shape.none" : "admin.shape.unreadable")}</p>
      ${this.corners === null ? this.resting(parts) : this.drawing(this.corners)}
      ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}
      <ht-geo-map .picked=${this.picked} .shown=${shownParts(parts)} label=${t("admin.shape.map")} @ring=${(event: CustomEvent<Position[] | null>) => this.onRing(event.detail)} @corners=${(event: CustomEvent<number>) => { this.corners = event.detail; this.fault = null; }} @crossed=${() => { this.fault = t("admin.shape.why.crossed"); }}></ht-geo-map>
      ${parts.length === 0 ? nothing : this.list(parts)}${this.text(parts)}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-shape-editor": ShapeEditor } }
