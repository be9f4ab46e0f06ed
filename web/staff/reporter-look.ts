import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { moment } from "../shared/due";
import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { said, t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { StaffElement } from "./staff-element";
import { faultText } from "./tell";

interface Identity { known: boolean; anonymous: boolean; name: string | null; phone: string | null }
interface Reading { by: { username: string; name: string; role: string }; what: string; reason: string | null; last_at: string; times: number }

/** Who sent a report, shown to operators and supervisors who say why, and forgotten when the case is left; and, for
 *  supervisors and administrators, who has read it. */
@customElement("ht-reporter")
export class ReporterLook extends StaffElement {
  @property({ attribute: false }) report!: Report;
  @state() private asking = false;
  @state() private reason = "";
  @state() private identity: Identity | null = null;
  @state() private fault: string | null = null;
  @state() private busy = false;
  @state() private readings: Reading[] | null = null;
  private code = "";

  static override styles = [controls, css`
    section { display: grid; gap: var(--s-2); }
    h3 { font-size: var(--t-s); color: var(--ink-2); display: flex; align-items: center; gap: var(--s-2); }
    form { display: grid; gap: var(--s-2); }
    .row { display: flex; flex-wrap: wrap; gap: var(--s-2); }
    .who { display: grid; grid-template-columns: max-content 1fr; gap: var(--s-1) var(--s-3); }
    dd { font-weight: 600; user-select: text; }
    li { display: flex; flex-wrap: wrap; gap: 0 var(--s-2); padding: var(--s-1) 0; border-bottom: 1px solid var(--line); font-size: var(--t-s); }
    summary { cursor: pointer; font-weight: 500; }
  `];

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.code === this.report.code) return;
    this.code = this.report.code;
    this.asking = false;
    this.reason = "";
    this.identity = null;
    this.fault = null;
    this.readings = null;
  }

  private get address(): string {
    return `/api/v1/reports/${encodeURIComponent(this.code)}`;
  }

  private async look(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    const code = this.code;
    try {
      const identity = await api<Identity>(`${this.address}/reporter`, { method: "POST", body: { reason: this.reason.trim() } });
      if (code !== this.code) return;
      this.identity = identity;
      this.asking = false;
      this.fault = null;
      if (this.readings !== null) void this.load();
    } catch (error) {
      if (code === this.code) this.fault = faultText(asRefused(error));
    } finally {
      this.busy = false;
    }
  }

  private async load(): Promise<void> {
    const code = this.code;
    try {
      const { readings } = await api<{ readings: Reading[] }>(`${this.address}/readings`);
      if (code === this.code) this.readings = readings;
    } catch (error) {
      if (code === this.code) this.fault = faultText(asRefused(error));
    }
  }

  private who(identity: Identity): TemplateResult {
    if (!identity.known) return html`<p class="quiet">${t("reporter.forgotten")}</p>`;
    if (identity.anonymous) return html`<p class="quiet">${t("reporter.anonymous")}</p>`;
    if (identity.name === null && identity.phone === null) return html`<p class="quiet">${t("reporter.nothing")}</p>`;
    return html`<dl class="who"><dt>${t("reporter.name")}</dt><dd>${identity.name ?? "—"}</dd><dt>${t("reporter.phone")}</dt><dd class="number">${identity.phone ?? "—"}</dd></dl>`;
  }

  private form(): TemplateResult {
    return html`<form @submit=${(event: Event) => void this.look(event)}><label>${t("reporter.reason")}<span class="hint">${t("reporter.logged")}</span>
        <input name="reason" required minlength="3" maxlength="500" autocomplete="off" .value=${this.reason} @input=${(event: Event) => { this.reason = (event.target as HTMLInputElement).value; }}></label>
      <div class="row"><button class="first" ?disabled=${this.busy || this.reason.trim().length < 3}>${icon("eye")}${this.busy ? t("pending") : t("reporter.show")}</button>
        <button type="button" @click=${() => { this.asking = false; }}>${t("action.cancel")}</button></div></form>`;
  }

  private log(): TemplateResult {
    const readings = this.readings;
    return html`<details @toggle=${(event: Event) => { if ((event.target as HTMLDetailsElement).open && this.readings === null) void this.load(); }}><summary>${t("readings.title")}</summary>
      ${readings === null ? html`<p class="faint">${t("queue.loading")}</p>` : readings.length === 0 ? html`<p class="faint">${t("readings.none")}</p>`
        : html`<ul>${readings.map((one) => html`<li><strong>${one.by.name}</strong><span>${said(`readings.${one.what}`, one.what)}</span><span class="faint">${moment(one.last_at)}${one.times > 1 ? ` · ${t("readings.times", { n: one.times })}` : ""}</span>
            ${one.reason === null ? nothing : html`<span class="quiet">“${one.reason}”</span>`}</li>`)}</ul>`}</details>`;
  }

  override render(): TemplateResult | typeof nothing {
    const { role } = this.desk.me;
    const may = role === "operator" || role === "supervisor";
    const reads = role === "supervisor" || role === "admin";
    if (!may && !reads) return nothing;
    return html`<section><h3>${icon("user")}${t("reporter.title")}</h3>
      ${this.fault === null ? nothing : html`<p class="note warn" role="alert">${this.fault}</p>`}
      ${this.identity !== null ? this.who(this.identity) : !may ? nothing : this.asking ? this.form() : html`<button @click=${() => { this.asking = true; void this.updateComplete.then(() => this.renderRoot.querySelector("input")?.focus()); }}>${icon("eye")}${t("reporter.look")}</button>`}
      ${reads ? this.log() : nothing}</section>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-reporter": ReporterLook } }
