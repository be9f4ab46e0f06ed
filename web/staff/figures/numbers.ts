/** A number that opens the reports behind it, and the frame every table has: name, files, formula. */
import { html, nothing, type TemplateResult } from "lit";

import { currentLanguage, named, t } from "../../shared/preferences";
import { address, type Counts, type Formulas } from "./model";
import { NOTHING, number, percent } from "./words";

/** What a number says and where its rows are. */
export interface Opening { source: string; figure: string; what: string }

export interface Told {
  formulas: Formulas;
  query: URLSearchParams;
  open: (opening: Opening) => void;
}

export function formulaName(told: Told, key: string): string {
  const one = told.formulas[key];
  return one === undefined ? key : named(one);
}

/** `text` stands for `n` cases; what is nought opens nothing. */
export function opens(told: Told, n: number, opening: Opening, text: string = number(n)): TemplateResult {
  if (n === 0) return html`<span class="none">${text}</span>`;
  return html`<button class="num" aria-label="${text}: ${t("figures.rows.open", { n: number(n), what: opening.what })}" @click=${() => told.open(opening)}>${text}</button>`;
}

export function count(told: Told, row: Counts, key: keyof Counts, what: string): TemplateResult {
  return opens(told, row[key] as number, { source: row.rows, figure: key, what: `${formulaName(told, key)} · ${what}` });
}

/** A share opens the cases it counts. */
export function share(told: Told, row: Counts, key: keyof Counts, of: keyof Counts, what: string): TemplateResult {
  const value = row[key] as number | null;
  if (value === null) return html`${NOTHING}`;
  return opens(told, row[of] as number, { source: row.rows, figure: of, what: `${formulaName(told, of)} · ${what}` }, percent(value));
}

export function formulas(told: Told, keys: readonly string[]): TemplateResult {
  return html`<details><summary>${t("figures.formula")}</summary><dl>${keys.map((key) => {
    const one = told.formulas[key];
    return one === undefined ? nothing : html`<dt>${named(one)}</dt><dd>${currentLanguage() === "en" ? one.formula_en : one.formula}</dd>`;
  })}</dl></details>`;
}

function files(told: Told, table: string, title: string): TemplateResult {
  return html`<span class="files">${(["csv", "xlsx"] as const).map((kind) => html`<a class="button" download href=${address(`/tables/${table}.${kind}`, told.query, { lang: currentLanguage() })}
    aria-label=${t("figures.download", { table: title, kind: kind.toUpperCase() })}>${t(`figures.${kind}`)}</a>`)}</span>`;
}

/** A part of the page; `table` is the name of its files, `keys` those of its formulas. */
export function part(told: Told, table: string, title: string, content: unknown, keys: readonly string[] = []): TemplateResult {
  return html`<section aria-labelledby="h-${table}"><header><h2 id="h-${table}">${title}</h2>${files(told, table, title)}</header>
    ${content}${keys.length === 0 ? nothing : formulas(told, keys)}</section>`;
}

/** A table that may be wider than the screen, and is then scrolled by keyboard too. */
export function wide(title: string, heads: unknown[], lines: TemplateResult[], kind = ""): TemplateResult {
  return html`<div class="wide" tabindex="0" role="group" aria-label=${title}><table class=${kind}><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${lines}</tbody></table></div>`;
}
