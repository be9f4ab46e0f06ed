/** The reports merged into this one: each keeps its code, its notices and its rating, and can be split off again. */
import { html, nothing, type TemplateResult } from "lit";

import { moment } from "../shared/due";
import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { said, t } from "../shared/preferences";
import type { Desk } from "./desk";
import { categoryName, distance } from "./tell";

export function followersSection(desk: Desk, report: Report, choose: (code: string) => void, split: ((code: string) => void) | null): TemplateResult | typeof nothing {
  const followers = report.followers ?? [];
  if (followers.length === 0) return nothing;
  return html`<section class="followers"><h3>${icon("merge")}${t("followers.title", { n: followers.length })}</h3><ul>${followers.map((one) => html`<li data-follower=${one.code}>
    <button class="link code" @click=${() => choose(one.code)}>${one.code}</button><span>${categoryName(desk, { ...report, category: one.category, category_name: null })}</span>
    <span class="faint">${moment(one.received_at)}${one.distance_m === null || one.distance_m === undefined ? nothing : ` · ${t("followers.away", { distance: distance(one.distance_m) })}`}</span>
    ${one.rating ? html`<span class="chip">${said(`rating.${one.rating}`, one.rating)}</span>` : nothing}
    ${split === null ? nothing : html`<button data-unmerge ?disabled=${desk.pending.has(one.code)} @click=${() => split(one.code)}>${icon("split")}${t("command.unmerge")}</button>`}</li>`)}</ul></section>`;
}
