import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { moment } from "../shared/due";
import { HtElement } from "../shared/element";
import { icon } from "../shared/icons";
import { said, t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { faultText } from "./tell";

interface Mail {
  id: number; state: "quarantined" | "noted" | "done" | "ignored" | "refused"; reason: string | null; agency_name: string | null; report: string | null; sender: string; subject: string; text: string;
  received_at: string; settled_by: string | null; twin_of: number | null; again: number; again_at: string | null;
}
interface Page { mails: Mail[]; next: number | null }

const STATES = ["quarantined", "repeated", "noted", "done", "ignored", "refused"] as const;
type Filter = (typeof STATES)[number];
const TONE = { quarantined: "waiting", noted: "in_progress", done: "done", ignored: "", refused: "rejected" } as const;
const SHAPE = { quarantined: "clock", noted: "list", done: "check", ignored: "minus", refused: "cross" } as const;

/** Mails of agencies by what became of them, a page at a time; those that wait are put to a case or set aside. Fires `choose`. */
@customElement("ht-mails")
export class MailList extends HtElement {
  @state() private filter: Filter = "quarantined";
  @state() private page: Page | null = null;
  @state() private fault: string | null = null;
  @state() private busy: number | null = null;

  static override styles = [controls, css`
    :host { display: grid; gap: var(--s-3); } .rows { display: grid; gap: var(--s-2); } .which { max-width: 22rem; }
    .rows li { display: grid; gap: var(--s-1); padding: var(--s-2) var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); overflow-wrap: anywhere; }
    .line { display: flex; flex-wrap: wrap; gap: var(--s-1) var(--s-2); align-items: center; } .why { color: var(--late); font-size: var(--t-s); }
    .words { white-space: pre-wrap; max-height: 12rem; overflow-y: auto; }
    .put { display: grid; grid-template-columns: minmax(0, 1fr) auto auto; gap: var(--s-2); align-items: end; }
    @media (max-width: 500px) { .put { grid-template-columns: minmax(0, 1fr); } }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(before?: number): Promise<void> {
    const { filter } = this;
    const asked = new URLSearchParams(filter === "repeated" ? { repeated: "true" } : { state: filter });
    if (before !== undefined) asked.set("before", String(before));
    try {
      const page = await api<Page>(`/api/v1/mails?${asked.toString()}`);
      if (filter !== this.filter) return;
      this.page = before === undefined || this.page === null ? page : { ...page, mails: [...this.page.mails, ...page.mails] };
      if (this.fault === t("external.failed")) this.fault = null;
    } catch {
      this.fault = t("external.failed");
    }
  }

  private pick(filter: Filter): void {
    this.filter = filter;
    this.page = this.fault = null;
    void this.load();
  }

  /** Decides about one mail, which then leaves the list of those that wait; the others stay where the eye left them. */
  private async act(id: number, path: string, body?: Record<string, unknown>): Promise<void> {
    this.busy = id;
    this.fault = null;
    try {
      await api(path, { method: "POST", ...(body === undefined ? {} : { body }) });
      if (this.page !== null) this.page = { ...this.page, mails: this.page.mails.filter((one) => one.id !== id) };
      if (this.page?.mails.length === 0 || this.filter !== "quarantined") await this.load();
    } catch (error) {
      this.fault = faultText(asRefused(error));
    } finally {
      this.busy = null;
    }
  }

  private again(one: Mail): TemplateResult | typeof nothing {
    if (one.again === 0 && one.twin_of === null) return nothing;
    return html`<span class="line"><span class="chip soon">${icon("copy")}<span>${t("external.mail.repeated")}</span></span>${one.twin_of === null || one.reason === "same-id" ? nothing : html`<span class="quiet">${t("external.mail.twin")}</span>`}
      ${one.again === 0 || one.again_at === null ? nothing : html`<span class="quiet">${t("external.mail.again", { n: one.again })} ${moment(one.again_at)}</span>`}</span>`;
  }

  private decide(one: Mail): TemplateResult {
    return html`<span class="put"><label>${t("external.mail.code")}<input name="code-${one.id}" .value=${one.report ?? ""} autocomplete="off"></label>
      <button type="button" ?disabled=${this.busy !== null} @click=${(event: Event) => {
        const code = (event.target as HTMLElement).closest("li")?.querySelector("input")?.value.trim() ?? "";
        if (code !== "") void this.act(one.id, `/api/v1/mails/${one.id}/take`, { report: code });
      }}>${icon("check")}${t("external.mail.take")}</button>
      <button type="button" ?disabled=${this.busy !== null} @click=${() => void this.act(one.id, `/api/v1/mails/${one.id}/drop`)}>${icon("cross")}${t("external.mail.drop")}</button></span>`;
  }

  private row(one: Mail): TemplateResult {
    const waits = one.state === "quarantined";
    const code = one.report;
    return html`<li data-mail=${one.id}><span class="line"><span class="chip ${TONE[one.state]}">${icon(SHAPE[one.state])}<span>${t(`external.mail.state.${one.state}`)}</span></span><strong>${one.sender === "" ? t("external.mail.nobody") : one.sender}</strong>
        <span class="quiet">${moment(one.received_at)}</span>${one.agency_name === null ? nothing : html`<span class="quiet">${one.agency_name}</span>`}
        ${code === null || waits ? nothing : html`<button type="button" class="link code" @click=${() => this.dispatchEvent(new CustomEvent("choose", { detail: code, bubbles: true, composed: true }))}>${code}</button>`}
        ${one.settled_by === null ? nothing : html`<span class="quiet">${t("external.mail.by", { who: one.settled_by })}</span>`}</span>
      <span>${one.subject}</span>${this.again(one)}${one.reason === null ? nothing : html`<span class=${waits ? "why" : "quiet"}>${said(`external.mail.why.${one.reason}`, one.reason)}</span>`}
      <span class="words quiet">${one.text}</span>${waits ? this.decide(one) : nothing}</li>`;
  }

  override render(): TemplateResult {
    const { page, filter } = this;
    return html`<label class="which">${t("external.mail.which")}<select name="mails" .value=${filter} @change=${(event: Event) => this.pick((event.target as HTMLSelectElement).value as Filter)}>${STATES.map((one) => html`<option value=${one} ?selected=${one === filter}>${t(`external.mails.${one}`)}</option>`)}</select></label>
      ${this.fault === null ? nothing : html`<p class="note warn" role="alert">${this.fault}</p>`}
      ${page === null ? this.fault === null ? html`<p class="quiet" role="status">${t("pending")}</p>` : nothing
        : page.mails.length === 0 ? html`<p class="quiet">${t(filter === "quarantined" ? "external.mails.none" : "external.mails.empty")}</p>` : html`<ul class="rows">${repeat(page.mails, (one) => one.id, (one) => this.row(one))}</ul>`}
      ${page === null || page.next === null ? nothing : html`<button type="button" ?disabled=${this.busy !== null} @click=${() => void this.load(page.next ?? undefined)}>${t("external.more")}</button>`}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-mails": MailList } }
