import { html, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { HtElement } from "../shared/element";
import { t } from "../shared/preferences";
import { officersOf, type Officer } from "./work-model";

/** A colleague of the own agency, or nobody: whoever comes next. Fires `pick` with the username or "". */
@customElement("ht-officer-select")
export class OfficerSelect extends HtElement {
  @property() me = "";
  @property() chosen = "";
  @state() private officers: Officer[] = [];

  static override styles = [controls];

  override connectedCallback(): void {
    super.connectedCallback();
    void officersOf().then((found) => { this.officers = found; }, () => undefined);
  }

  override render(): TemplateResult {
    return html`<label>${t("hand_over.to")}<select @change=${(event: Event) => this.dispatchEvent(new CustomEvent("pick", { detail: (event.target as HTMLSelectElement).value }))}>
      <option value="" ?selected=${this.chosen === ""}>${t("hand_over.next")}</option>
      ${this.officers.filter((one) => one.username !== this.me).map((one) => html`<option value=${one.username} ?selected=${one.username === this.chosen}>${one.name}</option>`)}</select></label>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-officer-select": OfficerSelect } }
