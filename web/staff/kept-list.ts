import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import { t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import type { Kept, KeptThing } from "./kept";
import { StaffElement } from "./staff-element";
import { faultText } from "./tell";

/** The things a person keeps, to be taken, renamed, shared, thrown away (with undo). Fires `take` with the one chosen and
 *  `again` with one that was thrown away and is wanted back. */
@customElement("ht-kept-list")
export class KeptList extends StaffElement {
  @property({ attribute: false }) kept!: Kept<KeptThing>;
  @property({ attribute: false }) items: readonly KeptThing[] = [];
  @property({ attribute: false }) chosen: string | null = null;
  @property({ attribute: false }) describe: (one: KeptThing) => string = () => "";
  /** The one the desk opens with; undefined where there is no such thing. */
  @property({ attribute: false }) first: string | null | undefined = undefined;
  @state() private renaming: string | null = null;
  @state() private fault: string | null = null;

  static override styles = [controls, css`
    ul { display: grid; gap: var(--s-1); }
    li { display: flex; flex-wrap: wrap; gap: var(--s-1); align-items: center; padding: var(--s-1); border: 1px solid var(--line); border-radius: var(--r-m); }
    li.chosen { border-color: var(--accent); background: var(--accent-soft); }
    .take { flex: 1 1 12rem; min-width: 0; height: auto; min-height: 2.5rem; padding: var(--s-1) var(--s-2); border: 0; background: none; display: grid; justify-content: stretch; text-align: start; gap: 0; white-space: normal; font-weight: 500; }
    .take .faint { font-size: var(--t-s); font-weight: 400; overflow-wrap: anywhere; }
    form { flex: 1 1 12rem; display: flex; gap: var(--s-1); }
    button.square { border-color: transparent; background: none; }
    button.square[aria-pressed="true"] { border-color: var(--accent); background: var(--accent-soft); }
  `];

  private async try(what: () => Promise<void>): Promise<void> {
    this.fault = null;
    try {
      await what();
    } catch (error) {
      this.fault = faultText(asRefused(error));
    }
  }

  private async rename(one: KeptThing, event: Event): Promise<void> {
    event.preventDefault();
    const name = new FormData(event.target as HTMLFormElement).get("name");
    if (typeof name !== "string" || name.trim() === "") return;
    await this.try(async () => {
      await this.kept.change(one.id, { name: name.trim() });
      this.renaming = null;
    });
  }

  private async throwAway(one: KeptThing): Promise<void> {
    await this.try(async () => {
      await this.kept.remove(one.id);
      // The button that had the focus is gone with it.
      await this.updateComplete;
      this.dispatchEvent(new CustomEvent("gone"));
      this.desk.toast(t("kept.removed", { name: one.name }), "done", () => this.dispatchEvent(new CustomEvent("again", { detail: one })));
    });
  }

  private button(name: "star" | "users" | "trash", label: string, run: () => void, pressed?: boolean): TemplateResult {
    return html`<button type="button" class="square" data-do=${name} aria-label=${label} title=${label} aria-pressed=${pressed ?? nothing} @click=${run}>${icon(name)}</button>`;
  }

  private item(one: KeptThing): TemplateResult {
    const sharing = this.desk.me.role === "supervisor";
    const renaming = this.renaming === one.id;
    return html`<li class=${one.id === this.chosen ? "chosen" : ""}>
      ${renaming ? html`<form @submit=${(event: Event) => void this.rename(one, event)} @keydown=${(event: KeyboardEvent) => { event.stopPropagation(); if (event.key === "Escape") { event.preventDefault(); this.renaming = null; } }}>
          <input name="name" aria-label=${t("kept.name")} maxlength="60" required .value=${one.name}><button>${t("kept.save")}</button></form>`
        : html`<button type="button" class="take" @click=${() => this.dispatchEvent(new CustomEvent("take", { detail: one }))}><span>${one.name}${one.shared ? html` <span class="chip">${icon("users")}<span>${t("kept.shared")}</span></span>` : nothing}</span><span class="faint">${this.describe(one)}</span></button>`}
      ${this.first === undefined ? nothing : this.button("star", t("kept.first", { name: one.name }), () => void this.try(() => this.kept.change(one.id, { default: one.id !== this.first } as Partial<KeptThing>)), one.id === this.first)}
      ${sharing && one.mine ? this.button("users", t("kept.share", { name: one.name }), () => void this.try(() => this.kept.change(one.id, { shared: !one.shared })), one.shared) : nothing}
      ${one.mine ? html`<button type="button" class="link" data-do="rename" aria-label=${t("kept.rename", { name: one.name })} @click=${() => { this.renaming = renaming ? null : one.id; }}>${t("kept.rename.short")}</button>${this.button("trash", t("kept.remove", { name: one.name }), () => void this.throwAway(one))}` : nothing}</li>`;
  }

  override render(): TemplateResult {
    return html`${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}
      ${this.kept.failed ? html`<p class="note warn">${t("kept.failed")} <button type="button" class="link" @click=${() => void this.kept.load()}>${t("action.again")}</button></p>` : nothing}
      ${this.items.length === 0 ? html`<p class="quiet">${t("kept.none")}</p>` : html`<ul>${this.items.map((one) => this.item(one))}</ul>`}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-kept-list": KeptList } }
