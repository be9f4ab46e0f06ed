/** The form of the queue's filters. */
import { html, type TemplateResult } from "lit";

import type { Report } from "../shared/model";
import { named, said, t } from "../shared/preferences";
import type { Desk } from "./desk";
import { ME, NO_FILTERS, ORDERS, whoseIs, type Filters, type Order } from "./queue";
import { agencyName } from "./tell";

type Choice = [string, string];

const choices = (values: Choice[]): Choice[] =>
  [...new Map(values.filter(([code]) => code !== ""))].sort((a, b) => a[1].localeCompare(b[1], "vi"));

/** How many filters narrow the list, besides the searched words. */
export function narrowing(filters: Filters): number {
  return [filters.category, filters.area, filters.agency, filters.channel, filters.person].filter((one) => one !== "").length
    + [filters.urgent, filters.late, filters.mine].filter(Boolean).length;
}

/** The kinds to choose from; what an address or a view asks for stays among them although it is a group, or gone. */
function kinds(desk: Desk, asked: string): Choice[] {
  const all = desk.catalogues.leaves();
  if (asked === "" || all.some((one) => one.code === asked)) return choices(all.map((one) => [one.code, named(one)]));
  const group = desk.catalogues.categories.get(asked);
  return [[asked, group === undefined ? t("filter.gone", { code: asked }) : named(group)], ...choices(all.map((one) => [one.code, named(one)]))];
}

/** Everything that can be chosen comes from the reports that are there, so that no choice is empty. */
export function filterForm(desk: Desk, filters: Filters, reports: readonly Report[], set: (part: Partial<Filters>) => void, orders: boolean): TemplateResult {
  const pick = (label: string, key: "category" | "area" | "agency" | "channel" | "person", options: Choice[]): TemplateResult => html`<label>${label}
    <select @change=${(event: Event) => set({ [key]: (event.target as HTMLSelectElement).value })}>
      <option value="" ?selected=${filters[key] === ""}>${t("filter.any")}</option>${options.map(([code, name]) => html`<option value=${code} ?selected=${filters[key] === code}>${name}</option>`)}
    </select></label>`;
  const tick = (label: string, key: "urgent" | "late" | "mine"): TemplateResult => html`<label class="tick">
    <input type="checkbox" .checked=${filters[key]} @change=${(event: Event) => set({ [key]: (event.target as HTMLInputElement).checked })}>${label}</label>`;
  const people = reports.map((report) => whoseIs(report)).filter((one) => one !== null && one.username !== desk.me.username).map((one): Choice => [one?.username ?? "", one?.name ?? ""]);
  if (filters.person !== "" && filters.person !== ME && !people.some(([code]) => code === filters.person)) people.push([filters.person, filters.person]);
  return html`<div class="filters">
    ${pick(t("filter.category"), "category", kinds(desk, filters.category))}
    ${pick(t("filter.area"), "area", choices(reports.map((report) => [report.area?.code ?? "", report.area?.name ?? ""])))}
    ${pick(t("filter.agency"), "agency", choices(reports.map((report) => [report.lead ?? "", agencyName(desk, report.lead, report.lead_name)])))}
    ${pick(t("filter.channel"), "channel", choices(reports.map((report) => [report.channel ?? "", said(`channel.${report.channel ?? ""}`, report.channel ?? "")])))}
    ${pick(t("filter.person"), "person", [[ME, t("filter.person.me")], ...choices(people)])}
    ${orders ? html`<label>${t("filter.order")}<select data-order @change=${(event: Event) => set({ order: (event.target as HTMLSelectElement).value as Order })}>
      ${ORDERS.map((order) => html`<option value=${order} ?selected=${filters.order === order}>${t(`order.${order}`)}</option>`)}</select></label>` : ""}
    <div class="ticks">${tick(t("filter.urgent"), "urgent")}${tick(t("filter.late"), "late")}${tick(t("filter.mine"), "mine")}
      <button class="link" @click=${() => set({ ...NO_FILTERS, text: filters.text })}>${t("filter.clear")}</button></div>
  </div>`;
}
