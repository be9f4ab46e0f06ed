import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { api } from "../../shared/api";
import { controls } from "../../shared/controls";
import { fold } from "../../shared/fold";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { dialogStyles } from "../dialog-styles";
import { accounts, ROLES, type OneTime, type StaffAccount } from "./accounts-store";
import type { AdminConfirm } from "./admin-confirm";
import "./admin-confirm";
import { AdminElement } from "./admin-element";
import { faultWords } from "./fault-words";
import { indented, options, ticked, typed } from "./form-part";
import { formStyles } from "./form-styles";
import { namesIn } from "./names";

/** The accounts of staff: not part of a draft, what is changed here holds at once. `filter`: "agency:<code>" shows one agency's. */
@customElement("ht-admin-accounts")
export class AdminAccounts extends AdminElement {
  @property() filter = "";
  @state() private all: StaffAccount[] | null = null;
  @state() private sought = "";
  @state() private fault: string | null = null;
  @state() private edited: StaffAccount | null = null;
  @state() private fresh = false;
  @state() private refused: string | null = null;
  @state() private secret: { username: string; password: string } | null = null;
  @state() private copied = false;
  @query("#edit") private dialog!: HTMLDialogElement;
  @query("#secret") private once!: HTMLDialogElement;
  @query("ht-admin-confirm") private confirm!: AdminConfirm;

  static override styles = [controls, dialogStyles, formStyles, css`
    :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-3); align-content: start; } dialog form { max-width: none; gap: 0; } dialog .foot { position: static; } tr.off td { color: var(--ink-3); } td.act { text-align: end; white-space: nowrap; padding-block: 0; } .tools { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: center; } .tools input { max-width: 22rem; }
    .secret { display: flex; gap: var(--s-2); align-items: center; font-size: var(--t-xl); padding: var(--s-3); background: var(--sunken); border-radius: var(--r-m); } .secret code { flex: 1; font-family: var(--mono); user-select: all; overflow-wrap: anywhere; }
  `];

