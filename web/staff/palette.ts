import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { HtElement } from "../shared/element";
import { icon } from "../shared/icons";
import { t } from "../shared/preferences";
import { dialogStyles } from "./dialog-styles";
import { leave, staysClosed } from "./keyboard";
import { matching, type Entry } from "./palette-match";

/** Everything by name: typed, chosen with the arrows, done with Enter. */
@customElement("ht-palette")
export class Palette extends HtElement {
  /** Asked anew each time it opens and with every letter: what can be done depends on the case. */
  @property({ attribute: false }) entries: (typed: string) => readonly Entry[] = () => [];
  @state() private typed = "";
  @state() private at = 0;
  @state() private shown = false;
  @query("dialog") private dialog!: HTMLDialogElement;
  @query("input") private box!: HTMLInputElement;

  static override styles = [controls, dialogStyles, css`
    dialog { margin-top: 12vh; }
    .box { position: relative; padding: var(--s-3); border-bottom: 1px solid var(--line); }
    .box .icon { position: absolute; left: 1.4rem; top: 50%; translate: 0 -50%; color: var(--ink-3); }
    .box input { padding-inline-start: 2.2rem; min-height: 2.5rem; font-size: var(--t-l); }
    .list { overflow-y: auto; max-height: min(28rem, 55vh); padding: var(--s-2); display: grid; }
    .group { padding: var(--s-2) var(--s-3) var(--s-1); font-size: var(--t-s); color: var(--ink-2); font-weight: 600; }
    .entry { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: var(--s-3); align-items: center; min-height: 2.25rem; padding: 0 var(--s-3); border-radius: var(--r-m); cursor: pointer; }
    .entry .icon { color: var(--ink-2); }
    .entry > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .entry[aria-selected="true"] { background: var(--accent-soft); box-shadow: inset 0 0 0 1px var(--accent); }
    .none { padding: var(--s-5); text-align: center; color: var(--ink-2); }
  `];

  get isOpen(): boolean {
    return this.dialog.open;
  }

  async show(): Promise<void> {
    this.typed = "";
    this.at = 0;
    this.shown = true;
    await this.updateComplete;
    if (!this.dialog.open) this.dialog.showModal();
    this.box.focus();
  }

  private onKey(event: KeyboardEvent, found: readonly Entry[]): void {
    if (!this.dialog.open) return;
    event.stopPropagation();
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && found.length > 0) this.at = (this.at + step + found.length) % found.length;
    else if (event.key === "Enter" && !event.isComposing) this.take(found[this.at]);
    else return;
    event.preventDefault();
  }

  private take(entry: Entry | undefined): void {
    if (entry === undefined) return;
    leave(this.dialog);
    entry.run();
  }

  protected override updated(): void {
    this.renderRoot.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  override render(): TemplateResult {
    if (!this.shown) return html`<dialog></dialog>`;
    const found = matching(this.entries(this.typed), this.typed);
    const current = found[this.at];
    return html`<dialog aria-label=${t("palette.title")} @close=${(event: Event) => { if (staysClosed(event)) this.shown = false; }} @keydown=${(event: KeyboardEvent) => this.onKey(event, found)}>
      <div class="box">${icon("search")}<input role="combobox" aria-label=${t("palette.title")} aria-expanded=${found.length > 0} aria-controls="list" aria-autocomplete="list" aria-activedescendant=${current === undefined ? nothing : `entry-${current.id}`} autocomplete="off" spellcheck="false"
        placeholder=${t("palette.hint")} .value=${this.typed} @input=${(event: Event) => { this.typed = (event.target as HTMLInputElement).value; this.at = 0; }}></div>
      ${found.length === 0 ? html`<p class="none" id="list" role="status">${t("palette.none")}</p>` : html`<div class="list" id="list" role="listbox" aria-label=${t("palette.title")} tabindex="-1">${found.map((entry, at) => html`${entry.group !== found[at - 1]?.group ? html`<div class="group" role="presentation">${entry.group}</div>` : nothing}
        <div class="entry" role="option" id="entry-${entry.id}" aria-selected=${at === this.at} @click=${() => this.take(entry)} @pointermove=${() => { this.at = at; }}>${icon(entry.icon)}<span>${entry.words}</span>${entry.key === undefined ? nothing : html`<kbd>${entry.key}</kbd>`}</div>`)}</div>`}
    </dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-palette": Palette } }
