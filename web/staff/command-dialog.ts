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
import { leave } from "./keyboard";
import { proofStyles } from "./proof-styles";
import { StaffElement } from "./staff-element";
import { staleTable } from "./stale-table";
import { changes, categoryName, faultText } from "./tell";

export interface Done { command: Command; before: Report; after: Report }

/** A form that was sent: everything needed to open it again as it was, should the server refuse. */
interface Sent { command: Command; opened: Report; seen: Report; draft: unknown }

/** The form of one command. Sending closes it: the case shows at once what will be. A refusal opens it again with every
 *  word that was typed, says why, and for a late write shows what has changed meanwhile. Fires `done`. */
@customElement("ht-command")
export class CommandDialog extends StaffElement {
  @state() private command: Command | null = null;
  @state() private seen: Report | null = null;
  @state() private draft: unknown = null;
  @state() private fault: Refused | null = null;
  @state() private typing = false;
  @query("dialog") private dialog!: HTMLDialogElement;
  private opened: Report | null = null;

  static override styles = [controls, dialogStyles, proofStyles];

  get isOpen(): boolean {
    return this.dialog.open;
  }

  async ask(command: Command, report: Report): Promise<void> {
    const form = FORMS[command];
    if (form === undefined) return;
    await this.open({ command, opened: report, seen: report, draft: form.start(this.desk, report) }, null);
    this.dialog.querySelector<HTMLElement>("[autofocus]")?.focus();
  }

  private async open({ command, opened, seen, draft }: Sent, fault: Refused | null): Promise<void> {
    this.command = command;
    this.opened = opened;
    this.seen = seen;
    this.draft = draft;
    this.fault = fault;
    await this.updateComplete;
    if (!this.dialog.open) this.dialog.showModal();
  }

  private close(): void {
    leave(this.dialog);
  }

  private onClosed(): void {
    // Told a moment later: meanwhile a refusal may have opened it again.
    if (this.dialog.open) return;
    this.command = null;
    this.seen = null;
    this.draft = null;
    this.fault = null;
  }

  private args(): Record<string, unknown> | null {
    const form = this.command === null ? undefined : FORMS[this.command];
    return form === undefined || this.seen === null ? null : form.args(this.draft, this.seen);
  }

  private async send(): Promise<void> {
    const args = this.args();
    const { command, seen, opened, draft } = this;
    if (args === null || command === null || seen === null || opened === null || this.desk.pending.has(seen.code)) return;
    const sent: Sent = { command, opened, seen, draft };
    this.close();
    this.onClosed();
    try {
      const after = await this.desk.perform(command, seen, args);
      this.dispatchEvent(new CustomEvent<Done>("done", { detail: { command, before: seen, after } }));
    } catch (error) {
      await this.refused(sent, asRefused(error));
    }
  }

  private async refused(sent: Sent, fault: Refused): Promise<void> {
    // The next try is made knowingly on the newer report: its difference is on the screen.
    const seen = fault.slug === "stale" && fault.problem.report ? fault.problem.report : sent.seen;
    const again = async (): Promise<void> => {
      await this.open({ ...sent, seen }, fault);
      this.renderRoot.querySelector<HTMLElement>(".fault")?.focus();
    };
    // Somebody already at the next case is not pulled away from it.
    if (this.isOpen || this.desk.chosen !== sent.seen.code) this.desk.toast(`${sent.seen.code}: ${faultText(fault)}`, "bad", () => void again(), t("action.reopen_form"));
    else await again();
  }

  /** Enter sends from everywhere but a text of several lines (there Ctrl+Enter does). */
  private onKey(event: KeyboardEvent): void {
    event.stopPropagation();
    const target = event.composedPath()[0];
    const typing = target instanceof HTMLTextAreaElement;
    const button = target instanceof HTMLButtonElement;
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented || button || (typing && !event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    void this.send();
  }

  private faultView(fault: Refused): TemplateResult {
    const { opened, seen, command } = this;
    const args = this.args();
    const late = fault.slug === "stale" && opened !== null && seen !== null && command !== null;
    return html`<div class="note bad fault" role="alert" tabindex="-1"><strong>${faultText(fault)}</strong>
      ${late ? staleTable(this.desk, opened, seen, args === null ? opened : this.desk.foresee(command, opened, args)) : nothing}
      <span>${t("fault.kept")}</span></div>`;
  }

  /** Says so when the case changes under an open form, before a send would be refused. */
  private movedView(): TemplateResult | typeof nothing {
    const now = this.seen === null ? undefined : this.desk.report(this.seen.code);
    if (this.fault !== null || now === undefined || this.seen === null || now.version <= this.seen.version) return nothing;
    const differences = changes(this.desk, this.seen, now);
    return html`<div class="note warn" role="status">${t("dialog.moved")} ${differences.map((one) => `${t(`field.${one.field}`)}: ${one.before || "—"} → ${one.after || "—"}`).join("; ")}
      <button type="button" class="link" @click=${() => { this.seen = now; }}>${t("dialog.moved.take")}</button></div>`;
  }

  override render(): TemplateResult {
    const { command, seen } = this;
    const form = command === null ? undefined : FORMS[command];
    if (command === null || seen === null || form === undefined) return html`<dialog @close=${() => this.onClosed()}></dialog>`;
    const set = (part: object): void => { if (this.draft !== null) this.draft = Object.assign(this.draft as object, part); this.requestUpdate(); };
    const stale = this.fault?.slug === "stale";
    return html`<dialog class=${command} aria-labelledby="title" @close=${() => this.onClosed()} @keydown=${(event: KeyboardEvent) => this.onKey(event)} @focusin=${(event: FocusEvent) => { this.typing = event.target instanceof HTMLTextAreaElement; }}>
      <form @submit=${(event: Event) => { event.preventDefault(); void this.send(); }}>
        <div class="head"><h2 id="title">${icon(ACTIONS[command].icon)}${t(`command.${command}`)}</h2><span class="quiet">${categoryName(this.desk, seen)} · <span class="code">${seen.code}</span></span>
          <button type="button" class="bare square" aria-label=${t("action.cancel")} @click=${() => this.close()}>${icon("cross")}</button></div>
        <div class="fields">${this.fault === null ? nothing : this.faultView(this.fault)}${this.movedView()}
          ${form.view({ desk: this.desk, report: seen, draft: this.draft, set, send: () => void this.send() })}</div>
        <div class="foot"><button type="button" @click=${() => this.close()}>${stale ? t("stale.leave") : t("action.cancel")} <kbd>Esc</kbd></button>
          <button class="first" ?disabled=${this.args() === null}>${stale ? t("stale.again") : this.fault !== null ? t("action.again") : t(`command.${command}`)} <kbd>${this.typing ? "Ctrl ↵" : "↵"}</kbd></button></div>
      </form></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-command": CommandDialog } }
