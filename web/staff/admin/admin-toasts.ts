import { css, html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { toastStyles } from "../toast-styles";
import { AdminElement } from "./admin-element";

/** Short notices: what was done and what failed. */
@customElement("ht-admin-toasts")
export class AdminToasts extends AdminElement {
  static override styles = [controls, toastStyles, css`:host { pointer-events: none; }`];

  override render(): TemplateResult {
    return html`<div role="status" aria-live="polite"><ul>${this.drafting.toasts.map((toast) => html`<li class=${toast.kind}>${icon(toast.kind === "bad" ? "alarm" : toast.kind === "done" ? "check" : "clock")}<span>${toast.text}</span>
      <button class="bare square" aria-label=${t("action.dismiss")} @click=${() => this.drafting.dismiss(toast.id)}>${icon("cross")}</button></li>`)}</ul></div>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-admin-toasts": AdminToasts } }
