import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { api } from "../../shared/api";
import { controls } from "../../shared/controls";
import { moment } from "../../shared/due";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import type { AdminConfirm } from "./admin-confirm";
import "./admin-confirm";
import { AdminElement } from "./admin-element";
import { faultWords } from "./fault-words";
import { find } from "./model";

interface Key { id: string; made_at: string; made_by: string; ends_at: string | null }

/** The keys by which an agency's web hook knows our messages: made here, shown once, never a part of the configuration. */
@customElement("ht-agency-keys")
export class AgencyKeys extends AdminElement {
  @property() agency = "";
  @state() private keys: Key[] | null = null;
  @state() private secret: string | null = null;
  @state() private copied = false;
  @state() private fault: string | null = null;
  @state() private busy = false;
  @query("ht-admin-confirm") private confirm!: AdminConfirm;

  static override styles = [controls, css`
    section { display: grid; gap: var(--s-3); padding: var(--s-4); border: 1px solid var(--line); border-radius: var(--r-l); background: var(--surface); }
    h3 { font-size: var(--t-l); } ul { display: grid; gap: var(--s-1); } li { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: center; min-height: 2rem; } .gap { flex: 1; }
    .secret { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: center; } .secret code { overflow-wrap: anywhere; padding: var(--s-2); border: 1px solid var(--line); border-radius: var(--r-s); background: var(--sunken); color: var(--ink); }
    @media (max-width: 700px) { button { min-height: var(--target); } }
  `];

  private get path(): string {
    return `/api/v1/agencies/${encodeURIComponent(this.agency)}/secrets`;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (!changed.has("agency")) return;
    this.keys = this.secret = this.fault = null;
    void this.act(() => Promise.resolve());
  }

  /** Does something and reads what there is afterwards, unless another agency was chosen meanwhile. */
  private async act(deed: () => Promise<void>): Promise<void> {
    const { agency, path } = this;
    this.busy = true;
    try {
      await deed();
      const { secrets } = await api<{ secrets: Key[] }>(path);
      if (agency === this.agency) this.keys = secrets;
    } catch (error) {
      if (agency === this.agency) this.fault = faultWords(asRefused(error));
    }
    this.busy = false;
  }

  private make(): void {
    this.fault = null;
    this.copied = false;
    void this.act(async () => { this.secret = (await api<{ secret: string }>(this.path, { method: "POST", body: {} })).secret; });
  }

  private async end(key: Key): Promise<void> {
    if ((await this.confirm.ask({ title: t("admin.secret.end.ask"), text: t("admin.secret.end.text"), act: t("admin.secret.end") })) === null) return;
    this.secret = this.fault = null;
    void this.act(() => api(`${this.path}/${key.id}`, { method: "DELETE" }));
  }

  private async copy(): Promise<void> {
    await navigator.clipboard.writeText(this.secret ?? "").then(() => { this.copied = true; }, () => undefined);
  }

  private key(key: Key): TemplateResult {
    return html`<li>${icon("closed")}<span>${t("admin.secret.made", { by: key.made_by })}, ${moment(key.made_at)}</span>${key.ends_at === null ? nothing : html`<span class="chip soon">${icon("clock")}${t("admin.secret.ends")} ${moment(key.ends_at)}</span>`}
      <span class="gap"></span><button type="button" class="bare" ?disabled=${this.busy} @click=${() => void this.end(key)}>${icon("trash")}${t("admin.secret.end")}</button></li>`;
  }

  override render(): TemplateResult {
    const { published } = this.drafting;
    const there = published !== null && find(published.document, "agencies", this.agency) !== undefined;
    return html`<section><h3>${t("admin.secret")}</h3><p class="quiet">${t(there ? "admin.secret.hint" : "admin.secret.later")}</p>
      ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}
      ${this.secret === null ? nothing : html`<div class="note warn" role="status"><strong>${t("admin.secret.once")}</strong><p class="secret"><code>${this.secret}</code><button type="button" @click=${() => void this.copy()}>${icon(this.copied ? "check" : "copy")}${t(this.copied ? "admin.accounts.copied" : "admin.accounts.copy")}</button></p></div>`}
      ${this.keys === null ? nothing : this.keys.length === 0 ? html`<p>${t("admin.secret.none")}</p>` : html`<ul>${this.keys.map((key) => this.key(key))}</ul>`}
      <div><button type="button" ?disabled=${!there || this.busy} @click=${() => this.make()}>${icon("plus")}${t("admin.secret.make")}</button></div></section><ht-admin-confirm></ht-admin-confirm>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-agency-keys": AgencyKeys } }
