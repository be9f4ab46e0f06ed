import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { FeatureCollection } from "geojson";

import { api } from "../../shared/api";
import { controls } from "../../shared/controls";
import { icon } from "../../shared/icons";
import type { Reason, Route } from "../../shared/model";
import { t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { AdminElement } from "./admin-element";
import { faultWords } from "./fault-words";
import { indented, options, typed } from "./form-part";
import { formStyles } from "./form-styles";
import "./geo-map";
import { namesIn } from "./names";
import { reasonWords } from "./reason-words";

interface Place { lon: number; lat: number }

/** Where a report would go: a point on the map and a kind of problem, answered by the draft's rules with the reasons. */
@customElement("ht-rule-test")
export class RuleTest extends AdminElement {
  @state() private category = "";
  @state() private urgency = "normal";
  @state() private place: Place | null = null;
  @state() private found: Route | null = null;
  @state() private fault: string | null = null;
  private asked = "";

  static override styles = [controls, formStyles, css`
    ht-geo-map { height: 18rem; } .two { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: var(--s-4); } .side { display: grid; gap: var(--s-3); align-content: start; }
    .lead { font-size: var(--t-l); font-weight: 600; } ol.because { list-style: decimal; padding-inline-start: 1.4em; display: grid; gap: 0.15rem; color: var(--ink-2); }
    @media (max-width: 1200px) { .two { grid-template-columns: minmax(0, 1fr); } }
  `];

  protected override updated(): void {
    const { draft } = this.drafting;
    if (draft === null || this.place === null || this.category === "") return;
    const key = JSON.stringify([draft.id, draft.revision, this.place, this.category, this.urgency]);
    if (key === this.asked) return;
    this.asked = key;
    void this.ask(draft.id, key);
  }

  private async ask(draft: string, key: string): Promise<void> {
    try {
      const found = await api<Route>(`/api/v1/admin/drafts/${draft}/route`, { method: "POST", body: { category: this.category, urgency: this.urgency, ...this.place } });
      if (key !== this.asked) return;
      this.found = found;
      this.fault = null;
    } catch (error) {
      if (key === this.asked) this.fault = faultWords(asRefused(error));
    }
  }

  private answer(): TemplateResult {
    const names = namesIn(this.drafting.document, this.drafting.areas);
    const { found } = this;
    if (this.fault !== null) return html`<p class="note bad" role="alert">${this.fault}</p>`;
    if (found === null) return html`<p class="quiet">${t("admin.test.how")}</p>`;
    return html`<div role="status"><p class="lead">${icon("route")} ${found.lead === null ? t("admin.rule.nobody") : names.of("agencies", found.lead)}</p>
      ${found.fallback === true ? html`<p class="note warn">${t("admin.test.fallback")}</p>` : nothing}
      ${(found.supporting ?? []).length > 0 ? html`<p>${t("admin.rule.with", { agencies: (found.supporting ?? []).map((code) => names.of("agencies", code)).join(", ") })}</p>` : nothing}
      <ol class="because">${(found.because ?? []).map((reason: Reason) => html`<li>${reasonWords(reason, names, this.drafting.me)}</li>`)}</ol></div>`;
  }

  override render(): TemplateResult | typeof nothing {
    const { drafting, place } = this;
    if (drafting.draft === null) return nothing;
    const leaves = indented(drafting.document?.categories ?? [], "categories");
    const shown: FeatureCollection = { type: "FeatureCollection", features: place === null ? [] : [{ type: "Feature", properties: { tone: "moved", id: "point" }, geometry: { type: "Point", coordinates: [place.lon, place.lat] } }] };
    return html`<section class="group"><h3>${t("admin.test")}</h3><div class="two"><div class="side">
        <label>${t("admin.rules.category")}<select name="test-category" .value=${this.category} @change=${(event: Event) => { this.category = typed(event); }}>${options([{ value: "", words: t("choose") }, ...leaves], this.category)}</select></label>
        <label>${t("admin.rules.urgency")}<select .value=${this.urgency} @change=${(event: Event) => { this.urgency = typed(event); }}>${options([{ value: "normal", words: t("urgency.normal") }, { value: "urgent", words: t("urgency.urgent") }], this.urgency)}</select></label>
        ${this.answer()}</div>
      <ht-geo-map placing .shown=${shown} label=${t("admin.test.map")} @place=${(event: CustomEvent<Place>) => { this.place = event.detail; }}></ht-geo-map></div></section>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-rule-test": RuleTest } }
