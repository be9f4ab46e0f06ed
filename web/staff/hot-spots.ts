import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { moment } from "../shared/due";
import { icon } from "../shared/icons";
import { named, t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { dialogStyles } from "./dialog-styles";
import { bodyOf, decisionOf, ME, spotFacts, spotName, type Decision, type HotSpot, type HotSpots, type WholeHotSpot } from "./hot-spot-words";
import { keepKeys, leave } from "./keyboard";
import { StaffElement } from "./staff-element";
import { agencyName, faultText } from "./tell";

const PLANNERS = ["supervisor", "leader"];
const SHAPE = { open: "urgent", planned: "calendar", done: "check", gone: "cross" } as const;
const TONE = { open: "urgent", planned: "in_progress", done: "done", gone: "" } as const;

/** Where the same was solved again and again: the list, and one of them with its reports, owner and plan. Fires `choose`. */
@customElement("ht-hot-spots")
export class HotSpotList extends StaffElement {
  @state() private spot: WholeHotSpot | null = null;
  @state() private wanted: Decision | null = null;
  @state() private fault: string | null = null;
  @state() private saved = false;
  @state() private busy = false;
  @query("dialog") private dialog!: HTMLDialogElement;
  /** What was known when this one was last asked for. */
  private seen: HotSpots | null = null;

  static override styles = [controls, dialogStyles, css`
    :host { display: inline-flex; }
    .spots, .reports, .history { display: grid; gap: var(--s-1); }
    .spots button { width: 100%; height: auto; display: grid; grid-template-columns: minmax(3.2rem, auto) minmax(0, 1fr); gap: 0 var(--s-3); align-items: center; text-align: start; padding: var(--s-2) var(--s-3); white-space: normal; font-weight: 400; min-height: var(--target); }
    .times { font-size: var(--t-l); font-weight: 650; font-variant-numeric: tabular-nums; text-align: end; }
    .line { display: flex; flex-wrap: wrap; gap: var(--s-1) var(--s-2); align-items: center; }
    .history li, .reports li { display: flex; flex-wrap: wrap; gap: var(--s-1) var(--s-2); align-items: center; }
    .two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); gap: var(--s-3); }
    fieldset { display: grid; gap: var(--s-3); }
    .tick { display: flex; gap: var(--s-2); align-items: center; min-height: var(--control); }
    @media (max-width: 900px) { .entry { display: none; } }
  `];

  get isOpen(): boolean {
    return this.renderRoot.querySelector("dialog")?.open === true;
  }

  async show(code?: string): Promise<void> {
    if (!this.dialog.open) this.dialog.showModal();
    await (code === undefined ? this.list() : this.open(code));
  }

  private async list(): Promise<void> {
    this.spot = null;
    this.fault = null;
    await this.desk.hotSpots.load();
    if (this.desk.hotSpots.failed) this.fault = t("hotspot.failed");
  }

  /** What changed elsewhere is shown, but never in the middle of what a person writes. */
  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { spot, wanted, desk: { hotSpots: { found } } } = this;
    if (spot === null || wanted === null || this.busy || !this.isOpen || found === this.seen) return;
    if (JSON.stringify(wanted) !== JSON.stringify(decisionOf(spot))) return;
    const now = found?.hot_spots.find((one) => one.code === spot.code);
    const same = now !== undefined && (["version", "cases", "open_cases", "public_cases"] as const).every((field) => now[field] === spot[field]);
    if (same) this.seen = found;
    else void this.open(spot.code, this.saved);
  }

  private async open(code: string, saved = false): Promise<void> {
    this.fault = null;
    this.saved = saved;
    this.seen = this.desk.hotSpots.found;
    try {
      this.spot = await api<WholeHotSpot>(`/api/v1/hot-spots/${encodeURIComponent(code)}`);
      this.wanted = decisionOf(this.spot);
    } catch (error) {
      this.fault = asRefused(error).slug === "not-found" ? faultText(asRefused(error)) : t("hotspot.failed");
    }
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    const { spot, wanted } = this;
    if (spot === null || wanted === null || this.busy) return;
    this.busy = true;
    this.fault = null;
    this.saved = false;
    try {
      this.spot = await api<WholeHotSpot>(`/api/v1/hot-spots/${spot.code}`, { method: "PUT", body: bodyOf(spot, wanted, this.desk.me.username) });
      this.wanted = decisionOf(this.spot);
      this.saved = true;
    } catch (error) {
      const refused = asRefused(error);
      if (refused.slug === "stale") {
        // What was typed stays; what it is written over is the newest.
        await this.open(spot.code);
        this.wanted = wanted;
        this.fault = t("hotspot.stale");
      } else this.fault = faultText(refused);
    } finally {
      this.busy = false;
    }
  }

  private change(part: Partial<Decision>): void {
    if (this.wanted !== null) this.wanted = { ...this.wanted, ...part };
    this.saved = false;
  }

  private go(code: string): void {
    leave(this.dialog);
    this.dispatchEvent(new CustomEvent("choose", { detail: code, bubbles: true, composed: true }));
  }

  private chip(spot: HotSpot): TemplateResult {
    return html`<span class="chip ${TONE[spot.state]}">${icon(SHAPE[spot.state])}<span>${t(`hotspot.state.${spot.state}`)}</span></span>`;
  }

  private row(spot: HotSpot): TemplateResult {
    return html`<li><button type="button" data-spot=${spot.code} @click=${() => void this.open(spot.code)}><span class="times">${t("hotspot.cases", { n: spot.cases })}</span>
      <span><span class="line"><strong>${spotName(spot)}</strong>${this.chip(spot)}${spot.open_cases > 0 ? html`<span class="chip waiting">${icon("received")}<span>${t("hotspot.open_cases", { n: spot.open_cases })}</span></span>` : nothing}</span>
        <span class="quiet">${spotFacts(spot)}${spot.owner_name === null ? "" : ` · ${spot.owner_name}`}</span></span></button></li>`;
  }

  private form(spot: WholeHotSpot, wanted: Decision): TemplateResult {
    const agencies = [...this.desk.catalogues.agencies.values()].sort((one, other) => named(one).localeCompare(named(other), "vi"));
    const center = spot.owner_account !== null && spot.owner_account !== this.desk.me.username ? (spot.owner_name ?? spot.owner_account) : t("hotspot.owner.center");
    return html`<fieldset ?disabled=${this.busy}><div class="two">
        <label>${t("hotspot.owner")}<select name="owner" @change=${(event: Event) => this.change({ owner: (event.target as HTMLSelectElement).value })}>
          <option value="" ?selected=${wanted.owner === ""}>${t("hotspot.owner.none")}</option><option value=${ME} ?selected=${wanted.owner === ME}>${center}</option>
          ${agencies.map((one) => html`<option value=${one.code} ?selected=${wanted.owner === one.code}>${named(one)}</option>`)}</select></label>
        <label>${t("hotspot.target")}<input type="date" name="target" .value=${wanted.target} @change=${(event: Event) => this.change({ target: (event.target as HTMLInputElement).value })}></label></div>
      <label>${t("hotspot.plan")}<textarea name="plan" maxlength="2000" .value=${wanted.plan} @input=${(event: Event) => this.change({ plan: (event.target as HTMLTextAreaElement).value })}></textarea></label>
      <label class="tick"><input type="checkbox" name="done" .checked=${wanted.done} @change=${(event: Event) => this.change({ done: (event.target as HTMLInputElement).checked })}>${t("hotspot.done")}</label></fieldset>`;
  }

  private one(spot: WholeHotSpot): TemplateResult {
    return html`<p class="line"><strong>${t("hotspot.cases", { n: spot.cases })}</strong>${this.chip(spot)}<span class="code">${spot.code}</span></p><p class="quiet">${spotFacts(spot)}</p>
      ${spot.state === "gone" ? nothing : html`<p class="line">${icon("users")}<span>${t("hotspot.public", { n: spot.public_cases })}</span><a href=${`/hot-spots#${spot.code}`} target="_blank" rel="noopener">${t("hotspot.portal")}</a></p>`}
      ${PLANNERS.includes(this.desk.me.role) && this.wanted !== null ? this.form(spot, this.wanted) : html`<p>${t("hotspot.owner")}: ${spot.owner_name ?? t("hotspot.owner.none")}</p>${spot.plan === null ? nothing : html`<p>${spot.plan}</p>`}`}
      <section class="group"><h3>${t("hotspot.reports")}</h3><ul class="reports">${spot.reports.map((one) => html`<li><button type="button" class="link code" @click=${() => this.go(one.code)}>${one.code}</button>
        ${one.open ? html`<span class="chip waiting">${icon(one.state)}<span>${t(`state.${one.state}`)}</span></span>` : nothing}<span class="quiet">${moment(one.received_at)}</span></li>`)}</ul></section>
      <section class="group"><h3>${t("hotspot.history")}</h3><ul class="history">${spot.history.map((one) => html`<li><span class="faint">${moment(one.at)}</span>
        <span>${one.event === "hot_spot.found" || one.data.state === undefined ? t("hotspot.history.found") : t(`hotspot.state.${one.data.state}`)}</span>
        ${one.data.owner_agency === undefined ? nothing : html`<span class="quiet">${agencyName(this.desk, one.data.owner_agency)}</span>`}<span class="quiet">${one.by.name ?? ""}</span></li>`)}</ul></section>`;
  }

  private all(): TemplateResult | typeof nothing {
    const { found } = this.desk.hotSpots;
    if (found === null) return this.fault === null ? html`<p class="quiet">…</p>` : nothing;
    const { rule, hot_spots: spots } = found;
    return html`<p class="quiet">${t("hotspot.rule", { ...rule })}</p>${spots.length === 0 ? html`<p>${t("hotspot.none")}</p>` : html`<ul class="spots">${spots.map((spot) => this.row(spot))}</ul>`}`;
  }

  override render(): TemplateResult {
    const { spot } = this;
    const plans = spot !== null && PLANNERS.includes(this.desk.me.role);
    return html`<button class="bare square entry" aria-label=${t("hotspot.title")} title=${t("hotspot.title")} @click=${() => void this.show()}>${icon("redo")}</button>
      <dialog aria-labelledby="title" @keydown=${keepKeys}><form method="dialog" @submit=${(event: SubmitEvent) => { if ((event.submitter as HTMLButtonElement | null)?.value === "save") void this.save(event); }}>
        <div class="head"><h2 id="title">${icon("redo")}${spot === null ? t("hotspot.title") : spotName(spot)}</h2><span></span><button class="bare square" aria-label=${t("action.close_view")}>${icon("cross")}</button></div>
        <div class="fields">${this.fault === null ? nothing : html`<p class="note warn" role="alert">${this.fault}</p>`}${this.saved ? html`<p class="note" role="status">${t("hotspot.saved")}</p>` : nothing}
          ${spot === null ? this.all() : this.one(spot)}</div>
        <div class="foot">${spot === null ? nothing : html`<button type="button" @click=${() => void this.list()}>${icon("left")}${t("hotspot.back_to_list")}</button>`}
          ${plans ? html`<button class="first" value="save" ?disabled=${this.busy}>${this.busy ? t("pending") : t("hotspot.save")}</button>` : html`<button class="first" autofocus>${t("action.close_view")}</button>`}</div></form></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-hot-spots": HotSpotList } }