  protected override firstUpdated(): void {
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.all = await accounts();
      this.fault = null;
    } catch (error) {
      this.fault = faultWords(asRefused(error));
    }
  }

  private edit(account: StaffAccount | null): void {
    const agency = this.filter.startsWith("agency:") ? this.filter.slice(7) : null;
    this.fresh = account === null;
    this.refused = null;
    this.edited = account ?? { username: "", name: "", role: agency === null ? "operator" : "agency", agency, head: false, active: true };
    void this.updateComplete.then(() => this.dialog.showModal());
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    const { edited } = this;
    if (edited === null || !(event.currentTarget as HTMLFormElement).reportValidity()) return;
    const { username, name, role, agency, head, active } = edited;
    const body = { name, role, agency: role === "agency" ? agency : null, head: role === "agency" && head === true };
    try {
      const answer = this.fresh ? await api<OneTime>("/api/v1/admin/accounts", { method: "POST", body: { username, ...body } }) : null;
      if (answer === null) await api(`/api/v1/admin/accounts/${encodeURIComponent(username)}`, { method: "PATCH", body: { ...body, active } });
      this.dialog.close();
      this.drafting.say(t("admin.accounts.saved", { name }));
      if (answer !== null) this.show(username, answer.password);
      await this.load();
    } catch (error) {
      this.refused = faultWords(asRefused(error));
    }
  }

  private async password(account: StaffAccount): Promise<void> {
    if ((await this.confirm.ask({ title: t("admin.accounts.password.ask", { name: account.name }), text: t("admin.accounts.password.text"), act: t("admin.accounts.password") })) === null) return;
    try {
      this.show(account.username, (await api<OneTime>(`/api/v1/admin/accounts/${encodeURIComponent(account.username)}/password`, { method: "POST", body: {} })).password);
    } catch (error) {
      this.drafting.say(faultWords(asRefused(error)), "bad");
    }
  }

  private async turn(account: StaffAccount): Promise<void> {
    if (account.active && (await this.confirm.ask({ title: t("admin.accounts.off.ask", { name: account.name }), text: t("admin.accounts.off.text"), act: t("admin.accounts.off") })) === null) return;
    try {
      await api(`/api/v1/admin/accounts/${encodeURIComponent(account.username)}`, { method: "PATCH", body: { active: !account.active } });
      await this.load();
    } catch (error) {
      this.drafting.say(faultWords(asRefused(error)), "bad");
    }
  }

  private show(username: string, password: string): void {
    this.secret = { username, password };
    this.copied = false;
    void this.updateComplete.then(() => this.once.showModal());
  }

  private async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.copied = true;
    } catch {
      // Without the clipboard's leave the text is marked, to be copied by hand.
      const code = this.renderRoot.querySelector("#secret code");
      if (code !== null) getSelection()?.selectAllChildren(code);
    }
  }

  private form(edited: StaffAccount): TemplateResult {
    const change = (part: Partial<StaffAccount>): void => { this.edited = { ...edited, ...part }; };
    return html`<form novalidate @submit=${(event: Event) => void this.send(event)}><div class="head"><h2 id="edit-title">${t(this.fresh ? "admin.accounts.new" : "admin.accounts.edit")}</h2><span></span><button type="button" class="bare square" aria-label=${t("action.cancel")} @click=${() => this.dialog.close()}>${icon("cross")}</button></div>
      <div class="fields">${this.refused === null ? nothing : html`<p class="note bad" role="alert">${this.refused}</p>`}
        <label>${t("admin.accounts.username")}<input name="username" required pattern="[a-z0-9][a-z0-9._@\\-]*" maxlength="100" autocapitalize="none" spellcheck="false" autocomplete="off" ?readonly=${!this.fresh} .value=${edited.username} @input=${(event: Event) => change({ username: typed(event) })}></label>
        <label>${t("admin.accounts.name")}<input name="name" required maxlength="200" autocomplete="off" .value=${edited.name} @input=${(event: Event) => change({ name: typed(event) })}></label>
        <label>${t("admin.accounts.role")}<select name="role" .value=${edited.role} @change=${(event: Event) => change({ role: typed(event) as StaffAccount["role"] })}>${options(ROLES.map((value) => ({ value, words: t(`role.${value}`) })), edited.role)}</select></label>
        ${edited.role !== "agency" ? nothing : html`<label>${t("admin.accounts.agency")}<select name="agency" required .value=${edited.agency ?? ""} @change=${(event: Event) => change({ agency: typed(event) === "" ? null : typed(event) })}>${options([{ value: "", words: t("choose") }, ...indented((this.drafting.published?.document.agencies ?? []).filter((one) => one["active"] !== false), "agencies")], edited.agency ?? "")}</select></label>
          <label class="tick"><input type="checkbox" name="head" .checked=${edited.head === true} @change=${(event: Event) => change({ head: ticked(event) })}><span>${t("admin.accounts.is_head")}<span class="hint">${t("admin.accounts.is_head.hint")}</span></span></label>`}</div>
      <div class="foot"><button type="button" @click=${() => this.dialog.close()}>${t("action.cancel")}</button><button class="first">${t("admin.accounts.save")}</button></div></form>`;
  }

  private row(one: StaffAccount): TemplateResult {
    const names = namesIn(this.drafting.published?.document ?? null, []);
    const may = this.drafting.me.role === "admin";
    return html`<tr class=${one.active ? "" : "off"}><td>${one.name}</td><td class="code">${one.username}</td><td>${t(`role.${one.role}`)}${one.head === true ? html` <span class="chip held">${icon("star")}${t("admin.accounts.head")}</span>` : nothing}</td><td>${one.agency === null ? "—" : names.of("agencies", one.agency)}</td>
      <td>${one.active ? html`<span class="chip done">${icon("check")}${t("admin.accounts.active")}</span>` : html`<span class="chip rejected">${icon("rejected")}${t("admin.accounts.inactive")}</span>`}</td>
      <td class="act">${may ? html`<button class="bare" @click=${() => this.edit(one)}>${t("admin.accounts.change")}</button><button class="bare" ?disabled=${!one.active} @click=${() => void this.password(one)}>${t("admin.accounts.password")}</button><button class="bare" ?disabled=${one.username === this.drafting.me.username} @click=${() => void this.turn(one)}>${t(one.active ? "admin.accounts.off" : "admin.accounts.on")}</button>` : nothing}</td></tr>`;
  }

  override render(): TemplateResult {
    const sought = fold(this.sought);
    const agency = this.filter.startsWith("agency:") ? this.filter.slice(7) : null;
    const found = (this.all ?? []).filter((one) => (agency === null || one.agency === agency) && fold(`${one.name} ${one.username} ${one.agency ?? ""}`).includes(sought));
    const { edited, secret } = this;
    return html`<div class="title"><h2>${t("admin.section.accounts")} <span class="faint number">${found.length}</span></h2></div><p class="note info">${t("admin.accounts.at_once")}</p>
      <div class="tools"><input type="search" aria-label=${t("admin.search")} placeholder=${t("admin.search")} .value=${this.sought} @input=${(event: Event) => { this.sought = typed(event); }}>
        ${agency === null ? nothing : html`<span class="chip held">${namesIn(this.drafting.published?.document ?? null, []).of("agencies", agency)}<button class="bare tiny" aria-label=${t("admin.accounts.all")} @click=${() => this.dispatchEvent(new CustomEvent("item", { detail: null }))}>${icon("cross")}</button></span>`}
        <span class="gap"></span>${this.drafting.me.role === "admin" ? html`<button class="first" @click=${() => this.edit(null)}>${icon("plus")}${t("admin.accounts.new")}</button>` : nothing}</div>
      ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault} <button class="link" @click=${() => void this.load()}>${t("action.again")}</button></p>`}
      ${this.all === null ? nothing : found.length === 0 ? html`<p class="blank">${t("admin.not_found")}</p>` : html`<div class="table-wrap carded" tabindex="0" role="region" aria-label=${t("admin.section.accounts")}><table><thead><tr><th scope="col">${t("admin.accounts.name")}</th><th scope="col">${t("admin.accounts.username")}</th><th scope="col">${t("admin.accounts.role")}</th><th scope="col">${t("admin.accounts.agency")}</th><th scope="col">${t("admin.accounts.state")}</th><th scope="col"><span class="visually-hidden">${t("admin.version.act")}</span></th></tr></thead><tbody>${found.map((one) => this.row(one))}</tbody></table></div>`}
      <dialog id="edit" aria-labelledby="edit-title" @keydown=${(event: Event) => event.stopPropagation()}>${edited === null ? nothing : this.form(edited)}</dialog>
      <dialog id="secret" aria-labelledby="secret-title" @close=${() => { this.secret = null; }}>${secret === null ? nothing : html`<form method="dialog"><div class="head"><h2 id="secret-title">${t("admin.accounts.secret", { username: secret.username })}</h2></div>
        <div class="fields"><p>${t("admin.accounts.secret.text")}</p><p class="secret"><code>${secret.password}</code><button type="button" @click=${() => void this.copy(secret.password)}>${icon(this.copied ? "check" : "copy")}${t(this.copied ? "admin.accounts.copied" : "admin.accounts.copy")}</button></p></div>
        <div class="foot"><button class="first">${t("admin.accounts.secret.done")}</button></div></form>`}</dialog>
      <ht-admin-confirm></ht-admin-confirm>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-admin-accounts": AdminAccounts } }
