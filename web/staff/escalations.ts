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

interface Escalation {
  id: number; report: string; cause: "untouched" | "late" | "unapproved" | "proof" | "returned"; since: string; level: number; to: "head" | "supervisor" | "leader";
  agency_name: string | null; category_name: string; area_name: string | null; raised_at: string;
  acknowledged: { by: Person; at: string; note: string | null } | null; cleared_at: string | null;
  /** Who is called when, if nothing is done. */
  next: { to: Escalation["to"]; at: string } | null;
}

const HEARD = new Set(["report.escalated", "report.escalation_acknowledged"]);
const CLEARS = new Set(["report.accepted", "report.published", "report.sent_back", "report.question_asked", "report.extended", "report.resolved", "report.returned", "report.recalled", "report.reopened", "report.audited", "report.dispatched", "report.rejected", "report.merged", "report.withdrawn"]);
const SIGNS = { untouched: "hand", late: "alarm", unapproved: "clock", proof: "shield", returned: "undo" } as const;
/** Many cases at once (after a night, say) are read, and told, once. */
const GATHER_MS = 400;

/** What was brought before this person: a badge with the number of open ones, the list, and taking care of one. Fires `choose`. */
@customElement("ht-escalations")
export class Escalations extends StaffElement {
  @state() private list: readonly Escalation[] = [];
  @state() private number = 0;
  @state() private fault: string | null = null;
  @state() private busy: ReadonlySet<number> = new Set();
  @query("dialog") private dialog!: HTMLDialogElement;
  private stop: (() => void) | null = null;
  private waiting: number | null = null;
  /** Old ones are counted, not told, when the desk opens. */
  private heard = false;

