/** Parts where several things or a picture are picked: icon, agencies, areas (list and map), target of a rule, nearness. */
import { html, nothing, type TemplateResult } from "lit";

import { categoryIcon, icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import "./area-picker";
import { agencyChoices, faultsOf, grouped, hintOf, labelOf, options, ticked, typed, type At, type Part } from "./form-part";
import { without, type RuleItem } from "./model";
import { FROM_PLACE } from "./names";

const ICONS = ["road", "pothole", "sidewalk", "light", "garbage", "construction", "water", "flood", "tree", "traffic", "power", "noise", "order", "beach", "food", "animal", "smoke", "person", "document", "other"] as const;

const iconPart: Part = (at: At) => grouped(at, html`<div class="icons">${ICONS.map((name) => html`<label class="pic" title=${t(`admin.icon.${name}`)}>
  <input type="radio" class="visually-hidden" name="icon" value=${name} .checked=${at.value === name} @change=${() => at.set(name)}>${categoryIcon(name, name)}<span class="visually-hidden">${t(`admin.icon.${name}`)}</span></label>`)}</div>`);

const agencies: Part = (at: At) => {
  const value = (at.value ?? []) as string[];
  const [none, ...fixed] = agencyChoices(at, t("admin.agencies.add"));
  const here = at.section === "rules" ? FROM_PLACE.map((code) => ({ value: code, words: at.names.of("agencies", code) })) : [];
  const free = [...(none === undefined ? [] : [none]), ...here, ...fixed].filter((one) => !value.includes(one.value));
  return grouped(at, html`<div class="chips">${value.map((code) => html`<span class="chip">${at.names.of("agencies", code)}
      <button type="button" class="bare tiny" aria-label="${t("admin.remove")}: ${at.names.of("agencies", code)}" @click=${() => at.set(value.filter((one) => one !== code))}>${icon("cross")}</button></span>`)}</div>
    <select name=${at.spec.name} aria-label=${labelOf(at)} .value=${""} @change=${(event: Event) => { const code = typed(event); (event.currentTarget as HTMLSelectElement).value = ""; if (code !== "") at.set([...value, code]); }}>${options(free, "")}</select>`);
};

const areas: Part = (at: At) => {
  const value = at.value as string[] | null | undefined;
  const any = value === null || value === undefined;
  const nullable = at.section === "rules";
  return grouped(at, html`${nullable ? html`<label class="tick"><input type="radio" name="areas-any" .checked=${any} @change=${() => at.set(null)}><span>${t("admin.areas.any")}</span></label>
      <label class="tick"><input type="radio" name="areas-any" .checked=${!any} @change=${() => at.set(value ?? [])}><span>${t("admin.areas.some")}</span></label>` : nothing}
    ${any && nullable ? nothing : html`<ht-area-picker .areas=${at.areas} .value=${value ?? []} ?disabled=${at.off} @pick=${(event: CustomEvent<string[]>) => at.set(event.detail)}></ht-area-picker>`}`);
};

/** Which agency a rule names: a fixed one, or the committee of the place. */
const target: Part = (at: At) => {
  const rule = at.item as RuleItem;
  const relative = rule.relative ?? null;
  const kind = relative === null ? "agency" : relative.to === "owner" ? "owner" : (relative.up ?? 0) > 0 ? "up" : "commune";
  const set = (next: string): void => {
    if (next === "agency") at.set(rule.lead, at.drafting.has("rules", "relative") ? { relative: null } : {});
    else at.set(null, { relative: next === "up" ? { to: "commune", up: 1 } : { to: next } });
  };
  const kinds = at.drafting.has("rules", "relative") ? (["agency", "commune", "up", "owner"] as const) : (["agency"] as const);
  return html`<fieldset ?disabled=${at.off}><legend>${labelOf(at)}</legend>${hintOf(at)}
    ${kinds.length > 1 ? kinds.map((one) => html`<label class="tick"><input type="radio" name="lead-kind" value=${one} .checked=${kind === one} @change=${() => set(one)}><span>${t(`admin.target.${one}`)}</span></label>`) : nothing}
    ${kind === "agency" ? html`<select name="lead" aria-label=${labelOf(at)} aria-invalid=${at.wrong.length > 0} .value=${rule.lead ?? ""} @change=${(event: Event) => at.set(typed(event) === "" ? null : typed(event))}>${options(agencyChoices(at, t("choose")), rule.lead ?? "")}</select>` : nothing}
    ${faultsOf(at)}</fieldset>`;
};

const near: Part = (at: At) => {
  const value = (at.value ?? null) as NonNullable<RuleItem["near"]> | null;
  const layers = at.drafting.layers;
  const known = value === null || layers.some((one) => one.layer === value.layer) ? layers.map((one) => one.layer) : [...layers.map((one) => one.layer), value.layer];
  const owners = layers.find((one) => one.layer === value?.layer)?.owners ?? [];
  return grouped(at, html`<label class="tick"><input type="checkbox" name="near-on" .checked=${value !== null} ?disabled=${known.length === 0} @change=${(event: Event) => at.set(ticked(event) ? { layer: known[0], within_m: 30 } : null)}><span>${t("admin.near.on")}</span></label>
    ${known.length === 0 ? html`<span class="quiet">${t("admin.near.no_layers")}</span>` : nothing}
    ${value === null ? nothing : html`<div class="row"><label>${t("admin.near.layer")}<select name="near-layer" .value=${value.layer} @change=${(event: Event) => at.set({ ...value, layer: typed(event) })}>${options(known.map((one) => ({ value: one, words: one })), value.layer)}</select></label>
      <label>${t("admin.near.metres")}<input class="narrow" type="number" min="1" max="1000" name="near-metres" .value=${String(value.within_m)} @input=${(event: Event) => at.set({ ...value, within_m: Number(typed(event)) })}></label>
      <label class="grow">${t("admin.near.owner")}<input name="near-owner" list="owners" .value=${value.owner ?? ""} @input=${(event: Event) => { at.set(typed(event) === "" ? without(value, "owner") : { ...value, owner: typed(event) }); }}></label>
      <datalist id="owners">${owners.map((one) => html`<option value=${one}></option>`)}</datalist></div>`}`);
};

export const PICKS: Record<"icon" | "agencies" | "areas" | "target" | "near", (at: At) => TemplateResult> = { icon: iconPart, agencies, areas, target, near };
