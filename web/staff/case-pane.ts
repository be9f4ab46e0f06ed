import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import "../shared/due";
import { moment } from "../shared/due";
import { categoryIcon, icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { named, t } from "../shared/preferences";
import "../shared/photos";
import { serverNow } from "../shared/server-time";
import { ACTIONS, COMMANDS, type Command } from "./actions";
import { allowed, holderOf } from "./allowed";
import { caseStyles } from "./case-styles";
import { agencySection, answersSection, feedbackSection, placeSection, routeSection } from "./case-sections";
import "./claim-bar";
import "./due-explained";
import type { DueExplained } from "./due-explained";
import { followersSection } from "./followers";
import "./notes";
import type { Notes } from "./notes";
import { reviewPrivacy } from "./privacy";
import { auditSection, checksSection, proofSection } from "./proof-sections";
import { proofStyles } from "./proof-styles";
import "./reporter-look";
import "./similar";
import { StaffElement } from "./staff-element";
import { agencyName, categoryName, stateChip, urgentChip } from "./tell";
import "./timeline";
import "./work";

/** The middle pane: one case with everything needed to decide it. Fires `command` (detail: name and arguments). */
@customElement("ht-case")
export class CasePane extends StaffElement {
  @property() code: string | null = null;
  @property({ type: Boolean }) center = false;
  @state() private category = "";
  @state() private urgency: Report["urgency"] | "" = "";
  private copied = false;
  private readonly refreshed = new Map<string, number>();

  static override styles = [controls, caseStyles, proofStyles];

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has("code")) {
      this.category = "";
      this.urgency = "";
      this.copied = false;
      if (this.hasUpdated) this.scrollTop = 0;
    }
  }

  /** What verifying now would correct: only what the operator has changed. */
  get corrections(): Record<string, unknown> {
    return { ...(this.category === "" ? {} : { category: this.category }), ...(this.urgency === "" ? {} : { urgency: this.urgency }) };
  }

  explainDue(): void {
    void this.renderRoot.querySelector<DueExplained>("ht-due-explained")?.show();
  }

  open(report: Report): ReadonlySet<string> {
    const lane = this.desk.catalogues.categories.get(report.category)?.lane ?? null;
    return allowed(this.desk.catalogues.lifecycle, report, this.desk.me, lane, serverNow());
  }

  focusNote(): void {
    this.renderRoot.querySelector<Notes>("ht-notes")?.focusBox();
  }

  private choose(code: string): void {
    this.dispatchEvent(new CustomEvent("choose", { detail: code, bubbles: true, composed: true }));
  }

  private give(command: Command): void {
    this.dispatchEvent(new CustomEvent("command", { detail: command }));
  }

  private get mayUnmerge(): boolean {
    return this.desk.catalogues.lifecycle.edges.some((edge) => edge.command === "unmerge" && edge.roles.includes(this.desk.me.role));
  }

  private async copy(code: string): Promise<void> {
    await navigator.clipboard.writeText(code);
    this.copied = true;
    this.requestUpdate();
  }

  /** Signed picture addresses expire during a long shift; they are asked for again, at most once a minute per case. */
  private renew(): void {
    const code = this.code;
    const now = serverNow();
    if (code === null || now - (this.refreshed.get(code) ?? 0) < 60_000) return;
    this.refreshed.set(code, now);
    void this.desk.refresh(code).catch(() => undefined);
  }

  private button(command: Command, pending: string | undefined): TemplateResult {
    const action = ACTIONS[command];
    const busy = pending === command;
    return html`<button class=${action.first === true ? "first" : ""} ?disabled=${pending !== undefined} data-command=${command} @click=${() => this.give(command)}>
      ${icon(action.icon)}<span>${busy ? t("pending") : t(`command.${command}`)}</span><kbd>${action.key}</kbd></button>`;
  }

  private actions(report: Report): TemplateResult {
    const open = this.open(report);
    const pending = this.desk.pending.get(report.code);
    const buttons = COMMANDS.filter((command) => open.has(command));
    const holder = holderOf(report, serverNow());
    const why = holder !== null && holder.username !== this.desk.me.username && this.center ? t("actions.held", { name: holder.name }) : t("actions.none");
    return html`<div class="actions" role="toolbar" aria-label=${t("actions.label")}>
      ${buttons.length > 0 ? buttons.map((command) => this.button(command, pending)) : html`<p class="quiet">${why}</p>`}</div>`;
  }

  /** The same was solved there before: the way to its owner and plan. */
  private hotSpot(report: Report): TemplateResult | typeof nothing {
    const code = report.hot_spot ?? null;
    if (code === null) return nothing;
    return html`<button class="link" data-hot-spot=${code} @click=${() => this.dispatchEvent(new CustomEvent("hot-spot", { detail: code }))}>${icon("redo")} ${t("hotspot.in", { code })}</button>`;
  }

  private header(report: Report): TemplateResult {
    const desk = this.desk;
    const others = desk.looking(report.code);
    const over = ["published", "closed", "rejected", "merged", "withdrawn"].includes(report.state);
    return html`<header>
      <div class="title"><span class="kind">${categoryIcon(report.category, desk.category(report.category)?.icon)}</span>
        <h2 tabindex="-1">${categoryName(desk, report)}</h2>
        <button class="link code" title=${t("case.copy")} @click=${() => void this.copy(report.code)}>${report.code}${this.copied ? html` ${icon("check")}` : nothing}</button></div>
      <div class="facts">${stateChip(report)}${urgentChip(report)}
        ${over ? nothing : html`<ht-due .due=${report.due_at} .basis=${report.due_basis}></ht-due>`}
        ${over || (report.clock?.warned ?? 0) === 0 ? nothing : html`<span class="quiet">${t("due.warned", { percent: report.clock?.warned ?? 0 })}</span>`}
        <ht-due-explained .desk=${desk} .code=${report.code}></ht-due-explained>
        <span class="quiet">${t("case.received")} ${moment(report.received_at)}</span>
        ${(report.reporter_count ?? 1) > 1 ? html`<span class="quiet">${t("case.reporters", { n: report.reporter_count ?? 1 })}</span>` : nothing}
        ${report.lead !== null && report.lead !== desk.me.agency && report.state !== "received" && report.state !== "verified" ? html`<span class="quiet">${icon("building")} ${agencyName(desk, report.lead, report.lead_name)}</span>` : nothing}
        ${this.hotSpot(report)}
        ${report.officer ? html`<span class="quiet">${icon("user")} ${t("case.officer", { name: report.officer.name })}</span>` : nothing}
        ${others.length > 0 ? html`<span class="chip">${icon("eye")}<span>${t("presence.looking", { names: others.map((one) => one.name).join(", ") })}</span></span>` : nothing}
      </div>
    </header>`;
  }

  /** While a report is new, its category and urgency can be corrected in the same step that verifies it. */
  private checks(report: Report): TemplateResult | typeof nothing {
    if (!this.open(report).has("verify")) return nothing;
    const leaves = this.desk.catalogues.leaves();
    return html`<section class="checks"><label>${t("verify.category")}
        <select @change=${(event: Event) => { this.category = (event.target as HTMLSelectElement).value; }}>
          ${leaves.map((leaf) => html`<option value=${leaf.code} ?selected=${leaf.code === (this.category || report.category)}>${leaf.parent === undefined ? "" : `${named(leaf.parent)} · `}${named(leaf)}</option>`)}
        </select></label>
      <div role="group" aria-label=${t("verify.urgency")}><span class="label">${t("verify.urgency")}</span><span class="pair">
        ${(["normal", "urgent"] as const).map((one) => html`<button aria-pressed=${one === (this.urgency || report.urgency)} @click=${() => { this.urgency = one; }}>
          ${one === "urgent" ? icon("urgent") : nothing}${t(`urgency.${one}`)}</button>`)}</span></div></section>`;
  }

  override render(): TemplateResult {
    const report = this.desk.report(this.code);
    if (this.code === null) return html`<div class="nothing">${icon("list")}<p>${t("case.choose")}</p><p class="faint"><kbd>J</kbd> <kbd>K</kbd> ${t("case.choose.keys")}</p></div>`;
    if (report === undefined) return html`<div class="nothing"><p>${t("queue.loading")}</p></div>`;
    const desk = this.desk;
    return html`${this.header(report)}
      ${this.center ? html`<ht-claim .desk=${desk} .report=${report} .open=${this.open(report)} @give=${(event: CustomEvent<Command>) => this.give(event.detail)}></ht-claim>` : nothing}
      <div class="scroll" tabindex="-1"><div class="column">
        <section><p class="description">${report.description ? report.description : html`<span class="faint">${t("case.no_words")}</span>`}</p>
          ${answersSection(report)}</section>
        ${proofSection(report, this.center ? () => this.dispatchEvent(new CustomEvent("compare-media")) : null)}
        <section><ht-photos .media=${report.media} .review=${this.center} @stale=${() => this.renew()} @enlarge=${(event: CustomEvent<string>) => { if (this.center) { event.preventDefault(); this.dispatchEvent(new CustomEvent("view-media", { detail: event.detail })); } }} @review=${(event: CustomEvent<string>) => void reviewPrivacy(desk, report.code, event.detail)}></ht-photos></section>
        ${checksSection(desk, report)}
        ${auditSection(report)}
        ${feedbackSection(desk, report)}
        ${this.checks(report)}
        ${routeSection(desk, report)}
        </div><div class="column">
        ${agencySection(desk, report)}
        <ht-work .desk=${desk} .report=${report}></ht-work>
        ${placeSection(report, !this.center)}
        ${this.center ? followersSection(desk, report, (code) => this.choose(code), this.mayUnmerge ? (code) => this.dispatchEvent(new CustomEvent("unmerge", { detail: code })) : null) : nothing}
        <ht-notes .desk=${desk} .code=${report.code}></ht-notes>
        ${this.center ? html`<ht-similar .desk=${desk} .code=${report.code} .stamp=${report.media.map((one) => (one.warnings ?? []).length).join()} ?mergeable=${this.open(report).has("merge")}></ht-similar>` : nothing}
        <ht-reporter .desk=${desk} .report=${report}></ht-reporter>
        <ht-timeline .desk=${desk} .code=${report.code}></ht-timeline>
      </div></div>
      ${this.actions(report)}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-case": CasePane } }
