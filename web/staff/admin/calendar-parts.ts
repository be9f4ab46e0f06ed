/** A calendar: the week as a grid of intervals, the days that differ, and a month as it then is. */
import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { faultWords } from "./fault-words";
import { typed, type At, type Part } from "./form-part";
import { serverNow } from "../../shared/server-time";
import { toInput } from "../../shared/times";
import { DAYS, type Definition, type Interval, type Season, type Special, type Week } from "./month";
import { without } from "./model";
import "./month-view";

const MORNING: Interval = ["07:30", "11:30"];
const AFTERNOON: Interval = ["13:30", "17:00"];

/** A clock in a browser ends at 23:59; midnight at a day's end is written 24:00. */
const shown = (time: string): string => (time === "24:00" ? "00:00" : time);
const meant = (time: string, end: boolean): string => (end && time === "00:00" ? "24:00" : time);

function intervals(words: string, work: readonly Interval[], put: (work: Interval[]) => void): TemplateResult {
  const change = (at: number, next: Interval | null): void => put(next === null ? work.filter((_, place) => place !== at) : work.map((one, place) => (place === at ? next : one)));
  const more = work.length === 0 ? MORNING : AFTERNOON;
  return html`<span class="intervals">${work.length === 0 ? html`<span class="quiet">${t("admin.week.off")}</span>` : nothing}
    ${work.map(([from, to], at) => html`<span class="interval"><input type="time" aria-label="${words}: ${t("admin.week.from")}" .value=${shown(from)} @change=${(event: Event) => change(at, [typed(event), to])}>–<input type="time" aria-label="${words}: ${t("admin.week.to")}" .value=${shown(to)} @change=${(event: Event) => change(at, [from, meant(typed(event), true)])}>
      <button type="button" class="bare square" aria-label="${t("admin.remove")}: ${words} ${from}–${to}" @click=${() => change(at, null)}>${icon("cross")}</button></span>`)}
    ${work.length < 3 ? html`<button type="button" class="bare square" aria-label="${t("admin.week.add")}: ${words}" title=${t("admin.week.add")} @click=${() => put([...work, more])}>${icon("plus")}</button>` : nothing}</span>`;
}

const definitionOf = (at: At): Definition => (at.value ?? { week: {}, special: [] }) as Definition;

function grid(week: Week, off: string, put: (week: Week) => void): TemplateResult {
  const monday = week.mon ?? [];
  return html`<div class="week">${DAYS.map((day) => html`<span class="name">${t(`admin.day.${day}`)}</span>${intervals(`${off}${t(`admin.day.${day}`)}`, week[day] ?? [], (work) => put({ ...week, [day]: work }))}`)}</div>
    <div class="row"><button type="button" class="bare" @click=${() => put({ ...week, tue: monday, wed: monday, thu: monday, fri: monday })}>${icon("copy")}${t("admin.week.same")}</button></div>`;
}

function season(one: Season, put: (season: Season | null) => void): TemplateResult {
  const until = (event: Event): void => {
    put(typed(event) === "" ? { from: one.from, name: one.name, week: one.week } : { ...one, to: typed(event) });
  };
  return html`<div class="card" role="group" aria-label=${one.name}><div class="row"><label>${t("admin.special.from")}<input type="date" required .value=${one.from} @change=${(event: Event) => put({ ...one, from: typed(event) })}></label>
      <label>${t("admin.season.to")}<input type="date" .value=${one.to ?? ""} min=${one.from} @change=${until}></label><label class="grow">${t("admin.special.name")}<input .value=${one.name} @input=${(event: Event) => put({ ...one, name: typed(event) })}></label>
      <button type="button" class="bare square" aria-label="${t("admin.remove")}: ${one.name}" @click=${() => put(null)}>${icon("trash")}</button></div>
    <details><summary>${t("admin.week")}</summary>${grid(one.week, `${one.name}, `, (week) => put({ ...one, week }))}</details></div>`;
}

const week: Part = (at: At) => {
  const definition = definitionOf(at);
  const seasons = definition.weeks ?? [];
  const put = (weeks: Season[]): void => at.set({ ...definition, weeks });
  return html`<fieldset ?disabled=${at.off}><legend>${t("admin.week")}</legend>${grid(definition.week, "", (next) => at.set({ ...definition, week: next }))}</fieldset>
    <fieldset ?disabled=${at.off}><legend>${t("admin.season")}</legend><span class="hint">${t("admin.season.hint")}</span>
      <div class="cards">${seasons.map((one, place) => season(one, (next) => put(next === null ? seasons.filter((_, other) => other !== place) : seasons.map((old, other) => (other === place ? next : old)))))}</div>
      <div class="row"><button type="button" @click=${() => put([...seasons, { from: today(), name: t("admin.season.new"), week: definition.week }])}>${icon("plus")}${t("admin.season.add")}</button></div></fieldset>`;
};

