import { html, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { t } from "../shared/preferences";
import type { Command } from "./actions";
import { dialogStyles } from "./dialog-styles";
import { keepKeys, leave, staysClosed } from "./keyboard";
import { StaffElement } from "./staff-element";
import { staleTable } from "./stale-table";

interface Late { command: Command; saw: Report; now: Report; wanted: Report; again: () => void }

/** For a command without a form that came too late: shows both versions and asks whether to do it all the same. */
@customElement("ht-stale")
export class StaleDialog extends StaffElement {
  @state() private late: Late | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [controls, dialogStyles];

  get isOpen(): boolean {
    return this.dialog.open;
  }

  async show(late: Late): Promise<void> {
    this.late = late;
    await this.updateComplete;
    if (!this.dialog.open) this.dialog.showModal();
  }

  private again(): void {
    const { late } = this;
    leave(this.dialog);
    late?.again();
  }

  override render(): TemplateResult {
    const { late } = this;
    return html`<dialog class="merge" aria-labelledby="title" @close=${(event: Event) => { if (staysClosed(event)) this.late = null; }} @keydown=${keepKeys}>${late === null ? "" : html`<form method="dialog">
      <div class="head"><h2 id="title">${icon("alarm")}${t("stale.title")}</h2><span class="quiet">${t(`command.${late.command}`)} · <span class="code">${late.now.code}</span></span><button class="bare square" aria-label=${t("action.close_view")}>${icon("cross")}</button></div>
      <div class="fields"><p role="alert">${t("stale.told")}</p>${staleTable(this.desk, late.saw, late.now, late.wanted)}</div>
      <div class="foot"><button autofocus>${t("stale.leave")} <kbd>Esc</kbd></button><button type="button" class="first" @click=${() => this.again()}>${t("stale.again")}</button></div></form>`}</dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-stale": StaleDialog } }
