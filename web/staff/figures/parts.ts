/** The parts of the page, each a table with its chart where one helps. */
import { html, nothing, type TemplateResult } from "lit";

import { locale, named, t } from "../../shared/preferences";
import { exact } from "../../shared/times";
import { styled } from "../styled";
import "./chart";
import type { Counts, Figures, Part, Returned, Step } from "./model";
import { count, formulaName, formulas, opens, part, share, wide, type Told } from "./numbers";
import { day, lasting, NOTHING, number, percent, rowName } from "./words";

const CARDS = ["received", "finished", "done", "open", "overdue", "rejected", "returned", "unproven", "overridden", "audit_failed"] as const;
const COLUMNS = ["received", "finished", "done", "open", "overdue", "on_time", "extended", "late", "returned", "unproven", "overridden", "rated"] as const;
const SPLIT = [["on_time_share", "on_time", "a"], ["extended_share", "extended", "b"], ["late_share", "not_on_time", "c"]] as const;
const FACES = [["satisfied", "a"], ["acceptable", "b"], ["unsatisfied", "c"]] as const;
const MOST_BARS = 16;
const DARKEST = 45;

export function overview(told: Told, { total }: Figures): TemplateResult {
  const what = t("figures.overview");
  return html`<section aria-labelledby="h-overview"><header><h2 id="h-overview">${what}</h2></header>
    <dl class="cards">${CARDS.map((key) => html`<div class="card"><dt>${formulaName(told, key)}</dt><dd>${count(told, total, key, what)}</dd></div>`)}</dl>
    <div class="two"><div class="split"><h3>${t("figures.on_time.label", { on: percent(total.on_time_share), extended: percent(total.extended_share), late: percent(total.late_share) })}</h3>
        ${stack(SPLIT.map(([key, , tone]) => [total[key] ?? 0, tone]))}
        <div class="key">${SPLIT.map(([key, of, tone]) => html`<span><i class=${tone}></i>${formulaName(told, of)} ${share(told, total, key, of, what)}</span>`)}</div>
        <p class="quiet">${t("figures.on_time.of", { n: number(total.judged) })}</p></div>
      <div class="split"><h3>${t("figures.faces")}</h3>
        ${stack(FACES.map(([key, tone]) => [total.rated === 0 ? 0 : total[key] / total.rated, tone]))}
        <div class="key">${FACES.map(([key, tone]) => html`<span><i class=${tone}></i>${formulaName(told, key)} ${count(told, total, key, what)}</span>`)}</div>
        <p class="quiet">${t("figures.faces.of", { n: number(total.rated), share: percent(total.rated_share) })}</p></div></div>
    ${formulas(told, [...CARDS, "on_time", "extended", "late", "judged", "on_time_share", "extended_share", "late_share", "rated", "satisfied", "acceptable", "unsatisfied", "rated_share"])}</section>`;
}

/** A bar of shares; the words beside it say the same. */
function stack(parts: [number, string][]): TemplateResult {
  return html`<div class="stack" aria-hidden="true">${parts.map(([value, tone]) => (value === 0 ? nothing : html`<i class=${tone} ${styled({ width: `${value * 100}%` })}></i>`))}</div>`;
}

export function steps(told: Told, figures: Figures): TemplateResult {
  const title = t("figures.table.steps");
  const heads = [t("figures.step"), t("figures.cases"), t("figures.median"), t("figures.p90"), t("figures.working"), t("figures.working.median"), t("figures.working.p90")];
  const line = (step: Step): TemplateResult => {
    const what = formulaName(told, step.figure);
    const timed = (minutes: number | null, n: number, figure: string): TemplateResult => opens(told, minutes === null ? 0 : n, { source: step.rows, figure, what }, lasting(minutes));
    const working = `${step.figure}_working`;
    return html`<tr><th scope="row">${what}</th><td>${opens(told, step.count, { source: step.rows, figure: step.figure, what })}</td>
      <td>${timed(step.median_min, step.count, step.figure)}</td><td>${timed(step.p90_min, step.count, step.figure)}</td>
      <td>${opens(told, step.working_count, { source: step.rows, figure: working, what })}</td>
      <td>${timed(step.working_median_min, step.working_count, working)}</td><td>${timed(step.working_p90_min, step.working_count, working)}</td></tr>`;
  };
  return part(told, "steps", title, wide(title, heads, figures.steps.map(line)), ["percentiles", ...figures.steps.map((step) => step.figure)]);
}

export function counts(told: Told, which: Part, rows: Counts[]): TemplateResult {
  const title = t(`figures.table.${which}`);
  const line = (row: Counts): TemplateResult => {
    const name = rowName(which, row);
    return html`<tr><th scope="row">${name}</th>${COLUMNS.map((key) => html`<td>${count(told, row, key, name)}</td>`)}
      <td>${share(told, row, "on_time_share", "on_time", name)}</td><td>${share(told, row, "late_share", "not_on_time", name)}</td><td>${share(told, row, "satisfied_share", "satisfied", name)}</td></tr>`;
  };
  const heads = [t("figures.name"), ...[...COLUMNS, "on_time_share", "late_share", "satisfied_share"].map((key) => formulaName(told, key))];
  const content = html`${which === "channels" ? nothing : shares(told, which, rows)}${wide(title, heads, rows.map(line))}`;
  return part(told, which, title, content, [...COLUMNS, "judged", "on_time_share", "late_share", "satisfied_share"]);
}

