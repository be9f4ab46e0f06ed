import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { moment } from "../shared/due";
import { icon } from "../shared/icons";
import { locale, said, t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { exact } from "../shared/times";
import { dialogStyles } from "./dialog-styles";
import { keepKeys, leave } from "./keyboard";
import "./mail-box";
import "./mail-list";
import { StaffElement } from "./staff-element";
import { faultText } from "./tell";

interface Handover {
  id: number; agency: string; agency_name: string; kind: "webhook" | "email"; report: string; event: string; state: "pending" | "sending" | "delivered" | "dead";
  attempts: number; last_error: string | null; at: string; next_at: string | null; held: boolean;
}
interface Page { handovers: Handover[]; next: number | null }

const TONE = { pending: "waiting", sending: "in_progress", delivered: "done", dead: "urgent" } as const;
const SHAPE = { pending: "clock", sending: "send", delivered: "check", dead: "cross" } as const;
const AGAIN_MS = 3_000;
const PAGE = 50;
const TABS = ["troubled", "all", "mails"] as const;

/** What is handed over to agencies' own systems and does not get there, and mails that nobody could place. Fires `choose`. */
@customElement("ht-handovers")
export class HandoverList extends StaffElement {
  @state() private tab: (typeof TABS)[number] = "troubled";
  @state() private page: Page | null = null;
  @state() private fault: string | null = null;
  @state() private busy: number | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;
  private timer = 0;

  static override styles = [controls, dialogStyles, css`
    :host { display: inline-flex; }
    .rows { display: grid; gap: var(--s-2); }
    .rows li { display: grid; gap: var(--s-1); padding: var(--s-2) var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); }
    .line { display: flex; flex-wrap: wrap; gap: var(--s-1) var(--s-2); align-items: center; }
    .line > .end { margin-inline-start: auto; }
    .why { overflow-wrap: anywhere; color: var(--late); font-size: var(--t-s); }
    @media (max-width: 900px) { .entry { display: none; } }
  `];

  /** While there is nothing to list there is no dialog. */
  get isOpen(): boolean {
    return this.renderRoot.querySelector("dialog")?.open === true;
  }

  async show(): Promise<void> {
    if (!this.dialog.open) this.dialog.showModal();
    window.clearInterval(this.timer);
    this.timer = window.setInterval(() => this.again(), AGAIN_MS);
    await this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
  }

  /** What is on its way moves by itself; pages asked for stay. */
  private again(): void {
    if (!this.isOpen) window.clearInterval(this.timer);
    else if (!document.hidden && this.busy === null && this.tab !== "mails" && (this.page?.handovers.length ?? 0) <= PAGE) void this.load();
  }

  private async load(before?: number): Promise<void> {
    const { tab } = this;
    if (tab === "mails") return;
    try {
      const asked = new URLSearchParams({ ...(tab === "troubled" ? { state: "troubled" } : {}), ...(before === undefined ? {} : { before: String(before) }) });
      const page = await api<Page>(`/api/v1/handovers?${asked.toString()}`);
      if (tab !== this.tab) return;
      this.page = before === undefined || this.page === null ? page : { ...page, handovers: [...this.page.handovers, ...page.handovers] };
      if (this.fault === t("external.failed")) this.fault = null;
    } catch {
      this.fault = t("external.failed");
    }
  }

  private async act(id: number, path: string, body?: Record<string, unknown>): Promise<void> {
    this.busy = id;
    this.fault = null;
    try {
      await api(path, { method: "POST", ...(body === undefined ? {} : { body }) });
      await this.load();
    } catch (error) {
      this.fault = faultText(asRefused(error));
    } finally {
      this.busy = null;
    }
  }

  private pick(tab: (typeof TABS)[number]): void {
    this.tab = tab;
    this.page = null;
    this.fault = null;
    void this.load();
  }

  private go(code: string): void {
    leave(this.dialog);
    this.dispatchEvent(new CustomEvent("choose", { detail: code, bubbles: true, composed: true }));
  }

  private row(one: Handover): TemplateResult {
    const again = one.state === "dead" || one.state === "delivered";
    const next = one.held ? t("external.held") : one.state === "pending" && one.attempts > 0 && one.next_at !== null ? t("external.next", { at: exact(one.next_at, locale()) }) : null;
    return html`<li data-handover=${one.id}><span class="line"><span class="chip ${TONE[one.state]}">${icon(SHAPE[one.state])}<span>${t(`external.state.${one.state}`)}</span></span>
        <strong>${one.agency_name}</strong><span class="quiet">${t(`external.kind.${one.kind}`)}</span><button type="button" class="link code" @click=${() => this.go(one.report)}>${one.report}</button>
        ${again ? html`<button type="button" class="end" ?disabled=${this.busy !== null} @click=${() => void this.act(one.id, `/api/v1/handovers/${one.id}/resend`)}>${icon("redo")}${t("external.resend")}</button>` : nothing}</span>
      <span class="line quiet"><span>${said(`event.${one.event}`, one.event)}</span><span>${moment(one.at)}</span><span>${t("external.attempts", { n: one.attempts })}</span>${next === null ? nothing : html`<span>${next}</span>`}</span>
      ${one.last_error === null ? nothing : html`<span class="why">${one.last_error}</span>`}</li>`;
  }

  private listed(): TemplateResult | typeof nothing {
    if (this.tab === "mails") return html`<ht-mails @choose=${() => leave(this.dialog)}></ht-mails>`;
    if (this.page === null) return nothing;
    const { handovers, next } = this.page;
    return html`${handovers.length === 0 ? html`<p class="quiet">${t("external.none")}</p>` : html`<ul class="rows">${repeat(handovers, (one) => one.id, (one) => this.row(one))}</ul>`}
      ${next === null ? nothing : html`<button type="button" @click=${() => void this.load(next)}>${t("external.more")}</button>`}`;
  }

  override render(): TemplateResult | typeof nothing {
    if (!["supervisor", "admin"].includes(this.desk.me.role)) return nothing;
    return html`<button class="bare square entry" aria-label=${t("external.title")} title=${t("external.title")} @click=${() => void this.show()}>${icon("send")}</button>
      <dialog aria-labelledby="title" @keydown=${keepKeys}><form method="dialog">
        <div class="head"><h2 id="title">${icon("send")}${t("external.title")}</h2><span></span><button class="bare square" aria-label=${t("action.close_view")}>${icon("cross")}</button></div>
        <div class="fields"><div class="line" role="group" aria-label=${t("external.title")}>${TABS.map((tab) => html`<button type="button" aria-pressed=${tab === this.tab} @click=${() => this.pick(tab)}>${t(tab === "mails" ? "external.mails" : `external.${tab}`)}</button>`)}</div>
          <ht-mail-box ?always=${this.tab === "mails"}></ht-mail-box>
          ${this.fault === null ? nothing : html`<p class="note warn" role="alert">${this.fault}</p>`}${this.listed()}</div>
        <div class="foot"><button class="first" autofocus>${t("action.close_view")}</button></div></form></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-handovers": HandoverList } }
