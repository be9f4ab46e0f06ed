import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { HtElement } from "../shared/element";
import { icon } from "../shared/icons";
import type { Account } from "../shared/model";
import { currentLanguage, loadPreferences, setLanguage, t } from "../shared/preferences";
import { asRefused, type Refused } from "../shared/problem";
import { afterLogin } from "./session";

@customElement("ht-login")
export class Login extends HtElement {
  @state() private fault: Refused | null = null;
  @state() private busy = false;
  @query("input[name=username]") private username!: HTMLInputElement;
  @query("input[name=password]") private password!: HTMLInputElement;

  static override styles = [controls, css`
    :host { display: grid; min-height: 100vh; min-height: 100dvh; place-items: center; padding: var(--s-4); }
    main { width: min(24rem, 100%); display: grid; gap: var(--s-5); }
    .brand { display: flex; align-items: center; gap: var(--s-2); font-size: var(--t-xl); font-weight: 650; letter-spacing: -0.01em; }
    .brand .icon { color: var(--accent); font-size: 1.75rem; }
    form { display: grid; gap: var(--s-4); padding: var(--s-5); border: 1px solid var(--line); border-radius: var(--r-l); background: var(--surface); box-shadow: var(--shadow-1); }
    h2 { font-size: var(--t-l); }
    input, button { min-height: var(--target); }
    footer { display: flex; justify-content: space-between; align-items: center; }
  `];

  protected override firstUpdated(): void {
    this.username.focus();
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.fault = null;
    try {
      const body = { username: this.username.value.trim(), password: this.password.value, cookie: true };
      const { account } = await api<{ account: Account }>("/api/v1/sessions", { method: "POST", body });
      location.replace(afterLogin(account, new URLSearchParams(location.search).get("next")));
    } catch (error) {
      this.fault = asRefused(error);
      this.busy = false;
      await this.updateComplete;
      if (this.fault.status === 401) this.password.select();
    }
  }

  private faultText(fault: Refused): string {
    if (fault.status === 401 || fault.status === 422) return t("login.wrong");
    if (fault.status === 429) return t("login.wait");
    return fault.status === 0 ? t("login.offline") : t("fault.other", { detail: fault.message });
  }

  override render(): TemplateResult {
    const other = currentLanguage() === "vi" ? "en" : "vi";
    return html`<main><h1 class="brand">${icon("pin")}Hiện Trường</h1>
      <form @submit=${(event: Event) => void this.send(event)}><h2>${t("login.title")}</h2>
        ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.faultText(this.fault)}</p>`}
        <label>${t("login.username")}<input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required></label>
        <label>${t("login.password")}<input name="password" type="password" autocomplete="current-password" required></label>
        <button class="first" ?disabled=${this.busy}>${this.busy ? t("login.busy") : t("login.send")}</button></form>
      <footer><a href="/">${t("login.portal")}</a><button class="bare" lang=${other} @click=${() => setLanguage(other)}>${t("language.switch")}</button></footer></main>`;
  }
}

loadPreferences();
document.body.replaceChildren(document.createElement("ht-login"));

declare global { interface HTMLElementTagNameMap { "ht-login": Login } }
