import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import { t } from "../shared/preferences";
import { StaffElement } from "./staff-element";
import { toastStyles } from "./toast-styles";

/** Short notices at the bottom: what was done (with undo where undoing is honest) and what failed. */
@customElement("ht-toasts")
export class Toasts extends StaffElement {
  static override styles = [controls, toastStyles];

  override render(): TemplateResult {
    return html`<div role="status" aria-live="polite"><ul>${this.desk.toasts.map((toast) => html`<li class=${toast.kind}>${icon(toast.kind === "bad" ? "alarm" : toast.kind === "done" ? "check" : "clock")}
      <span>${toast.text}</span>
      ${toast.undo === null ? nothing : html`<button data-undo @click=${() => { this.desk.dismiss(toast.id); toast.undo?.(); }}>${toast.label === undefined ? html`${icon("undo")}${t("action.undo")}` : toast.label} <kbd>Z</kbd></button>`}
      <button class="bare square" aria-label=${t("action.dismiss")} @click=${() => this.desk.dismiss(toast.id)}>${icon("cross")}</button></li>`)}</ul></div>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-toasts": Toasts } }
