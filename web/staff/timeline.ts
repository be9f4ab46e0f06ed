import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { moment } from "../shared/due";
import { icon } from "../shared/icons";
import type { Reason, TimelineEntry } from "../shared/model";
import { t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { StaffElement } from "./staff-element";
import { becauseText } from "./because";
import { actorName, agencyName, eventText, faultText, reasonText } from "./tell";

/** What happened to the report, newest first; grows as events arrive. */
@customElement("ht-timeline")
export class Timeline extends StaffElement {
  @property() code = "";
  @state() private entries: TimelineEntry[] | null = null;
  @state() private fault: string | null = null;
  private upTo = 0;
  private asked = "";

  static override styles = [controls, css`
    h3 { font-size: var(--t-s); color: var(--ink-2); margin-bottom: var(--s-2); display: flex; align-items: center; gap: var(--s-2); }
    ol { display: grid; }
    li { position: relative; display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: var(--s-3); padding: var(--s-1) 0 var(--s-3); }
    li::before { content: ""; position: absolute; left: 7rem; top: 0.55rem; width: 0.45rem; height: 0.45rem; border-radius: 50%; background: var(--line-strong); }
    li::after { content: ""; position: absolute; left: calc(7.225rem - 0.5px); top: 1.2rem; bottom: -0.4rem; width: 1px; background: var(--line); }
    li:last-child::after { display: none; }
    li > div { padding-inline-start: 1rem; }
    time { color: var(--ink-2); text-align: end; font-size: var(--t-s); padding-top: 0.1rem; }
    .because { display: grid; gap: 0.1rem; color: var(--ink-2); font-size: var(--t-s); }
    .said { color: var(--ink-2); white-space: pre-wrap; overflow-wrap: anywhere; }
  `];

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const seq = this.desk.lastEvent.get(this.code)?.seq ?? 0;
    if (this.asked === this.code && seq <= this.upTo) return;
    if (this.asked !== this.code) this.entries = null;
    this.asked = this.code;
    this.upTo = Math.max(seq, changed.has("code") ? 0 : this.upTo, seq);
    void this.load(this.code);
  }

  private async load(code: string): Promise<void> {
    try {
      const answer = await api<{ entries: TimelineEntry[] }>(`/api/v1/reports/${encodeURIComponent(code)}/timeline`);
      if (code !== this.code) return;
      this.entries = [...answer.entries].sort((a, b) => (b.seq ?? 0) - (a.seq ?? 0) || b.at.localeCompare(a.at));
      this.fault = null;
    } catch (error) {
      if (code === this.code) this.fault = faultText(asRefused(error));
    }
  }

  private words(entry: TimelineEntry): string {
    const data = entry.data ?? {};
    const text = ["reason", "public_answer", "question", "text", "summary", "note", "comment"].flatMap((key) => {
      const value = data[key];
      if (typeof value !== "string" || value === "") return [];
      if (key === "reason" && (value === "overdue" || value === "untouched" || value === "returned-often" || value === "unapproved" || value === "proof-failed")) return [t(`escalation.reason.${value}`)];
      return [key === "reason" ? reasonText(this.desk, entry.event === "report.rejected" ? "reject" : entry.event === "report.returned" ? "return" : "", value) : value];
    });
    const { percent, to } = data;
    if (typeof percent === "number") text.push(t("due.warned", { percent }));
    if (entry.event === "report.escalated" && (to === "head" || to === "supervisor" || to === "leader")) text.push(t(`escalation.to.${to}`));
    return text.join("\n");
  }

  /** Which agency, by which rule; and for the proposal that holds, every reason it was made for. */
  private routed(entry: TimelineEntry): { told: string; because: readonly Reason[] } {
    const lead = entry.data?.["lead"];
    const rule = entry.data?.["rule"];
    if (typeof lead !== "string" || !["report.routed", "report.dispatched"].includes(entry.event)) return { told: "", because: [] };
    const told = [agencyName(this.desk, lead), typeof rule === "string" ? t("timeline.rule", { rule }) : ""].filter((one) => one !== "").join(" · ");
    const route = this.desk.report(this.code)?.route;
    const newest = this.entries?.find((one) => one.event === "report.routed");
    return { told, because: entry === newest && route?.lead === lead ? (route.because ?? []) : [] };
  }

  private entry(entry: TimelineEntry): TemplateResult {
    const who = actorName(this.desk, entry.by);
    const words = this.words(entry);
    const { told, because } = this.routed(entry);
    return html`<li>${moment(entry.at)}<div><span>${eventText(entry)}</span>${who === "" ? nothing : html` <span class="faint">· ${who}</span>`}
      ${told === "" ? nothing : html`<p class="said">${told}</p>`}${words === "" ? nothing : html`<p class="said">${words}</p>`}
      ${because.length === 0 ? nothing : html`<p class="because">${because.map((one) => html`<span>${becauseText(this.desk, one)}</span>`)}</p>`}</div></li>`;
  }

  override render(): TemplateResult {
    return html`<section><h3>${icon("clock")}${t("timeline.title")}</h3>
      ${this.fault === null ? nothing : html`<p class="note warn">${this.fault} <button class="link" @click=${() => void this.load(this.code)}>${t("action.again")}</button></p>`}
      ${this.entries === null ? (this.fault === null ? html`<p class="faint">${t("queue.loading")}</p>` : nothing) : html`<ol>${this.entries.map((entry) => this.entry(entry))}</ol>`}
      ${this.entries?.length === 0 ? html`<p class="faint">${t("timeline.empty")}</p>` : nothing}</section>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-timeline": Timeline } }
