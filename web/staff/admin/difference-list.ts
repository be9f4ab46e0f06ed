/** A difference as a list on the screen. */
import { css, html, nothing, type TemplateResult } from "lit";

import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { line } from "./difference-words";
import type { Document, ItemChange } from "./model";
import { namesIn } from "./names";
import type { AreaRef } from "../../shared/model";

export const differenceStyles = css`
  .difference { display: grid; gap: var(--s-2); } .difference > li { display: grid; gap: var(--s-1); padding: var(--s-2) var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--surface); }
  .difference .what { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: center; font-weight: 600; }
  .difference dl { display: grid; grid-template-columns: minmax(7rem, 12rem) minmax(0, 1fr); gap: var(--s-1) var(--s-3); } .difference dt { color: var(--ink-2); } .difference del { color: var(--ink-3); } .difference dd { overflow-wrap: anywhere; }
  @media (max-width: 700px) { .difference dl { grid-template-columns: minmax(0, 1fr); } }
`;

const SIGNS = { added: "plus", removed: "minus", changed: "redo", reordered: "list" } as const;

export function differenceList(changes: readonly ItemChange[], after: Document | null, before: Document | null, areas: readonly AreaRef[]): TemplateResult {
  if (changes.length === 0) return html`<p class="quiet">${t("admin.difference.none")}</p>`;
  const names = namesIn(after ?? before, areas);
  return html`<ul class="difference">${changes.map((change) => {
    const { title, kind, fields } = line(change, after, before, names);
    return html`<li><div class="what"><span class="chip ${kind === "removed" ? "late" : kind === "added" ? "done" : "held"}">${icon(SIGNS[kind])}${t(`admin.changed.${kind}`)}</span>${title}</div>
      ${fields.length === 0 ? nothing : html`<dl>${fields.map(({ name, was, now }) => html`<dt>${name}</dt><dd><del>${was}</del> ${icon("right")} <span>${now}</span></dd>`)}</dl>`}</li>`;
  })}</ul>`;
}