const today = (): string => toInput(new Date(serverNow()).toISOString()).slice(0, 10);

function specialRow(special: Special, put: (special: Special | null) => void): TemplateResult {
  const off = special.work.length === 0;
  const swap = (): void => put({ ...special, work: off ? [MORNING, AFTERNOON] : [] });
  const label = `${special.name}: `;
  return html`<div class="special" role="group" aria-label=${special.name}>
    <input type="date" required aria-label=${label + t("admin.special.from")} .value=${special.from} @change=${(event: Event) => put({ ...special, from: typed(event), to: special.to < typed(event) ? typed(event) : special.to })}>
    <input type="date" required aria-label=${label + t("admin.special.to")} .value=${special.to} min=${special.from} @change=${(event: Event) => put({ ...special, to: typed(event) })}>
    <input class="name-cell" aria-label=${t("admin.special.name")} .value=${special.name} @input=${(event: Event) => put({ ...special, name: typed(event) })}>
    <button type="button" class="bare" title=${t("admin.special.turn")} @click=${swap}>${off ? html`<span class="chip late">${icon("minus")}${t("admin.special.off")}</span>` : html`<span class="chip done">${icon("check")}${t("admin.special.swapped")}</span>`}</button>
    <button type="button" class="bare square" aria-label="${t("admin.remove")}: ${special.name}" @click=${() => put(null)}>${icon("trash")}</button>
    ${off ? nothing : intervals(special.name, special.work, (work) => put({ ...special, work }))}
    ${special.note === undefined && special.provisional !== true ? nothing : html`<span class="hint">${special.provisional === true ? html`<span class="chip soon">${icon("clock")}${t("admin.special.provisional")}</span> <button type="button" class="link" @click=${() => put({ ...special, provisional: false })}>${t("admin.special.confirm")}</button> ` : nothing}${special.note ?? ""}</span>`}</div>`;
}

async function fetchHolidays(at: At, definition: Definition): Promise<void> {
  const year = Number(today().slice(0, 4));
  const before = definition.special?.length ?? 0;
  try {
    const next = await at.drafting.holidays(definition, [year, year + 1]);
    const added = (next.special?.length ?? 0) - before;
    at.drafting.say(t("admin.special.imported", { n: Math.max(0, added) }), added > 0 ? "done" : "note");
    at.set(next);
  } catch (error) {
    at.drafting.say(faultWords(asRefused(error)), "bad");
  }
}

const special: Part = (at: At) => {
  const definition = definitionOf(at);
  const days = definition.special ?? [];
  const put = (next: Special[]): void => at.set({ ...definition, special: next });
  const years = [...new Set(days.map((one) => one.from.slice(0, 4)))].toSorted();
  const list = (year: string): TemplateResult => html`<details ?open=${year === today().slice(0, 4)}><summary>${year} <span class="quiet">${t("admin.special.count", { n: days.filter((one) => one.from.startsWith(year)).length })}</span></summary>
    <div class="specials">${days.map((one, place) => (one.from.startsWith(year) ? specialRow(one, (next) => put(next === null ? days.filter((_, other) => other !== place) : days.map((old, other) => (other === place ? next : old)))) : nothing))}</div></details>`;
  return html`<fieldset ?disabled=${at.off}><legend>${t("admin.special")}</legend><span class="hint">${t("admin.special.hint")}</span>
      ${days.length === 0 ? html`<p class="quiet">${t("admin.special.none")}</p>` : years.map(list)}
      <div class="row"><button type="button" @click=${() => put([...days, { from: today(), to: today(), name: t("admin.special.new"), work: [] }].toSorted((a, b) => a.from.localeCompare(b.from)))}>${icon("plus")}${t("admin.special.add")}</button>
        <span class="gap"></span>
        <label>${t("admin.special.country")}<input class="narrow" name="country" maxlength="6" autocapitalize="characters" placeholder="VN" .value=${definition.holidays?.country ?? ""} @change=${(event: Event) => { at.set(typed(event) === "" ? without(definition, "holidays") : { ...definition, holidays: { country: typed(event).toUpperCase() } }); }}></label>
        <button type="button" ?disabled=${definition.holidays === undefined} @click=${() => void fetchHolidays(at, definition)}>${icon("calendar")}${t("admin.special.import")}</button></div></fieldset>
    <ht-month .definition=${definition}></ht-month>`;
};

export const CALENDAR_PARTS = { week, special };
