import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { accounts, type StaffAccount } from "./accounts-store";
import { AdminElement } from "./admin-element";

/** Who works for an agency; changed under accounts, so only listed here. */
@customElement("ht-agency-members")
export class AgencyMembers extends AdminElement {
  @property() agency = "";
  @state() private all: StaffAccount[] | null = null;
  @state() private failed = false;

  static override styles = [controls, css`
    section { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-3); padding: var(--s-4); border: 1px solid var(--line); border-radius: var(--r-l); background: var(--surface); }
    h3 { font-size: var(--t-l); } li { display: flex; flex-wrap: wrap; gap: 0 var(--s-2); align-items: center; min-height: 2rem; }
  `];

  protected override firstUpdated(): void {
    accounts().then((found) => { this.all = found; }, () => { this.failed = true; });
  }

  override render(): TemplateResult {
    const members = (this.all ?? []).filter((one) => one.agency === this.agency && one.active);
    return html`<section><h3>${t("admin.members")} <span class="faint number">${this.all === null ? "" : members.length}</span></h3>
      ${this.failed ? html`<p class="quiet">${t("admin.members.failed")}</p>` : this.all !== null && members.length === 0 ? html`<p class="note warn">${t("admin.members.none")}</p>` : nothing}
      <ul>${members.map((one) => html`<li>${icon("user")}<span>${one.name}</span><span class="quiet code">${one.username}</span>${one.head === true ? html`<span class="chip held">${icon("star")}${t("admin.accounts.head")}</span>` : nothing}</li>`)}</ul>
      <a href="/admin?section=accounts&amp;item=${encodeURIComponent(`agency:${this.agency}`)}">${t("admin.members.change")}</a></section>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-agency-members": AgencyMembers } }
