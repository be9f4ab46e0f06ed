/** What is looked at: a period and filters. Every change is a new address. */
import { html, nothing, type TemplateResult } from "lit";

import { named, t } from "../../shared/preferences";
import type { Catalogues } from "../catalogues";
import { changed, CHANNELS, PRESETS } from "./model";
import { channel } from "./words";

export interface Choice { value: string; name: string }

export interface Filtering {
  query: URLSearchParams;
  period: { from: string; to: string } | null;
  catalogues: Catalogues;
  areas: Choice[];
  /** An agency sees its own figures only: there is nothing to choose. */
  own: boolean;
  go: (query: URLSearchParams) => void;
}

function choose(filtering: Filtering, name: "area" | "category" | "agency" | "channel", label: string, choices: Choice[]): TemplateResult {
  const chosen = filtering.query.get(name) ?? "";
  const unknown = chosen !== "" && choices.every((one) => one.value !== chosen);
  return html`<label>${label}<select @change=${(event: Event) => filtering.go(changed(filtering.query, { [name]: (event.target as HTMLSelectElement).value }))}>
    <option value="" ?selected=${chosen === ""}>${t("filter.any")}</option>
    ${unknown ? html`<option value=${chosen} selected>${chosen}</option>` : nothing}
    ${choices.map((one) => html`<option value=${one.value} ?selected=${one.value === chosen}>${one.name}</option>`)}</select></label>`;
}

function dayField(filtering: Filtering, name: "from" | "to"): TemplateResult {
  const { period } = filtering;
  const onChange = (event: Event): void => {
    const { value } = event.target as HTMLInputElement;
    if (value === "" || period === null) return;
    const days = { ...period, [name]: value };
    // The end that was not touched follows, so that the period never runs backwards.
    if (days.from > days.to) filtering.go(changed(filtering.query, { from: value, to: value }));
    else filtering.go(changed(filtering.query, days));
  };
  return html`<label>${t(`figures.${name}`)}<input type="date" .value=${period?.[name] ?? ""} @change=${onChange}></label>`;
}

export function filters(filtering: Filtering): TemplateResult {
  const { query, catalogues } = filtering;
  const custom = query.has("from");
  const preset = custom ? null : (query.get("period") ?? "month");
  const categories = [...catalogues.categories.values()].map((one) => ({ value: one.code, name: `${one.parent === undefined ? "" : "– "}${named(one)}` }));
  const agencies = [...catalogues.agencies.values()].map((one) => ({ value: one.code, name: named(one) })).sort((one, other) => one.name.localeCompare(other.name, "vi"));
  return html`<form class="filters" aria-label=${t("figures.filters")} @submit=${(event: Event) => event.preventDefault()}>
    <fieldset class="presets"><legend>${t("figures.period")}</legend>${PRESETS.map((one) => html`<button type="button" aria-pressed=${one === preset} @click=${() => filtering.go(changed(query, { period: one }))}>${t(`figures.period.${one}`)}</button>`)}
      <button type="button" aria-pressed=${custom} ?disabled=${filtering.period === null} @click=${() => { if (filtering.period !== null) filtering.go(changed(query, filtering.period)); }}>${t("figures.period.custom")}</button></fieldset>
    ${custom ? html`${dayField(filtering, "from")}${dayField(filtering, "to")}` : nothing}
    ${choose(filtering, "area", t("filter.area"), [...filtering.areas, { value: "none", name: t("figures.none.areas") }])}
    ${choose(filtering, "category", t("filter.category"), categories)}
    ${filtering.own ? nothing : choose(filtering, "agency", t("filter.agency"), [...agencies, { value: "none", name: t("figures.none.agencies") }])}
    ${choose(filtering, "channel", t("figures.channel"), CHANNELS.map((code) => ({ value: code, name: channel(code) })))}
  </form>`;
}
