/** What every part of a form is given, and the simple parts. */
import { html, nothing, type TemplateResult } from "lit";

import type { AreaRef } from "../../shared/model";
import { said, t } from "../../shared/preferences";
import { fromInput, toInput } from "../../shared/times";
import type { Drafting } from "./drafting";
import type { FieldSpec, Kind } from "./forms";
import { keyOf, textOf, type Item, type Section } from "./model";
import { nameOf, type Names } from "./names";
import { tree } from "./order";
import { fieldName } from "./value-words";

export interface At {
  spec: FieldSpec; section: Section; item: Item; value: unknown; fresh: boolean; off: boolean; wrong: readonly string[];
  drafting: Drafting; names: Names; areas: readonly AreaRef[]; set: (value: unknown, also?: Item) => void;
}
export type Part = (at: At) => TemplateResult;

export function labelOf({ section, spec }: At): string {
  return fieldName(section, spec.name);
}

export function hintOf({ section, spec }: At): TemplateResult | typeof nothing {
  const words = said(`admin.${section}.${spec.name}.hint`, said(`admin.field.${spec.name}.hint`, ""));
  return words === "" ? nothing : html`<span class="hint">${words}</span>`;
}

export function faultsOf({ wrong, spec }: At): TemplateResult | typeof nothing {
  return wrong.length === 0 ? nothing : html`<span class="wrong" id="w-${spec.name}">${wrong.map((words) => html`<span>${words}</span>`)}</span>`;
}

/** A label around one control. */
export function boxed(at: At, control: TemplateResult): TemplateResult {
  return html`<label>${labelOf(at)}${hintOf(at)}${control}${faultsOf(at)}</label>`;
}

/** Several controls under one legend. */
export function grouped(at: At, controls: TemplateResult): TemplateResult {
  return html`<fieldset ?disabled=${at.off}><legend>${labelOf(at)}</legend>${hintOf(at)}${controls}${faultsOf(at)}</fieldset>`;
}

export const typed = (event: Event): string => (event.currentTarget as HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement).value;
export const ticked = (event: Event): boolean => (event.currentTarget as HTMLInputElement).checked;

export const options = (choices: readonly { value: string; words: string }[], chosen: string): TemplateResult[] =>
  choices.map(({ value, words }) => html`<option value=${value} ?selected=${value === chosen}>${words}</option>`);

function text(at: At): TemplateResult {
  const { spec, value, off, set, wrong } = at;
  return boxed(at, html`<input name=${spec.name} .value=${typeof value === "string" ? value : ""} ?disabled=${off} ?required=${spec.needed === true} aria-invalid=${wrong.length > 0}
    inputmode=${spec.kind === "phone" ? "tel" : "text"} maxlength="300" autocomplete="off" @input=${(event: Event) => set(typed(event) === "" && spec.needed !== true ? null : typed(event))}>`);
}

function words(at: At): TemplateResult {
  const { spec, value, off, set, wrong } = at;
  return boxed(at, html`<textarea name=${spec.name} rows="4" .value=${typeof value === "string" ? value : ""} ?disabled=${off} aria-invalid=${wrong.length > 0} maxlength="4000"
    @input=${(event: Event) => set(typed(event) === "" ? null : typed(event))}></textarea>`);
}

function number(at: At): TemplateResult {
  const { spec, value, off, set, wrong } = at;
  return boxed(at, html`<input class="narrow" type="number" name=${spec.name} .value=${textOf(value)} min=${spec.min ?? nothing} max=${spec.max ?? nothing} ?disabled=${off} aria-invalid=${wrong.length > 0}
    @input=${(event: Event) => set(typed(event) === "" ? null : Number(typed(event)))}>`);
}

/** A share from 0 to 1, shown in per cent. */
function share(at: At): TemplateResult {
  const { spec, value, off, set, wrong } = at;
  const shown = typeof value === "number" ? Math.round(value * 100) : 0;
  return boxed(at, html`<span class="unit"><input class="narrow" type="number" name=${spec.name} min="0" max="100" .value=${String(shown)} ?disabled=${off} aria-invalid=${wrong.length > 0}
    @input=${(event: Event) => set(Math.min(100, Math.max(0, Number(typed(event)))) / 100)}> %</span>`);
}

function onOff(at: At): TemplateResult {
  const { spec, value, off, set } = at;
  return html`<label class="tick"><input type="checkbox" name=${spec.name} .checked=${value === true} ?disabled=${off} @change=${(event: Event) => set(ticked(event))}>
    <span>${labelOf(at)}${hintOf(at)}${faultsOf(at)}</span></label>`;
}

function code(at: At): TemplateResult {
  const { spec, value, off, fresh, set, wrong } = at;
  return boxed(at, html`<input class="code" name=${spec.name} .value=${typeof value === "string" ? value : ""} ?disabled=${off} ?readonly=${!fresh} pattern="[a-z0-9\\-]*" spellcheck="false" autocapitalize="none" aria-invalid=${wrong.length > 0}
    maxlength="64" placeholder=${fresh ? t("admin.code.made") : nothing} @input=${(event: Event) => set(typed(event))}>`);
}