  static override styles = [controls, dialogStyles, css`
    :host { display: inline-flex; }
    :host([hidden]) { display: none; }
    .bell { position: relative; }
    .bell.some { color: var(--late); }
    .count { position: absolute; right: -0.1rem; top: -0.1rem; min-width: 1.15rem; padding: 0 0.25rem; border-radius: var(--r-full); background: var(--late); color: var(--surface); font-size: var(--t-xs); font-weight: 700; line-height: 1.15rem; text-align: center; }
    ul { display: grid; gap: var(--s-2); }
    li { display: grid; gap: var(--s-1); padding: var(--s-2) var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); }
    li.open { border-color: var(--late); border-inline-start-width: 4px; }
    .line { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: center; }
    .next { display: inline-flex; gap: var(--s-1); align-items: center; }
    .care { display: flex; flex-wrap: wrap; gap: var(--s-2); }
    .care input { flex: 1 1 12rem; min-width: 0; }
    @media (max-width: 700px) { .care button, .line .link { min-height: 44px; } }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    this.stop = null;
    if (this.waiting !== null) window.clearTimeout(this.waiting);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.stop ??= this.desk.onEvents((event) => { if (HEARD.has(event.event) || (this.number > 0 && CLEARS.has(event.event))) this.soon(); });
  }

  get isOpen(): boolean {
    return this.renderRoot.querySelector("dialog")?.open === true;
  }

  async show(): Promise<void> {
    if (!this.dialog.open) this.dialog.showModal();
    await this.load();
  }

  private soon(): void {
    if (this.waiting !== null) return;
    this.waiting = window.setTimeout(() => { this.waiting = null; void this.load(); }, GATHER_MS);
  }

  private async load(): Promise<void> {
    try {
      const known = new Set(this.list.map((one) => one.id));
      const answer = await api<{ escalations: Escalation[]; open: number }>("/api/v1/escalations");
      const fresh = answer.escalations.filter((one) => isOpen(one) && !known.has(one.id));
      this.list = answer.escalations;
      this.number = answer.open;
      this.fault = null;
      const [first] = fresh;
      if (this.heard && first !== undefined) this.desk.toast(fresh.length === 1 ? t("escalation.new", { code: first.report, what: first.category_name }) : t("escalation.new.many", { n: fresh.length }), "note");
      this.heard = true;
    } catch (error) {
      this.fault = faultText(asRefused(error));
    }
  }

  private async care(one: Escalation, event: Event): Promise<void> {
    const field = (event.currentTarget as HTMLElement).parentElement?.querySelector("input");
    const note = field?.value.trim() ?? "";
    this.busy = new Set([...this.busy, one.id]);
    try {
      await api(`/api/v1/escalations/${String(one.id)}/acknowledge`, { method: "POST", body: note === "" ? {} : { note } });
      this.fault = null;
    } catch (error) {
      this.fault = faultText(asRefused(error));
    }
    this.busy = new Set([...this.busy].filter((id) => id !== one.id));
    await this.reload();
  }

  /** The list again, keeping what went wrong before on the screen. */
  private async reload(): Promise<void> {
    const { fault } = this;
    await this.load();
    this.fault ??= fault;
  }

  private go(code: string): void {
    leave(this.dialog);
    this.dispatchEvent(new CustomEvent("choose", { detail: code, bubbles: true, composed: true }));
  }

  private item(one: Escalation): TemplateResult {
    const open = isOpen(one);
    const over = one.acknowledged !== null ? t("escalation.taken", { name: one.acknowledged.by.name }) : t("escalation.over");
    return html`<li class=${open ? "open" : ""}>
      <span class="line"><button type="button" class="link code" @click=${() => this.go(one.report)}>${one.report}</button><strong>${one.category_name}</strong>
        <span class="chip ${open ? "late" : ""}">${icon(SIGNS[one.cause])}<span>${t(`escalation.cause.${one.cause === "untouched" && one.agency_name === null ? "center" : one.cause}`)}</span></span></span>
      <span class="quiet">${[one.agency_name, one.area_name].filter((name) => name !== null).join(" · ")} · ${t("escalation.since")} ${moment(one.since)} · ${t(`escalation.to.${one.to}`)}</span>
      ${open ? html`<span class="care"><input type="text" maxlength="500" aria-label=${t("escalation.note")} placeholder=${t("escalation.note")}><button type="button" class="first" ?disabled=${this.busy.has(one.id)} @click=${(event: Event) => void this.care(one, event)}>${icon("check")}${this.busy.has(one.id) ? t("pending") : t("escalation.care")}</button></span>`
        : html`<span class="quiet">${icon("check")} ${over}${one.acknowledged?.note ? html`: ${one.acknowledged.note}` : nothing}</span>`}
      ${one.next === null ? nothing : html`<span class="quiet next">${icon("clock")}<span>${t(`escalation.next.${one.next.to}`)} ${moment(one.next.at)}</span></span>`}</li>`;
  }

  override render(): TemplateResult {
    const label = this.number > 0 ? t("escalation.open", { n: this.number }) : t("escalation.title");
    // Only who is ever called has a button; others would look at an empty list for good.
    const none = this.list.length === 0;
    return html`${none && this.fault === null ? nothing : html`<button class="bare square bell ${this.number > 0 ? "some" : ""}" aria-label=${label} title="${label} (!)" @click=${() => void this.show()}>${icon("alarm")}${this.number > 0 ? html`<span class="count number" aria-hidden="true">${this.number > 99 ? "99+" : this.number}</span>` : nothing}</button>`}
      <dialog class="merge" aria-labelledby="title" @keydown=${keepKeys}><form method="dialog">
        <div class="head"><h2 id="title">${icon("alarm")}${t("escalation.title")}</h2><span></span><button class="bare square" aria-label=${t("action.close_view")}>${icon("cross")}</button></div>
        <div class="fields">${this.fault === null ? nothing : html`<p class="note warn" role="alert">${this.fault} <button type="button" class="link" @click=${() => void this.load()}>${t("action.again")}</button></p>`}
          ${none ? html`<p class="quiet">${t("escalation.none")}</p>` : html`<ul>${this.list.map((one) => this.item(one))}</ul>`}</div>
        <div class="foot"><button class="first" autofocus>${t("action.close_view")}</button></div></form></dialog>`;
  }
}

function isOpen(one: Escalation): boolean {
  return one.acknowledged === null && one.cleared_at === null;
}

declare global { interface HTMLElementTagNameMap { "ht-escalations": Escalations } }