function shares(told: Told, which: Part, rows: Counts[]): TemplateResult | typeof nothing {
  const judged = rows.filter((row) => row.judged > 0).slice(0, MOST_BARS);
  if (judged.length < 2) return nothing;
  const series = SPLIT.map(([key, of]) => ({ label: formulaName(told, of), data: judged.map((row) => row[key]) }));
  return html`<ht-figure-chart shares .labels=${judged.map((row) => rowName(which, row))} .series=${series}></ht-figure-chart>`;
}

export function days(told: Told, figures: Figures): TemplateResult {
  const title = t("figures.table.days");
  const names = ["received", "finished"] as const;
  const series = names.map((key) => ({ label: formulaName(told, key), data: figures.days.map((one) => one[key]) }));
  const line = (one: Figures["days"][number]): TemplateResult => html`<tr><th scope="row">${day(one.day)}</th>${names.map((key) =>
    html`<td>${opens(told, one[key], { source: one.rows, figure: key, what: `${formulaName(told, key)} · ${day(one.day)}` })}</td>`)}</tr>`;
  const chart = figures.days.length < 2 ? nothing : html`<ht-figure-chart .labels=${figures.days.map((one) => day(one.day).slice(0, 5))} .series=${series}></ht-figure-chart>`;
  const table = wide(title, [t("figures.day"), ...names.map((key) => formulaName(told, key))], figures.days.map(line));
  return part(told, "days", title, html`${chart}<details><summary>${title}</summary>${table}</details>`, names);
}

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

export function workload(told: Told, figures: Figures): TemplateResult {
  const title = t("figures.table.workload");
  const cells = new Map(figures.workload.map((cell) => [cell.weekday * 24 + cell.hour, cell]));
  const most = Math.max(1, ...figures.workload.map((cell) => cell.received));
  const square = (weekday: (typeof WEEKDAYS)[number], hour: number): TemplateResult => {
    const cell = cells.get(weekday * 24 + hour);
    if (cell === undefined) return html`<td><span>0</span></td>`;
    const what = `${t(`figures.day.${weekday}`)}, ${hour}:00`;
    return html`<td><div ${styled({ "--load": `${(cell.received / most) * DARKEST}%` })}>${opens(told, cell.received, { source: cell.rows, figure: "received", what })}</div></td>`;
  };
  const lines = WEEKDAYS.map((weekday) => html`<tr><th scope="row">${t(`figures.day.${weekday}`)}</th>${[...Array(24).keys()].map((hour) => square(weekday, hour))}</tr>`);
  return part(told, "workload", title, wide(title, [t("figures.hour"), ...Array(24).keys()], lines, "heat"), ["received"]);
}

export function returns(told: Told, figures: Figures): TemplateResult {
  const title = t("figures.table.returns");
  const name = (row: Returned, field: "returned_by" | "proposed" | "went_to"): string => {
    const vi = row[`${field}_name`];
    return vi === null ? NOTHING : named({ name: vi, name_en: row[`${field}_name_en`] });
  };
  const line = (row: Returned): TemplateResult => html`<tr><th scope="row">${name(row, "returned_by")}</th><td class="words">${name(row, "proposed")}</td>
    <td class="words">${name(row, "went_to")}</td><td>${opens(told, row.count, { source: row.rows, figure: "returns", what: `${name(row, "returned_by")} → ${name(row, "went_to")}` })}</td></tr>`;
  const heads = [t("figures.returned_by"), t("figures.proposed"), t("figures.went_to"), t("figures.cases")];
  const content = figures.returns.length === 0 ? html`<p class="quiet">${t("figures.returns.none")}</p>` : wide(title, heads, figures.returns.map(line));
  return part(told, "returns", title, content, ["returns"]);
}

export function spots(told: Told, { hot_spots: { rule, spots: found } }: Figures): TemplateResult {
  const title = t("figures.table.hot-spots");
  const heads = [t("filter.category"), t("filter.area"), t("figures.lead"), t("figures.times"), t("figures.since"), t("figures.last")];
  const lines = found.map((spot) => html`<tr><th scope="row">${named(spot)}</th><td class="words">${spot.area_name ?? t("area.none")}</td>
    <td class="words">${spot.agency_name === null ? NOTHING : named({ name: spot.agency_name, name_en: spot.agency_name_en })}</td>
    <td>${opens(told, spot.count, { source: spot.rows, figure: "hot_spot", what: named(spot) })}</td><td>${exact(spot.since, locale())}</td><td>${exact(spot.last, locale())}</td></tr>`);
  const content = found.length === 0 ? html`<p class="quiet">${t("figures.spots.none")}</p>` : wide(title, heads, lines);
  return part(told, "hot-spots", title, html`<p class="quiet">${t("figures.spots.rule", { ...rule })}</p>${content}`, ["hot_spot"]);
}
