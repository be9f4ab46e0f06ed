import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { fillIn } from "./answer-template";
import type { KeptThing, Template } from "./kept";
import "./kept-list";
import { StaffElement } from "./staff-element";
import { agencyName, categoryName, faultText } from "./tell";

/** The answer with what is known of the report in place of its braces. */
export function filled(desk: StaffElement["desk"], report: Report, text: string): string {
  return fillIn(text, {
    code: report.code, category: categoryName(desk, report), area: report.area?.name ?? t("area.none"), agency: agencyName(desk, report.lead ?? report.route?.lead, report.lead_name),
  });
}

/** Answers kept for a command: take one (braces filled in), keep the words that stand there. Fires `take`. */
@customElement("ht-template-picker")
export class TemplatePicker extends StaffElement {
  @property({ attribute: false }) report!: Report;
  @property() command = "";
  @property() text = "";
  @property() reason = "";
  /** For many reports at once: the braces stay until each is sent. */
  @property({ type: Boolean }) many = false;
  @state() private managing = false;
  @state() private naming = false;
  @state() private fault: string | null = null;

  static override styles = [controls, css`
    :host { display: grid; gap: var(--s-2); }
    .line { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: center; }
    .line select { flex: 1 1 12rem; width: auto; }
    .box { display: grid; gap: var(--s-2); padding: var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--paper); }
    .name { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: end; }
    .name label { flex: 1 1 12rem; }
    .name .tick { flex: none; display: inline-flex; gap: var(--s-2); align-items: center; min-height: var(--control); }
  `];

  private get items(): Template[] {
    return this.desk.templates.items.filter((one) => one.command === this.command);
  }

  private take(template: Template | undefined): void {
    if (template === undefined) return;
    this.managing = false;
    const text = this.many ? template.text : filled(this.desk, this.report, template.text);
    this.dispatchEvent(new CustomEvent("take", { detail: { text, reason: template.reason } }));
  }

  private async keep(root: HTMLElement): Promise<void> {
    const name = root.querySelector<HTMLInputElement>("input[name=template]")?.value.trim() ?? "";
    const shared = root.querySelector<HTMLInputElement>("input[name=shared]")?.checked ?? false;
    if (name === "") return;
    this.fault = null;
    try {
      await this.desk.templates.add({ command: this.command, name, text: this.text.trim(), reason: this.reason === "" ? null : this.reason, shared });
      this.naming = false;
      this.desk.toast(t("template.kept", { name }), "done");
    } catch (error) {
      this.fault = faultText(asRefused(error));
    }
  }

  private again(one: Template): void {
    const { command, name, text, reason, shared } = one;
    this.desk.templates.add({ command, name, text, reason, shared }).catch((error: unknown) => this.desk.toast(faultText(asRefused(error)), "bad"));
  }

  /** Enter keeps the template instead of sending the form around it. */
  private onKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    void this.keep(this.renderRoot as unknown as HTMLElement);
  }

  override render(): TemplateResult {
    const { items } = this;
    return html`<div class="line">${items.length === 0 ? html`<span class="quiet">${t("template.none")}</span>`
        : html`<select aria-label=${t("template.take")} @change=${(event: Event) => { const box = event.target as HTMLSelectElement; this.take(items.find((one) => one.id === box.value)); box.value = ""; }}>
          <option value="">${t("template.take")}</option>${items.map((one) => html`<option value=${one.id}>${one.name}${one.shared ? ` · ${t("kept.shared")}` : ""}</option>`)}</select>`}
        <button type="button" data-keep ?disabled=${this.text.trim() === ""} aria-expanded=${this.naming} @click=${() => { this.naming = !this.naming; }}>${icon("plus")}${t("template.keep")}</button>
        ${items.length === 0 ? nothing : html`<button type="button" aria-expanded=${this.managing} @click=${() => { this.managing = !this.managing; }}>${t("template.manage")}</button>`}</div>
      ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}
      ${this.naming ? html`<div class="box name" @keydown=${(event: KeyboardEvent) => this.onKey(event)}><label>${t("kept.name")}<input name="template" maxlength="80" autocomplete="off"></label>
        ${this.desk.me.role === "supervisor" ? html`<label class="tick"><input type="checkbox" name="shared">${t("view.share")}</label>` : nothing}
        <button type="button" @click=${() => void this.keep(this.renderRoot as unknown as HTMLElement)}>${t("kept.save")}</button></div>
        <p class="faint">${t("template.braces")}</p>` : nothing}
      ${this.managing ? html`<div class="box"><ht-kept-list .desk=${this.desk} .kept=${this.desk.templates} .items=${items} .describe=${(one: KeptThing) => (one as Template).text}
        @take=${(event: CustomEvent<Template>) => this.take(event.detail)} @again=${(event: CustomEvent<Template>) => this.again(event.detail)}></ht-kept-list></div>` : nothing}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-template-picker": TemplatePicker } }
