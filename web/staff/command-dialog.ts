import { html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { t } from "../shared/preferences";
import { asRefused, type Refused } from "../shared/problem";
import { ACTIONS, type Command } from "./actions";
import { dialogStyles } from "./dialog-styles";
import { FORMS } from "./forms";
import { StaffElement } from "./staff-element";
import { changes, categoryName, faultText } from "./tell";

export interface Done { command: Command; before: Report; after: Report }

/** The form of one command. What was typed stays until it is done or thrown away; a late write shows what has changed
 *  meanwhile and is sent again only when the person says so. Fires `done`. */
@customElement("ht-command")
export class CommandDialog extends StaffElement {
  @state() private command: Command | null = null;
  @state() private seen: Report | null = null;
  @state() private draft: unknown = null;
  @state() private fault: Refused | null = null;
  @state() private busy = false;
  @state() private typing = false;
  @query("dialog") private dialog!: HTMLDialogElement;
  private opened: Report | null = null;

  static override styles = [controls, dialogStyles];

  get isOpen(): boolean {
    return this.command !== null;
  }

  async ask(command: Command, report: Report): Promise<void> {
    const form = FORMS[command];
    if (form === undefined) return;
    this.command = command;
    this.seen = report;
    this.opened = report;
    this.fault = null;
    this.draft = form.start(this.desk, report);
    await this.updateComplete;
    this.dialog.showModal();
    this.dialog.querySelector<HTMLElement>("[autofocus]")?.focus();
  }

  private close(): void {
    this.dialog.close();
  }

  private onClosed(): void {
    this.command = null;
    this.seen = null;
    this.draft = null;
  }

  private args(): Record<string, unknown> | null {
    const form = this.command === null ? undefined : FORMS[this.command];
    return form === undefined || this.seen === null ? null : form.args(this.draft, this.seen);
  }

  private async send(): Promise<void> {
    const args = this.args();
    const { command, seen } = this;
    if (args === null || command === null || seen === null || this.busy) return;
    this.busy = true;
    this.fault = null;
    try {
      const after = await this.desk.perform(command, seen, args);
      this.close();
      this.dispatchEvent(new CustomEvent<Done>("done", { detail: { command, before: seen, after } }));
    } catch (error) {
      this.fault = asRefused(error);
      // The next try is made knowingly on the newer report: its difference is on the screen.
      if (this.fault.slug === "stale" && this.fault.problem.report) this.seen = this.fault.problem.report;
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>(".fault")?.focus();
    } finally {
      this.busy = false;
    }
  }

  /** Enter sends from everywhere but a text of several lines (there Ctrl+Enter does). */
  private onKey(event: KeyboardEvent): void {
    event.stopPropagation();
    const target = event.composedPath()[0];
    const typing = target instanceof HTMLTextAreaElement;
    const button = target instanceof HTMLButtonElement;
    if (event.key !== "Enter" || event.isComposing || button || (typing && !event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    void this.send();
  }

  private faultView(fault: Refused): TemplateResult {
    const differences = this.opened === null || this.seen === null || fault.slug !== "stale" ? [] : changes(this.desk, this.opened, this.seen);
    return html`<div class="note bad fault" role="alert" tabindex="-1"><strong>${faultText(fault)}</strong>
      ${differences.length === 0 ? nothing : html`<table><thead><tr><th scope="col">${t("stale.field")}</th><th scope="col">${t("stale.before")}</th><th scope="col">${t("stale.after")}</th></tr></thead>
        <tbody>${differences.map((one) => html`<tr><th scope="row">${t(`field.${one.field}`)}</th><td>${one.before || "—"}</td><td><strong>${one.after || "—"}</strong></td></tr>`)}</tbody></table>`}
      <span>${t("fault.kept")}</span></div>`;
  }

  /** Says so when the case changes under an open form, before a send would be refused. */
  private movedView(): TemplateResult | typeof nothing {
    const now = this.seen === null ? undefined : this.desk.report(this.seen.code);
    if (this.fault !== null || this.busy || now === undefined || this.seen === null || now.version <= this.seen.version) return nothing;
    const differences = changes(this.desk, this.seen, now);
    return html`<div class="note warn" role="status">${t("dialog.moved")} ${differences.map((one) => `${t(`field.${one.field}`)}: ${one.before || "—"} → ${one.after || "—"}`).join("; ")}
      <button type="button" class="link" @click=${() => { this.seen = now; }}>${t("dialog.moved.take")}</button></div>`;
  }

  override render(): TemplateResult {
    const { command, seen } = this;
    const form = command === null ? undefined : FORMS[command];
    if (command === null || seen === null || form === undefined) return html`<dialog @close=${() => this.onClosed()}></dialog>`;
    const set = (part: object): void => { if (this.draft !== null) this.draft = Object.assign(this.draft as object, part); this.requestUpdate(); };
    const again = this.fault !== null;
    return html`<dialog class=${command} aria-labelledby="title" @close=${() => this.onClosed()} @keydown=${(event: KeyboardEvent) => this.onKey(event)} @focusin=${(event: FocusEvent) => { this.typing = event.target instanceof HTMLTextAreaElement; }}>
      <form @submit=${(event: Event) => { event.preventDefault(); void this.send(); }}>
        <div class="head"><h2 id="title">${icon(ACTIONS[command].icon)}${t(`command.${command}`)}</h2><span class="quiet">${categoryName(this.desk, seen)} · <span class="code">${seen.code}</span></span>
          <button type="button" class="bare square" aria-label=${t("action.cancel")} @click=${() => this.close()}>${icon("cross")}</button></div>
        <div class="fields">${this.fault === null ? nothing : this.faultView(this.fault)}${this.movedView()}
          ${form.view({ desk: this.desk, report: seen, draft: this.draft, set, send: () => void this.send() })}</div>
        <div class="foot"><button type="button" @click=${() => this.close()}>${t("action.cancel")} <kbd>Esc</kbd></button>
          <button class="first" ?disabled=${this.busy || this.args() === null}>${this.busy ? t("pending") : again ? t("action.again") : t(`command.${command}`)} <kbd>${this.typing ? "Ctrl ↵" : "↵"}</kbd></button></div>
      </form></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-command": CommandDialog } }
