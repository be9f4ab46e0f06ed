import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { api } from "../../shared/api";
import { controls } from "../../shared/controls";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { asRefused, type Refused } from "../../shared/problem";
import { dialogStyles } from "../dialog-styles";
import { AdminElement } from "./admin-element";
import { differenceList, differenceStyles } from "./difference-list";
import { faultWords } from "./fault-words";
import type { ItemChange } from "./model";

/** Before it counts: everything that will change, in words, and why. Fires `published`. */
@customElement("ht-publish")
export class PublishDialog extends AdminElement {
  @state() private busy = false;
  @state() private fault: Refused | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;
  @query("textarea") private note!: HTMLTextAreaElement;

  static override styles = [controls, dialogStyles, differenceStyles, css`dialog { width: min(52rem, calc(100vw - 2rem)); } textarea { min-height: 4rem; }`];

  async show(): Promise<void> {
    this.fault = null;
    await this.drafting.working(() => this.drafting.check());
    await this.updateComplete;
    this.note.value = "";
    this.dialog.showModal();
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    const { draft } = this.drafting;
    if (draft === null || this.busy || this.note.value.trim() === "") return;
    this.busy = true;
    this.fault = null;
    try {
      await api(`/api/v1/admin/drafts/${draft.id}/publish`, { method: "POST", body: { revision: draft.revision, note: this.note.value.trim() } });
      this.dialog.close();
      this.dispatchEvent(new CustomEvent("published"));
    } catch (error) {
      this.fault = asRefused(error);
    }
    this.busy = false;
  }

  private async rebase(): Promise<void> {
    const both = await this.drafting.rebase();
    this.fault = this.drafting.fault;
    if (both !== null) this.drafting.say(both.length === 0 ? t("admin.publish.rebased") : t("admin.publish.both", { n: both.length }), both.length === 0 ? "done" : "note");
  }

  private refusal(fault: Refused): TemplateResult {
    const theirs = (fault.problem as unknown as { difference?: ItemChange[] }).difference;
    const overtaken = fault.slug === "outdated";
    return html`<div class="note bad" role="alert"><strong>${overtaken ? t("admin.publish.overtaken") : faultWords(fault)}</strong>
      ${overtaken && theirs !== undefined ? differenceList(theirs, this.drafting.document, this.drafting.published?.document ?? null, this.drafting.areas) : nothing}</div>`;
  }

  override render(): TemplateResult {
    const { draft, difference, findings, published, areas, outdated } = this.drafting;
    const errors = (findings ?? []).filter((one) => one.severity === "error").length;
    const warnings = (findings ?? []).length - errors;
    const nothingNew = (difference ?? []).length === 0;
    return html`<dialog aria-labelledby="title" @keydown=${(event: Event) => event.stopPropagation()}><form @submit=${(event: Event) => void this.send(event)}>
      <div class="head"><h2 id="title">${icon("send")}${t("admin.publish.title", { name: draft?.name ?? "" })}</h2><span></span><button type="button" class="bare square" aria-label=${t("action.cancel")} @click=${() => this.dialog.close()}>${icon("cross")}</button></div>
      <div class="fields"><p>${t("admin.publish.text")}</p>
        ${errors > 0 ? html`<p class="note bad" role="alert">${t("admin.publish.errors", { n: errors })}</p>` : nothing}
        ${warnings > 0 ? html`<p class="note warn">${t("admin.publish.warnings", { n: warnings })}</p>` : nothing}
        ${this.fault === null ? nothing : this.refusal(this.fault)}
        ${outdated || this.fault?.slug === "outdated" ? html`<div class="note warn"><span>${t("admin.publish.outdated")}</span><div><button type="button" ?disabled=${this.drafting.busy > 0} @click=${() => void this.rebase()}>${icon("merge")}${t("admin.publish.rebase")}</button></div></div>` : nothing}
        ${differenceList(difference ?? [], draft?.document ?? null, published?.document ?? null, areas)}
        <label>${t("admin.publish.note")}<span class="hint">${t("admin.publish.note.hint")}</span><textarea name="note" required maxlength="1000"></textarea></label></div>
      <div class="foot"><button type="button" @click=${() => this.dialog.close()}>${t("action.cancel")}</button><button class="first" ?disabled=${errors > 0 || nothingNew || outdated || this.busy}>${t(this.busy ? "pending" : "admin.publish.act")}</button></div></form></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-publish": PublishDialog } }
