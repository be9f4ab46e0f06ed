import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { HtElement } from "../shared/element";
import { icon } from "../shared/icons";

export interface Choice { key: string; label: string; detail?: string }

/** A field one types into and chooses from what is found, by arrow keys and Enter. Fires `typed` (the text) and `pick`
 *  (the key). The text stays the person's own: nothing is chosen unless they choose. */
@customElement("ht-choose")
export class Choose extends HtElement {
  @property() label = "";
  @property() hint = "";
  @property() value = "";
  @property() empty = "";
  @property({ type: Boolean }) wrong = false;
  @property({ attribute: false }) choices: readonly Choice[] = [];
  @state() private open = false;
  @state() private at = -1;
  @query("input") private input!: HTMLInputElement;

  static override shadowRootOptions: ShadowRootInit = { mode: "open", delegatesFocus: true };

  static override styles = [controls, css`
    :host { display: block; position: relative; }
    ul { position: absolute; z-index: 5; inset-inline: 0; top: calc(100% + 2px); max-height: 15rem; overflow-y: auto; border: 1px solid var(--line-strong); border-radius: var(--r-m);
      background: var(--raised); box-shadow: var(--shadow-2); padding: var(--s-1); }
    li { display: grid; gap: 0.1rem; padding: var(--s-1) var(--s-2); border-radius: var(--r-s); cursor: pointer; font-weight: 400; }
    li[aria-selected="true"] { background: var(--accent-soft); color: var(--accent); outline: 1px solid var(--accent); }
    li .quiet { font-size: var(--t-s); color: var(--ink-2); }
    p { position: absolute; z-index: 5; inset-inline: 0; top: calc(100% + 2px); padding: var(--s-2); background: var(--raised); border: 1px solid var(--line); border-radius: var(--r-m); font-size: var(--t-s); color: var(--ink-2); font-weight: 400; }
    input[aria-invalid="true"] { border-color: var(--late); }
  `];

  private onInput(): void {
    this.value = this.input.value;
    this.open = true;
    this.at = -1;
    this.dispatchEvent(new CustomEvent("typed", { detail: this.value }));
  }

  private pick(choice: Choice): void {
    this.open = false;
    this.at = -1;
    this.dispatchEvent(new CustomEvent("pick", { detail: choice.key }));
  }

  private onKey(event: KeyboardEvent): void {
    const shown = this.open && this.choices.length > 0;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.open = true;
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = Math.max(0, Math.min(this.choices.length - 1, this.at + step));
      void this.updateComplete.then(() => this.renderRoot.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }));
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.isComposing && shown) {
      const choice = this.choices[Math.max(0, this.at)];
      if (choice !== undefined) this.pick(choice);
    } else if (event.key === "Escape" && shown) {
      this.open = false;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  override render(): TemplateResult {
    const shown = this.open && this.choices.length > 0;
    return html`<label>${this.label}${this.hint === "" ? nothing : html`<span class="hint">${this.hint}</span>`}
      <input role="combobox" autocomplete="off" aria-autocomplete="list" aria-expanded=${shown} aria-controls="found" aria-invalid=${this.wrong}
        aria-activedescendant=${shown && this.at >= 0 ? `o${this.at}` : nothing} .value=${this.value} maxlength="300"
        @input=${() => this.onInput()} @keydown=${(event: KeyboardEvent) => this.onKey(event)} @focus=${() => { this.open = this.value !== "" && this.choices.length > 0; }} @blur=${() => { this.open = false; }}></label>
      <ul id="found" role="listbox" aria-label=${this.label} ?hidden=${!shown}>${shown ? this.choices.map((choice, at) => html`<li id="o${at}" role="option" aria-selected=${at === Math.max(0, this.at)}
        @mousedown=${(event: Event) => event.preventDefault()} @click=${() => this.pick(choice)}><span>${choice.label}</span>${choice.detail === undefined ? nothing : html`<span class="quiet">${icon("pin")} ${choice.detail}</span>`}</li>`) : nothing}</ul>
      ${this.open && this.choices.length === 0 && this.empty !== "" && this.value.trim().length > 1 ? html`<p role="status">${this.empty}</p>` : nothing}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-choose": Choose } }
