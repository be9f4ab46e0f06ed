/** A calendar: the week as a grid of intervals, the days that differ, and a month as it then is. */
import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { faultWords } from "./fault-words";
import { ticked, typed, type At, type Part } from "./form-part";
import { DAYS, withHolidays, type Definition, type Interval, type Special } from "./month";
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

const week: Part = (at: At) => {
  const definition = definitionOf(at);
  const put = (day: (typeof DAYS)[number], work: Interval[]): void => at.set({ ...definition, week: { ...definition.week, [day]: work } });
  const monday = definition.week.mon ?? [];
  return html`<fieldset ?disabled=${at.off}><legend>${t("admin.week")}</legend>
    <div class="week">${DAYS.map((day) => html`<span class="name">${t(`admin.day.${day}`)}</span>${intervals(t(`admin.day.${day}`), definition.week[day] ?? [], (work) => put(day, work))}`)}</div>
    <div class="row"><button type="button" class="bare" @click=${() => at.set({ ...definition, week: { ...definition.week, tue: monday, wed: monday, thu: monday, fri: monday } })}>${icon("copy")}${t("admin.week.same")}</button></div></fieldset>`;
};

function specialRow(special: Special, put: (special: Special | null) => void): TemplateResult {
  return html`<li class="card" role="group" aria-label=${special.name}><div class="row">
    <label>${t("admin.special.from")}<input type="date" .value=${special.from} @change=${(event: Event) => put({ ...special, from: typed(event), to: special.to < typed(event) ? typed(event) : special.to })}></label>
    <label>${t("admin.special.to")}<input type="date" .value=${special.to} min=${special.from} @change=${(event: Event) => put({ ...special, to: typed(event) })}></label>
    <label class="grow">${t("admin.special.name")}<input .value=${special.name} @input=${(event: Event) => put({ ...special, name: typed(event) })}></label>
    <button type="button" class="bare square" aria-label="${t("admin.remove")}: ${special.name}" @click=${() => put(null)}>${icon("trash")}</button></div>
    <div class="row">${special.work.length === 0 ? html`<span class="chip late">${icon("minus")}${t("admin.special.off")}</span>` : html`<span class="chip done">${icon("check")}${t("admin.special.swapped")}</span>`}
      ${intervals(special.name, special.work, (work) => put({ ...special, work }))}
      <label class="tick"><input type="checkbox" .checked=${special.provisional === true} @change=${(event: Event) => put({ ...special, provisional: ticked(event) })}><span>${t("admin.special.provisional")}</span></label></div>
    ${special.note === undefined ? nothing : html`<span class="hint">${special.note}</span>`}</li>`;
}

async function fetchHolidays(at: At, days: readonly Special[], put: (days: Special[]) => void): Promise<void> {
  try {
    const { special: next, added } = withHolidays(days, await at.drafting.holidays());
    at.drafting.say(t("admin.special.imported", { n: added }), added > 0 ? "done" : "note");
    if (added > 0) put(next);
  } catch (error) {
    at.drafting.say(faultWords(asRefused(error)), "bad");
  }
}

const special: Part = (at: At) => {
  const definition = definitionOf(at);
  const days = definition.special ?? [];
  const put = (next: Special[]): void => at.set({ ...definition, special: next });
  const today = new Date().toISOString().slice(0, 10);
  const years = [...new Set(days.map((one) => one.from.slice(0, 4)))].toSorted();
  const list = (year: string): TemplateResult => html`<details ?open=${year === today.slice(0, 4)}><summary>${year} <span class="quiet">${t("admin.special.count", { n: days.filter((one) => one.from.startsWith(year)).length })}</span></summary>
    <ul class="cards">${days.map((one, place) => (one.from.startsWith(year) ? specialRow(one, (next) => put(next === null ? days.filter((_, other) => other !== place) : days.map((old, other) => (other === place ? next : old)))) : nothing))}</ul></details>`;
  return html`<fieldset ?disabled=${at.off}><legend>${t("admin.special")}</legend><span class="hint">${t("admin.special.hint")}</span>
      ${days.length === 0 ? html`<p class="quiet">${t("admin.special.none")}</p>` : years.map(list)}
      <div class="row"><button type="button" @click=${() => put([...days, { from: today, to: today, name: t("admin.special.new"), work: [] }].toSorted((a, b) => a.from.localeCompare(b.from)))}>${icon("plus")}${t("admin.special.add")}</button>
        <button type="button" @click=${() => void fetchHolidays(at, days, put)}>${icon("calendar")}${t("admin.special.import")}</button></div></fieldset>
    <ht-month .definition=${definition}></ht-month>`;
};

export const CALENDAR_PARTS = { week, special };
