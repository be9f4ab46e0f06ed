/** The editor of a category's questions: simple kinds only; a program's name for each is made, not asked. */
import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { grouped, options, ticked, typed, type At, type Part } from "./form-part";
import { stepped } from "./order";
import { blankOption, blankQuestion, QUESTION_KINDS, read, written, type Asked, type Option, type Question, type QuestionKind } from "./questions";

type Schema = Record<string, unknown> | null;

function optionRow(option: Option, at: number, put: (option: Option | null) => void): TemplateResult {
  return html`<li class="option-row"><input aria-label=${t("admin.questions.option", { n: at + 1 })} placeholder=${t("admin.questions.option", { n: at + 1 })} .value=${option.vi} @input=${(event: Event) => put({ ...option, vi: typed(event) })}>
    <input aria-label="${t("admin.questions.option", { n: at + 1 })} (English)" placeholder="English" .value=${option.en} @input=${(event: Event) => put({ ...option, en: typed(event) })}>
    <button type="button" class="bare square" aria-label=${t("admin.questions.option.remove", { n: at + 1 })} @click=${() => put(null)}>${icon("cross")}</button></li>`;
}

function choices(question: Question, put: (question: Question) => void): TemplateResult {
  const { options: list } = question;
  const change = (at: number, option: Option | null): void => put({ ...question, options: option === null ? list.filter((_, place) => place !== at) : list.map((one, place) => (place === at ? option : one)) });
  return html`<ul class="option-rows">${list.map((option, at) => optionRow(option, at, (next) => change(at, next)))}</ul>
    <button type="button" class="bare" @click=${() => put({ ...question, options: [...list, blankOption(list)] })}>${icon("plus")}${t("admin.questions.option.add")}</button>`;
}

function card(question: Question, at: number, count: number, put: (question: Question | null) => void, move: (step: -1 | 1) => void): TemplateResult {
  const name = question.vi === "" ? t("admin.questions.one", { n: at + 1 }) : question.vi;
  const kind = (value: QuestionKind): void => put({ ...question, kind: value, options: value === "choice" && question.options.length === 0 ? [blankOption([]), blankOption([blankOption([])])] : question.options });
  return html`<div class="card" role="group" aria-label=${name}>
    <div class="row"><label class="grow">${t("admin.questions.title")}<input .value=${question.vi} required @input=${(event: Event) => put({ ...question, vi: typed(event) })}></label>
      <label class="grow">${t("admin.questions.title_en")}<input .value=${question.en} @input=${(event: Event) => put({ ...question, en: typed(event) })}></label></div>
    <div class="row"><label>${t("admin.questions.kind")}<select .value=${question.kind} @change=${(event: Event) => kind(typed(event) as QuestionKind)}>${options(QUESTION_KINDS.map((value) => ({ value, words: t(`admin.questions.kind.${value}`) })), question.kind)}</select></label>
      <label class="tick"><input type="checkbox" .checked=${question.required} @change=${(event: Event) => put({ ...question, required: ticked(event) })}><span>${t("admin.questions.required")}</span></label>
      <span class="gap"></span>
      <button type="button" class="bare square" aria-label="${t("admin.up")}: ${name}" ?disabled=${at === 0} @click=${() => move(-1)}>${icon("up")}</button>
      <button type="button" class="bare square" aria-label="${t("admin.down")}: ${name}" ?disabled=${at === count - 1} @click=${() => move(1)}>${icon("down")}</button>
      <button type="button" class="bare square" aria-label="${t("admin.remove")}: ${name}" @click=${() => put(null)}>${icon("trash")}</button></div>
    ${question.kind === "choice" ? choices(question, put) : nothing}</div>`;
}

export const questions: Part = (at: At) => {
  const before = (at.value ?? null) as Schema;
  const asked = read(before);
  const put = (next: Asked): void => at.set(written(next, before));
  const change = (place: number, question: Question | null): void =>
    put({ ...asked, questions: question === null ? asked.questions.filter((_, one) => one !== place) : asked.questions.map((old, one) => (one === place ? question : old)) });
  const move = (name: string, step: -1 | 1): void => {
    const order = stepped(asked.questions.map((one) => one.name), name, step);
    put({ ...asked, questions: order.flatMap((one) => asked.questions.filter((question) => question.name === one)) });
  };
  return grouped(at, html`${asked.questions.length === 0 ? html`<p class="quiet">${t("admin.questions.none")}</p>` : nothing}
    <div class="cards">${asked.questions.map((question, place) => card(question, place, asked.questions.length, (next) => change(place, next), (step) => move(question.name, step)))}</div>
    <div class="row"><button type="button" @click=${() => put({ ...asked, questions: [...asked.questions, blankQuestion(asked.questions.map((one) => one.name))] })}>${icon("plus")}${t("admin.questions.add")}</button>
      <label class="tick"><input type="checkbox" .checked=${asked.wordsRequired} @change=${(event: Event) => put({ ...asked, wordsRequired: ticked(event) })}><span>${t("admin.questions.words")}</span></label></div>`);
};
