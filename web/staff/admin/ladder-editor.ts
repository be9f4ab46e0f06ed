import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { HtElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { said, t } from "../../shared/preferences";
import { options, ticked, typed } from "./form-part";
import { formStyles } from "./form-styles";
import { added, CAUSES, inUnit, LANES, leastWait, LONGEST_WAIT, MOST_RUNGS, noneWords, RECIPIENTS, shifted, steps, waits, type Ladders, type Rung } from "./ladders";
import { without } from "./model";

/** What is wrong at a place of the setting; `pointer` begins with the lane ("/standard/2/to"). */
export interface Wrong { pointer: string; words: string }

/** By lane the steps by which a late or untouched case goes up. Fires `change-ladders` (all lanes that have their own, or null). */
@customElement("ht-ladder-editor")
export class LadderEditor extends HtElement {
  @property({ attribute: false }) value: Ladders = {};
  @property({ attribute: false }) usual: Ladders = {};
  @property({ attribute: false }) wrong: readonly Wrong[] = [];
  @property({ type: Boolean }) disabled = false;
  /** Where the hand goes on when what was drawn is there: a lane and a place in its list, or the lane's button. */
  private next: string | null = null;

  static override styles = [controls, formStyles, css`
    :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-4); }
    .lane { display: grid; gap: var(--s-3); padding: var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--paper); min-width: 0; }
    .causes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: var(--s-4); align-items: start; } .causes > section { display: grid; gap: var(--s-2); justify-items: start; } .causes ol { justify-self: stretch; }
    h4 { font-size: var(--t-m); } .lane > h4 { font-size: var(--t-l); }
    ol { display: grid; gap: var(--s-2); }
    .rung { display: grid; grid-template-columns: 1.6rem minmax(0, 1fr) auto; gap: var(--s-2); align-items: center; padding: var(--s-2); } li { border: 1px solid var(--line); border-radius: var(--r-m); background: var(--surface); }
    .number { display: grid; place-items: center; width: 1.6rem; height: 1.6rem; border-radius: 50%; border: 1px solid var(--line-strong); font-size: var(--t-s); font-variant-numeric: tabular-nums; }
    .said { display: flex; flex-wrap: wrap; gap: var(--s-1) var(--s-2); align-items: center; min-width: 0; } .said input { width: 5.5rem; } .said select { width: auto; max-width: 100%; min-width: 0; flex: 0 1 auto; }
    .pair { display: inline-flex; gap: var(--s-2); align-items: center; min-width: 0; }
    .moves { display: inline-flex; } .rung .wrong { grid-column: 2 / -1; } li.bad { border-color: var(--late); }
    @media (max-width: 700px) { .rung { grid-template-columns: 1.6rem minmax(0, 1fr); align-items: start; } .moves { grid-column: 2; justify-self: end; } .said > * { min-height: var(--target); } .said > span { display: grid; align-items: center; } }
  `];

  private fire(value: Ladders): void {
    const own = Object.fromEntries(Object.entries(value).filter(([, rungs]) => rungs !== null && rungs !== undefined));
    this.dispatchEvent(new CustomEvent<Ladders | null>("change-ladders", { detail: Object.keys(own).length === 0 ? null : own }));
  }

  private put(lane: string, rungs: readonly Rung[], next: string | null = null): void {
    this.next = next;
    this.fire({ ...this.value, [lane]: [...rungs] });
  }

  /** Whether every number is one; the first that is not is told of where it stands. */
  reportValidity(): boolean {
    return [...this.renderRoot.querySelectorAll("input")].every((one) => one.reportValidity());
  }

  private own(lane: string, on: boolean): void {
    this.fire(on ? { ...this.value, [lane]: this.usual[lane] ?? [] } : (without(this.value, lane) as Ladders));
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.next === null || !changed.has("value")) return;
    this.renderRoot.querySelector<HTMLElement>(`[data-at="${this.next}"]`)?.focus();
    this.next = null;
  }

  private at(lane: string, place?: number): string[] {
    const start = place === undefined ? `/${lane}` : `/${lane}/${place}`;
    return this.wrong.filter(({ pointer }) => (place === undefined ? pointer === start : pointer === start || pointer.startsWith(`${start}/`))).map(({ words }) => words);
  }

  private shift(lane: string, rungs: readonly Rung[], place: number, step: -1 | 1): void {
    const moved = shifted(rungs, place, step);
    if (moved.rungs !== rungs) this.put(lane, moved.rungs, `${lane}-${moved.place}`);
  }

  private drop(lane: string, rungs: readonly Rung[], place: number): void {
    this.put(lane, rungs.filter((_, at) => at !== place), `${lane}-${rungs[place]?.cause ?? ""}`);
  }

  private rung(lane: string, rungs: readonly Rung[], place: number, at: number, last: boolean): TemplateResult {
    const rung = rungs[place] as Rung;
    const wrong = this.at(lane, place);
    const name = t("admin.ladder.step", { n: at + 1 });
    const change = (part: Partial<Rung>): void => this.put(lane, rungs.map((old, other) => (other === place ? { ...rung, ...part } : old)));
    const onKey = (event: KeyboardEvent): void => {
      const step = !event.altKey ? 0 : event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
      if (step === 0 || this.disabled) return;
      event.preventDefault();
      this.shift(lane, rungs, place, step);
    };
    return html`<li class=${wrong.length > 0 ? "bad" : ""}><div class="rung" role="group" aria-label="${said(`admin.ladder.cause.${rung.cause}`, rung.cause)}, ${name}" @keydown=${onKey}><span class="number" aria-hidden="true">${at + 1}</span>
      <span class="said"><span>${t("admin.ladder.wait")}</span><input type="number" required min=${leastWait(rung.after.unit)} max=${LONGEST_WAIT} step="1" data-at="${lane}-${place}" name="${lane}-${place}-amount" aria-label=${t("admin.level.amount")} aria-invalid=${wrong.length > 0} .value=${Number.isNaN(rung.after.amount) ? "" : String(rung.after.amount)} ?disabled=${this.disabled}
          @input=${(event: Event) => change({ after: { ...rung.after, amount: typed(event) === "" ? NaN : Number(typed(event)) } })}>
        <select name="${lane}-${place}-unit" aria-label=${t("admin.level.unit")} ?disabled=${this.disabled} .value=${rung.after.unit} @change=${(event: Event) => change({ after: inUnit(rung.after, typed(event)) })}>${options(waits(rung.cause).map((value) => ({ value, words: said(`admin.unit.${value}`, value) })), rung.after.unit)}</select>
        <span class="pair">${t("admin.ladder.tell")} <select name="${lane}-${place}-to" aria-label=${t("admin.ladder.whom")} ?disabled=${this.disabled} .value=${rung.to} @change=${(event: Event) => change({ to: typed(event) })}>${options(RECIPIENTS.map((value) => ({ value, words: t(`admin.ladder.to.${value}`) })), rung.to)}</select></span></span>
      ${this.disabled ? nothing : html`<span class="moves"><button type="button" class="bare square" aria-label="${t("admin.up")}: ${name}" ?disabled=${at === 0} @click=${() => this.shift(lane, rungs, place, -1)}>${icon("up")}</button>
        <button type="button" class="bare square" aria-label="${t("admin.down")}: ${name}" ?disabled=${last} @click=${() => this.shift(lane, rungs, place, 1)}>${icon("down")}</button>
        <button type="button" class="bare square" aria-label="${t("admin.remove")}: ${name}" @click=${() => this.drop(lane, rungs, place)}>${icon("trash")}</button></span>`}
      ${wrong.length === 0 ? nothing : html`<span class="wrong">${wrong.map((words) => html`<span>${words}</span>`)}</span>`}</div></li>`;
  }

  private cause(lane: string, rungs: readonly Rung[], cause: string): TemplateResult {
    const found = steps(rungs, cause);
    const title = said(`admin.ladder.cause.${cause}`, cause);
    return html`<section><h4>${title}</h4><p class="hint">${said(`admin.ladder.since.${cause}`, "")}</p>
      ${found.length === 0 ? html`<p class="quiet">${noneWords(cause)}</p>` : html`<ol>${found.map(({ place }, at) => this.rung(lane, rungs, place, at, at === found.length - 1))}</ol>`}
      ${this.disabled || rungs.length >= MOST_RUNGS ? nothing : html`<button type="button" class="bare" data-at="${lane}-${cause}" aria-label="${t("admin.ladder.add")}: ${title}" @click=${() => this.put(lane, added(rungs, cause), `${lane}-${rungs.length}`)}>${icon("plus")}${t("admin.ladder.add")}</button>`}</section>`;
  }

  private lane(lane: string): TemplateResult {
    const given = this.value[lane];
    const own = given !== null && given !== undefined;
    const rungs = own ? given : (this.usual[lane] ?? []);
    const name = said(`admin.lane.${lane}`, lane);
    const wrong = this.at(lane);
    return html`<section class="lane" data-lane=${lane} aria-label=${name}><h4>${name}</h4>
      <label class="tick"><input type="checkbox" name="${lane}-own" .checked=${own} ?disabled=${this.disabled} @change=${(event: Event) => this.own(lane, ticked(event))}><span>${t("admin.ladder.own")}${own ? nothing : html`<span class="hint">${t("admin.ladder.usual.hint")}</span>`}</span></label>
      ${wrong.length === 0 ? nothing : html`<span class="wrong">${wrong.map((words) => html`<span>${words}</span>`)}</span>`}
      ${own ? html`<div class="causes">${CAUSES.map((cause) => this.cause(lane, rungs, cause))}</div>` : this.told(rungs)}</section>`;
  }

  /** The usual steps, to be read. */
  private told(rungs: readonly Rung[]): TemplateResult {
    return html`<div class="causes">${CAUSES.map((cause) => html`<section><h4>${said(`admin.ladder.cause.${cause}`, cause)}</h4><ol class="plain">${steps(rungs, cause).map(({ rung }, at) => html`<li><div class="rung"><span class="number" aria-hidden="true">${at + 1}</span><span>${this.sentence(rung)}</span></div></li>`)}</ol></section>`)}</div>`;
  }

  private sentence({ after, to }: Rung): string {
    const whom = said(`admin.ladder.to.${to}`, to);
    return after.amount <= leastWait(after.unit) ? t("admin.ladder.sentence.at_once", { whom }) : t("admin.ladder.sentence", { amount: after.amount, unit: said(`admin.unit.${after.unit}`, after.unit), whom });
  }

  override render(): TemplateResult {
    return html`${LANES.map((lane) => this.lane(lane))}${this.disabled ? nothing : html`<p class="hint">${t("admin.ladder.keys")}</p>`}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-ladder-editor": LadderEditor } }
