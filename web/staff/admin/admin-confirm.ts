import { html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { HtElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { dialogStyles } from "../dialog-styles";

export interface Question { title: string; text: string; act: string; field?: { label: string; value: string; needed: boolean } }

/** One question before something that matters; `ask` gives null for no, and for yes what was typed ("" without a field). */
@customElement("ht-admin-confirm")
export class AdminConfirm extends HtElement {
  @state() private question: Question | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;
  private answer: ((text: string | null) => void) | null = null;

  static override styles = [controls, dialogStyles];

  async ask(question: Question): Promise<string | null> {
    this.answer?.(null);
    this.question = question;
    await this.updateComplete;
    this.dialog.showModal();
    const field = this.renderRoot.querySelector<HTMLInputElement>("input");
    if (field !== null) { field.value = question.field?.value ?? ""; field.select(); }
    return new Promise((done) => { this.answer = done; });
  }

  private settle(text: string | null): void {
    const { answer } = this;
    this.answer = null;
    this.dialog.close();
    answer?.(text);
  }

  override render(): TemplateResult {
    const { question } = this;
    return html`<dialog aria-labelledby="title" @cancel=${(event: Event) => { event.preventDefault(); this.settle(null); }} @keydown=${(event: Event) => event.stopPropagation()}>
      ${question === null ? nothing : html`<form method="dialog" @submit=${(event: Event) => { event.preventDefault(); this.settle(this.renderRoot.querySelector<HTMLInputElement>("input")?.value.trim() ?? ""); }}>
        <div class="head"><h2 id="title">${question.title}</h2><span></span><button type="button" class="bare square" aria-label=${t("action.cancel")} @click=${() => this.settle(null)}>${icon("cross")}</button></div>
        <div class="fields">${question.text === "" ? nothing : html`<p>${question.text}</p>`}
          ${question.field === undefined ? nothing : html`<label>${question.field.label}<input maxlength="200" autocomplete="off" ?required=${question.field.needed}></label>`}</div>
        <div class="foot"><button type="button" @click=${() => this.settle(null)}>${t("action.cancel")}</button><button class="first">${question.act}</button></div></form>`}</dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-admin-confirm": AdminConfirm } }
