import { css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import { t } from "../shared/preferences";
import { StaffElement } from "./staff-element";

/** Short notices at the bottom: what was done (with undo where undoing is honest) and what failed. */
@customElement("ht-toasts")
export class Toasts extends StaffElement {
  static override styles = [controls, css`
    :host { position: fixed; z-index: 10; right: var(--s-4); bottom: var(--s-4); width: min(26rem, calc(100vw - 2rem)); pointer-events: none; }
    ul { display: grid; gap: var(--s-2); justify-items: end; }
    @media (max-width: 1150px) { :host { right: 50%; translate: 50% 0; bottom: auto; top: 3.5rem; width: min(30rem, calc(100vw - 1rem)); } ul { justify-items: center; } }
    li { display: flex; align-items: center; gap: var(--s-3); max-width: 100%; min-height: 2.75rem; padding: var(--s-2) var(--s-2) var(--s-2) var(--s-4); border-radius: var(--r-l); background: var(--raised);
      border: 1px solid var(--line); box-shadow: var(--shadow-2); pointer-events: auto; animation: rise var(--calm) var(--ease); }
    li.bad { border-color: var(--late); }
    li.bad > .icon { color: var(--late); }
    li.done > .icon { color: var(--done); }
    li > span { min-width: 0; overflow-wrap: anywhere; }
    @keyframes rise { from { opacity: 0; transform: translateY(0.5rem); } }
    @media (prefers-reduced-motion: reduce) { li { animation: none; } }
  `];

  override render(): TemplateResult {
    return html`<div role="status" aria-live="polite"><ul>${this.desk.toasts.map((toast) => html`<li class=${toast.kind}>${icon(toast.kind === "bad" ? "alarm" : toast.kind === "done" ? "check" : "clock")}
      <span>${toast.text}</span>
      ${toast.undo === null ? nothing : html`<button data-undo @click=${() => { this.desk.dismiss(toast.id); toast.undo?.(); }}>${toast.label === undefined ? html`${icon("undo")}${t("action.undo")}` : toast.label} <kbd>Z</kbd></button>`}
      <button class="bare square" aria-label=${t("action.dismiss")} @click=${() => this.desk.dismiss(toast.id)}>${icon("cross")}</button></li>`)}</ul></div>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-toasts": Toasts } }
