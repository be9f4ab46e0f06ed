import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { moment } from "../shared/due";
import { icon } from "../shared/icons";
import type { Person } from "../shared/model";
import { t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { dialogStyles } from "./dialog-styles";
import { keepKeys, leave } from "./keyboard";
import { StaffElement } from "./staff-element";
import { faultText } from "./tell";

interface Mention { id: number; report: string; text: string; by: Person; at: string; read: boolean }

/** Where colleagues have called this person: a bell with the number of unread ones, and the list. Fires `choose`. */
@customElement("ht-mentions")
export class Mentions extends StaffElement {
  @state() private mentions: readonly Mention[] = [];
  @state() private unread = 0;
  @state() private fault: string | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;
  private stop: (() => void) | null = null;

  static override styles = [controls, dialogStyles, css`
    :host { display: inline-flex; }
    .bell { position: relative; }
    .count { position: absolute; right: -0.1rem; top: -0.1rem; min-width: 1.15rem; padding: 0 0.25rem; border-radius: var(--r-full); background: var(--late); color: var(--surface); font-size: var(--t-xs); font-weight: 700; line-height: 1.15rem; text-align: center; }
    ul { display: grid; gap: var(--s-1); }
    li button { width: 100%; height: auto; display: grid; gap: 0.15rem; justify-content: stretch; text-align: start; padding: var(--s-2) var(--s-3); white-space: normal; font-weight: 400; }
    li .unread { border-color: var(--accent); background: var(--accent-soft); }
    .line { display: flex; flex-wrap: wrap; gap: var(--s-2); }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    this.stop = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.stop ??= this.desk.onEvents((event) => { if (event.event === "note.added" && event.by?.username !== this.desk.me.username) void this.load(); });
  }

  get isOpen(): boolean {
    return this.dialog.open;
  }

  async show(): Promise<void> {
    if (!this.dialog.open) this.dialog.showModal();
    await this.load();
  }

  private async load(): Promise<void> {
    try {
      const before = this.unread;
      const answer = await api<{ mentions: Mention[]; unread: number }>("/api/v1/mentions");
      this.mentions = answer.mentions;
      this.unread = answer.unread;
      this.fault = null;
      const newest = answer.mentions[0];
      if (answer.unread > before && newest !== undefined && this.hasUpdated && before >= 0 && this.heard) this.desk.toast(t("mention.new", { name: newest.by.name, code: newest.report }), "note");
      this.heard = true;
    } catch (error) {
      this.fault = faultText(asRefused(error));
    }
  }
  /** Old mentions are counted, not told, when the desk opens. */
  private heard = false;

  private async read(): Promise<void> {
    const newest = Math.max(0, ...this.mentions.map((one) => one.id));
    if (this.unread === 0 || newest === 0) return;
    try {
      await api("/api/v1/mentions/read", { method: "POST", body: { up_to: newest } });
      await this.load();
    } catch {
      // They stay unread and are told again.
    }
  }

  private go(mention: Mention): void {
    leave(this.dialog);
    this.dispatchEvent(new CustomEvent("choose", { detail: mention.report, bubbles: true, composed: true }));
  }

  override render(): TemplateResult {
    return html`<button class="bare square bell" aria-label=${this.unread > 0 ? t("mention.unread", { n: this.unread }) : t("mention.title")} title="${t("mention.title")} (@)" @click=${() => void this.show()}>${icon("bell")}${this.unread > 0 ? html`<span class="count number" aria-hidden="true">${this.unread > 99 ? "99+" : this.unread}</span>` : nothing}</button>
      <dialog aria-labelledby="title" @close=${() => void this.read()} @keydown=${keepKeys}><form method="dialog">
        <div class="head"><h2 id="title">${icon("bell")}${t("mention.title")}</h2><span></span><button class="bare square" aria-label=${t("action.close_view")}>${icon("cross")}</button></div>
        <div class="fields">${this.fault === null ? nothing : html`<p class="note warn">${this.fault}</p>`}
          ${this.mentions.length === 0 ? html`<p class="quiet">${t("mention.none")}</p>` : html`<ul>${this.mentions.map((one) => html`<li><button type="button" class=${one.read ? "" : "unread"} @click=${() => this.go(one)}>
            <span class="line"><strong>${one.by.name}</strong><span class="code">${one.report}</span><span class="faint">${moment(one.at)}</span>${one.read ? nothing : html`<span class="chip held">${t("mention.is_new")}</span>`}</span><span>${one.text}</span></button></li>`)}</ul>`}</div>
        <div class="foot"><button class="first" autofocus>${t("action.close_view")}</button></div></form></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-mentions": Mentions } }