function select(at: At, choices: readonly { value: string; words: string }[], also?: (value: string) => Item): TemplateResult {
  const { spec, value, off, set, wrong } = at;
  const chosen = typeof value === "string" ? value : "";
  const known = choices.some((one) => one.value === chosen) ? choices : [...choices, { value: chosen, words: chosen === "" ? t("choose") : chosen }];
  return boxed(at, html`<select name=${spec.name} ?disabled=${off} aria-invalid=${wrong.length > 0} .value=${chosen} @change=${(event: Event) => set(typed(event) === "" ? null : typed(event), also?.(typed(event)))}>${options(known, chosen)}</select>`);
}

function choice(at: At): TemplateResult {
  const { name, choices = [] } = at.spec;
  return select(at, choices.map((value) => ({ value, words: said(`admin.${at.section}.${name}.${value || "any"}`, said(`admin.${name}.${value || "any"}`, value)) })),
    name === "lane" ? (value) => (value === "restricted" ? { public: false } : {}) : undefined);
}

const COMMANDS = ["reject", "return", "recall", "extend", "send_back", "reopen", "take_over", "approve", "ask", "resolve"] as const;

function command(at: At): TemplateResult {
  const fixed = at.section === "reasons" && !at.fresh;
  return select({ ...at, off: at.off || fixed }, COMMANDS.map((value) => ({ value, words: said(`command.${value}`, value) })));
}

/** Indented names of a tree, for a select. */
export function indented(items: readonly Item[], section: Section): { value: string; words: string; depth: number }[] {
  const known = new Map(items.map((item) => [keyOf(section, item), item]));
  return tree(items.map((item) => ({ code: keyOf(section, item), parent: (item["parent_code"] ?? null) as string | null })))
    .map(({ code: value, depth }) => ({ value, depth, words: `${"   ".repeat(depth)}${nameOf(known.get(value) ?? { code: value })}` }));
}

function parent(at: At): TemplateResult {
  const items = at.drafting.document?.[at.section] ?? [];
  const own = at.item["code"];
  const nodes = indented(items, at.section);
  const from = nodes.findIndex((node) => node.value === own);
  const depth = nodes[from]?.depth ?? 0;
  // Neither itself nor what lies below it; of categories only the upper level.
  let end = from + 1;
  while (from >= 0 && (nodes[end]?.depth ?? 0) > depth) end += 1;
  const free = nodes.filter((node, place) => (from < 0 || place < from || place >= end) && (at.section !== "categories" || node.depth === 0));
  return select(at, [{ value: "", words: t("admin.parent.none") }, ...free]);
}

function category(at: At): TemplateResult {
  return select(at, [{ value: "", words: t("admin.category.any") }, ...indented(at.drafting.document?.categories ?? [], "categories")]);
}

/** `empty`: what choosing nothing means. */
export function agencyChoices(at: At, empty: string): { value: string; words: string }[] {
  return [{ value: "", words: empty }, ...indented((at.drafting.document?.agencies ?? []).filter((item) => item["active"] !== false), "agencies")];
}

function calendar(at: At): TemplateResult {
  const calendars = at.drafting.document?.calendars ?? [];
  return select(at, [{ value: "", words: t(at.section === "rules" ? "admin.calendar.any" : "admin.calendar.city") },
    ...calendars.map((item) => ({ value: String(item["code"]), words: nameOf(item) }))]);
}

function area(at: At): TemplateResult {
  return select(at, [{ value: "", words: t("admin.area.none") }, ...at.areas.map((one) => ({ value: one.code, words: one.name }))]);
}

function areaSet(at: At): TemplateResult {
  return select(at, [{ value: "", words: t("admin.area_set.none") }, ...(at.drafting.document?.area_sets ?? []).map((item) => ({ value: String(item["code"]), words: nameOf(item) }))]);
}

function moment(at: At): TemplateResult {
  const { spec, value, off, set, wrong } = at;
  return boxed(at, html`<input type="datetime-local" name=${spec.name} .value=${typeof value === "string" ? toInput(value) : ""} ?disabled=${off} aria-invalid=${wrong.length > 0}
    @change=${(event: Event) => set(typed(event) === "" ? null : fromInput(typed(event)))}>`);
}

function reason(at: At): TemplateResult {
  const reasons = (at.drafting.document?.reasons ?? []).filter((item) => item["command"] === at.item["command"]);
  return select(at, [{ value: "", words: t("admin.none") }, ...reasons.map((item) => ({ value: textOf(item["code"]), words: nameOf(item) }))]);
}

export const SIMPLE: Partial<Record<Kind, Part>> = {
  text, words, number, share, switch: onOff, phone: text, code, choice, parent, category, calendar, area, area_set: areaSet, moment, command, reason,
  agency: (at) => select(at, agencyChoices(at, t("admin.agency.none"))),
};
