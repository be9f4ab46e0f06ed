import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { HtElement } from "../../shared/element";
import { fold } from "../../shared/fold";
import type { AreaRef } from "../../shared/model";
import { t } from "../../shared/preferences";
import "./geo-map";

/** Areas of the city, picked in a list or on the map beside it. Fires `pick` (all codes picked). */
@customElement("ht-area-picker")
export class AreaPicker extends HtElement {
  @property({ attribute: false }) areas: readonly AreaRef[] = [];
  @property({ attribute: false }) value: readonly string[] = [];
  @property({ type: Boolean }) disabled = false;
  @state() private sought = "";

  static override styles = [controls, css`
    :host { display: grid; grid-template-columns: minmax(12rem, 1fr) minmax(0, 2fr); gap: var(--s-3); height: 20rem; }
    .list { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; gap: var(--s-2); min-height: 0; }
    ul { overflow-y: auto; border: 1px solid var(--line); border-radius: var(--r-m); padding: var(--s-1); }
    li label { display: flex; align-items: center; gap: var(--s-2); padding: var(--s-1) var(--s-2); border-radius: var(--r-s); font-weight: 400; cursor: pointer; }
    li label:hover { background: var(--hover); }
    ht-geo-map { height: 100%; min-height: 0; }
    .none { padding: var(--s-2); }
    @media (max-width: 700px) { :host { grid-template-columns: minmax(0, 1fr); height: auto; } .list { max-height: 16rem; } ht-geo-map { height: 16rem; } li label { min-height: var(--target); } }
  `];

  private toggle(code: string): void {
    if (this.disabled) return;
    const next = this.value.includes(code) ? this.value.filter((one) => one !== code) : [...this.value, code];
    this.dispatchEvent(new CustomEvent<string[]>("pick", { detail: next }));
  }

  override render(): TemplateResult {
    const sought = fold(this.sought);
    const found = this.areas.filter((area) => fold(area.name).includes(sought) || area.code.includes(sought));
    return html`<div class="list"><input type="search" aria-label=${t("admin.areas.search")} placeholder=${t("admin.areas.search")} .value=${this.sought} @input=${(event: Event) => { this.sought = (event.currentTarget as HTMLInputElement).value; }}>
        <ul>${found.map((area) => html`<li><label><input type="checkbox" value=${area.code} .checked=${this.value.includes(area.code)} ?disabled=${this.disabled} @change=${() => this.toggle(area.code)}>${area.name}</label></li>`)}
          ${found.length === 0 ? html`<li class="none quiet">${t("admin.areas.not_found")}</li>` : nothing}</ul>
        <span class="quiet" role="status">${t("admin.areas.picked", { n: this.value.length })}</span></div>
      <ht-geo-map .picked=${this.value} ?pickable=${!this.disabled} label=${t("admin.areas.map")} @pick=${(event: CustomEvent<string>) => this.toggle(event.detail)}></ht-geo-map>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-area-picker": AreaPicker } }
