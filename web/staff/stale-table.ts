/** A refused late write: both versions beside each other, and what was wanted. */
import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { t } from "../shared/preferences";
import type { Desk } from "./desk";
import { comparison } from "./difference";
import { write } from "./tell";

export function staleTable(desk: Desk, saw: Report, now: Report, wanted: Report): TemplateResult | typeof nothing {
  const rows = comparison(saw, now, wanted, write(desk));
  if (rows.length === 0) return nothing;
  return html`<table class="stale"><thead><tr><th scope="col">${t("stale.field")}</th><th scope="col">${t("stale.before")}</th><th scope="col">${t("stale.after")}</th><th scope="col">${t("stale.wanted")}</th></tr></thead>
    <tbody>${rows.map((row) => html`<tr class=${row.clash ? "clash" : ""}><th scope="row">${row.clash ? html`${icon("alarm")}<span class="visually-hidden">${t("stale.clash")} </span>` : nothing}${t(`field.${row.field}`)}</th>
      <td>${row.saw || "—"}</td><td><strong>${row.now || "—"}</strong></td><td>${row.wanted === "" ? html`<span class="faint">${t("stale.untouched")}</span>` : row.wanted}</td></tr>`)}</tbody></table>`;
}
