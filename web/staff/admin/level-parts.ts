/** Service levels: how long, counted how, from when; for both urgencies or for one. */
import { html, nothing, type TemplateResult } from "lit";

import { said, t } from "../../shared/preferences";
import { grouped, options, ticked, typed, type At, type Part } from "./form-part";
import { STARTS, UNITS, without, type Level } from "./model";

const FIRST: Level = { amount: 3, unit: "working_days", starts: "dispatched" };
const URGENCIES = ["normal", "urgent"] as const;

function line(name: string, words: string, level: Level | null, optional: boolean, set: (level: Level | null) => void): TemplateResult {
  return html`<div class="level" role="group" aria-label=${words}>
    ${optional ? html`<label class="tick"><input type="checkbox" name="${name}-on" .checked=${level !== null} @change=${(event: Event) => set(ticked(event) ? FIRST : null)}><span>${words}</span></label>` : html`<span class="name">${words}</span>`}
    ${level === null ? html`<span class="quiet">${t("admin.level.none")}</span>` : html`
      <input class="narrow" type="number" min="1" name="${name}-amount" aria-label=${t("admin.level.amount")} .value=${String(level.amount)} @input=${(event: Event) => set({ ...level, amount: Number(typed(event)) })}>
      <select name="${name}-unit" aria-label=${t("admin.level.unit")} .value=${level.unit} @change=${(event: Event) => set({ ...level, unit: typed(event) })}>${options(UNITS.map((value) => ({ value, words: said(`admin.unit.${value}`, value) })), level.unit)}</select>
      <select name="${name}-starts" aria-label=${t("admin.level.starts")} .value=${level.starts} @change=${(event: Event) => set({ ...level, starts: typed(event) })}>${options(STARTS.map((value) => ({ value, words: said(`admin.starts.${value}`, value) })), level.starts)}</select>`}
  </div>`;
}

const levels: Part = (at: At) => {
  const value = (at.value ?? {}) as Partial<Record<string, Level>>;
  const put = (urgency: string, level: Level | null): void => {
    const next = level === null ? without(value, urgency) : { ...value, [urgency]: level };
    at.set(Object.keys(next).length === 0 ? null : next);
  };
  return grouped(at, html`${URGENCIES.map((urgency) => line(`${at.spec.name}-${urgency}`, t(`urgency.${urgency}`), value[urgency] ?? null, true, (level) => put(urgency, level)))}
    ${value["urgent"] === undefined && value["normal"] !== undefined ? html`<span class="hint">${t("admin.level.same")}</span>` : nothing}`);
};

const level: Part = (at: At) => grouped(at, line(at.spec.name, t("admin.level.on"), (at.value ?? null) as Level | null, true, (next) => at.set(next)));

export const LEVELS = { levels, level };
