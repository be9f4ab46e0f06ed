import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import { t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { dialogStyles } from "./dialog-styles";
import { keepKeys, leave } from "./keyboard";
import type { KeptThing, Query, View } from "./kept";
import "./kept-list";
import { sameQuery } from "./queue-address";
import { queryText } from "./query-text";
import { StaffElement } from "./staff-element";
import { faultText } from "./tell";

/** The saved views: take one, keep what is shown now under a name, say which one the desk opens with. Fires `view`. */
@customElement("ht-views")
export class ViewDialog extends StaffElement {
  @property({ attribute: false }) now!: Query;
  @state() private fault: string | null = null;
  @state() private busy = false;
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [controls, dialogStyles, css`
    .new { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: end; }
    .new label { flex: 1 1 14rem; }
    .new .tick { flex: 0 0 auto; display: inline-flex; align-items: center; gap: var(--s-2); min-height: var(--control); }
  `];

  get isOpen(): boolean {
    return this.dialog.open;
  }

  async show(): Promise<void> {
    this.fault = null;
    await this.updateComplete;
    this.dialog.showModal();
  }

  private take(view: View): void {
    leave(this.dialog);
    this.dispatchEvent(new CustomEvent("view", { detail: view.query }));
  }

  private async keep(event: Event): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const content = new FormData(form);
    const name = content.get("name");
    if (typeof name !== "string" || name.trim() === "" || this.busy) return;
    this.busy = true;
    this.fault = null;
    try {
      await this.desk.views.add({ name: name.trim(), query: this.now, shared: content.has("shared"), default: content.has("default") });
      this.desk.toast(t("view.kept", { name: name.trim() }), "done");
      leave(this.dialog);
    } catch (error) {
      this.fault = faultText(asRefused(error));
    } finally {
      this.busy = false;
    }
  }

  private again(one: KeptThing): void {
    const { name, query: kept, shared, default: first } = one as View;
    this.desk.views.add({ name, query: kept, shared, default: first }).catch((error: unknown) => this.desk.toast(faultText(asRefused(error)), "bad"));
  }

  override render(): TemplateResult {
    const { views } = this.desk;
    const like = views.items.find((one) => sameQuery(one.query, this.now));
    return html`<dialog aria-labelledby="title" @keydown=${keepKeys}><form @submit=${(event: Event) => void this.keep(event)}>
      <div class="head"><h2 id="title">${icon("filter")}${t("view.title")}</h2><span></span><button type="button" class="bare square" aria-label=${t("action.close_view")} @click=${() => leave(this.dialog)}>${icon("cross")}</button></div>
      <div class="fields">${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}
        <ht-kept-list .desk=${this.desk} .kept=${views} .items=${views.items} .chosen=${like?.id ?? null} .first=${views.items.find((one) => one.default)?.id ?? null}
          .describe=${(one: KeptThing) => queryText(this.desk, (one as View).query)} @take=${(event: CustomEvent<View>) => this.take(event.detail)} @gone=${() => this.renderRoot.querySelector<HTMLElement>("input[name=name]")?.focus()} @again=${(event: CustomEvent<KeptThing>) => this.again(event.detail)}></ht-kept-list>
        <fieldset><legend>${t("view.keep")}</legend><p class="quiet">${queryText(this.desk, this.now)}</p>
          <div class="new"><label>${t("kept.name")}<input name="name" maxlength="60" autocomplete="off" autofocus></label>
            <label class="tick"><input type="checkbox" name="default">${t("view.default")}</label>
            ${this.desk.me.role === "supervisor" ? html`<label class="tick"><input type="checkbox" name="shared">${t("view.share")}</label>` : nothing}</div></fieldset></div>
      <div class="foot"><button type="button" @click=${() => leave(this.dialog)}>${t("action.close_view")} <kbd>Esc</kbd></button><button class="first" ?disabled=${this.busy}>${t("kept.save")} <kbd>↵</kbd></button></div>
    </form></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-views": ViewDialog } }
