import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";

import { HtElement } from "../../shared/element";
import { icon, type IconName } from "../../shared/icons";
import { locale, said, t } from "../../shared/preferences";
import { short } from "../../shared/times";
import type { Alarm, Names, Told } from "./model";
import { stagedAt } from "./stage";
import { wallText } from "./wall-styles";
import { categoryOf, lasting, nameOf } from "./wording";

const SIGNS: Partial<Record<string, IconName>> = {
  "report.received": "received", "report.verified": "verified", "report.rejected": "rejected", "report.merged": "merge", "report.dispatched": "dispatched",
  "report.accepted": "in_progress", "report.returned": "back", "report.extended": "clock", "report.escalated": "urgent", "report.overdue": "alarm",
  "report.resolved": "resolved", "report.published": "published", "report.rated": "star", "report.reopened": "redo", "report.closed": "closed",
};

/** The last events, newest first. They stand still to be read. The lines are reused, not keyed: Lit's `repeat` leaves one
 *  comment node behind for every item it removes, and a wall removes one with every event, for weeks. */
@customElement("ht-wall-ticker")
export class WallTicker extends HtElement {
  @property({ attribute: false }) latest: readonly Told[] = [];
  @property({ attribute: false }) names!: Names;
  @property({ type: Number }) now = 0;
  @property({ type: Number }) places = 3;

  static override styles = [wallText, css`
    ol { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: calc(1.4 * var(--u)); height: 100%; }
    li { display: grid; grid-template-columns: auto minmax(0, 1fr); column-gap: calc(1 * var(--u)); align-items: center; padding: 0 calc(1.2 * var(--u)); border-inline-start: calc(0.35 * var(--u)) solid var(--line-strong); }
    li.late { border-color: var(--late); } li.done { border-color: var(--done); } li.new { border-color: var(--accent); }
    .icon { font-size: calc(3.4 * var(--u)); color: var(--ink-2); }
    .late .icon { color: var(--late); } .done .icon { color: var(--done); } .new .icon { color: var(--accent); }
    .what { font-weight: 600; }
    .where { color: var(--ink-2); font-weight: 400; }
    .empty { color: var(--ink-2); padding: 0 calc(1.2 * var(--u)); align-self: center; }
  `];

  private line(one: Told): TemplateResult {
    const tone = one.event === "report.overdue" || one.event === "report.escalated" || one.event === "report.returned" ? "late" : one.event === "report.published" || one.event === "report.closed" ? "done" : one.event === "report.received" ? "new" : "";
    return html`<li class=${tone}>${icon(SIGNS[one.event] ?? "received")}<div class="line"><p class="what line"><time datetime=${one.at}>${short(one.at, this.now, locale())}</time> ${said(`event.${one.event}`, one.event)}</p>
      <p class="where line">${[one.area?.name, categoryOf(this.names, one.category)].filter(Boolean).join(" · ")}</p></div></li>`;
  }

  override render(): TemplateResult {
    if (this.latest.length === 0) return html`<p class="empty">${t("wall.empty.ticker")}</p>`;
    return html`<ol aria-label=${t("wall.ticker")}>${this.latest.slice(0, this.places).map((one) => this.line(one))}</ol>`;
  }
}

/** Alarms that nobody has acknowledged, as large as the place they are given. */
@customElement("ht-wall-stage")
export class WallStage extends HtElement {
  @property({ attribute: false }) alarms: readonly Alarm[] = [];
  @property({ attribute: false }) names!: Names;
  @property({ type: Number }) now = 0;

  static override styles = [wallText, css`
    :host { display: grid; grid-template-rows: minmax(0, 1fr) auto; gap: calc(1 * var(--u)); height: 100%; min-height: 0; }
    .alarms { display: grid; grid-template-columns: repeat(var(--cols, 1), minmax(0, 1fr)); grid-auto-rows: minmax(0, 1fr); gap: calc(1.6 * var(--u)); min-height: 0; }
    .alarms.two { --cols: 2; }
    article { display: grid; grid-template-columns: minmax(0, 1fr); grid-template-rows: auto minmax(0, 1fr) auto; gap: calc(1 * var(--u)); padding: calc(2.2 * var(--u)) calc(2.6 * var(--u)); border-radius: calc(1.2 * var(--u)); border: calc(0.5 * var(--u)) solid var(--late); background: var(--late-soft); min-height: 0; overflow: hidden; }
    @media (prefers-reduced-motion: no-preference) { article.waiting { animation: call 1.8s ease-in-out infinite alternate; } @keyframes call { to { border-color: color-mix(in srgb, var(--late) 25%, transparent); } } }
    article.drill { border-style: dashed; background: repeating-linear-gradient(135deg, var(--soon-soft) 0 calc(3 * var(--u)), var(--surface) calc(3 * var(--u)) calc(6 * var(--u))); border-color: var(--soon); }
    article.taken { border-color: var(--done); background: var(--done-soft); }
    header { display: flex; flex-wrap: wrap; align-items: center; gap: calc(0.5 * var(--u)) calc(1.6 * var(--u)); font-size: calc(3 * var(--u)); font-weight: 600; color: var(--late); }
    header .icon { font-size: calc(5 * var(--u)); }
    .drill header { color: var(--soon); } .taken header { color: var(--done); }
    .badge { padding: calc(0.2 * var(--u)) calc(1.2 * var(--u)); border-radius: calc(0.5 * var(--u)); background: var(--soon); color: var(--accent-ink); font-weight: 750; letter-spacing: 0.06em; }
    .text { font-size: calc(5.4 * var(--u)); line-height: 1.15; font-weight: 650; align-self: center; overflow: hidden; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; }
    .two .text { font-size: calc(3.8 * var(--u)); }
    /* The sentence names category and place: where there is little room they are not said again below it. */
    .many .text { font-size: calc(2.9 * var(--u)); -webkit-line-clamp: 3; }
    .many .where { display: none; }
    .many article { padding: calc(1.2 * var(--u)) calc(1.8 * var(--u)); gap: calc(0.4 * var(--u)); }
    .many header { font-size: calc(2.5 * var(--u)); } .many header .icon { font-size: calc(3.2 * var(--u)); }
    footer { font-size: calc(3 * var(--u)); color: var(--ink); }
    .many footer { font-size: calc(2.5 * var(--u)); }
    .hint { color: var(--ink-2); }
  `];

  private alarm(one: Alarm): TemplateResult {
    const taken = one.acknowledged;
    const where = [one.area?.name, one.category === null ? null : categoryOf(this.names, one.category), one.agency === null ? null : nameOf(this.names.agencies[one.agency], one.agency), one.count > 1 ? t("wall.alarm.count", { n: one.count }) : null];
    const level = one.level >= 3 ? "3" : one.level === 2 ? "2" : "1";
    return html`<article class="${one.drill ? "drill" : ""} ${taken === null ? "waiting" : "taken"}" data-alarm=${one.id}>
      <header>${icon(taken === null ? "alarm" : "published")}<span>${t(`wall.alarm.level.${level}`)}</span>${one.drill ? html`<span class="badge">${t("wall.drill")}</span>` : nothing}</header>
      <p class="text">${document.documentElement.lang === "en" ? one.text_en : one.text_vi}</p>
      <footer><p class="line where">${where.filter(Boolean).join(" · ")}</p>
        <p class="line">${taken === null ? t("wall.alarm.since", { time: lasting(this.now - Date.parse(one.raised_at)) }) : t("wall.alarm.taken", { name: taken.by.name, at: short(taken.at, this.now, locale()) })}</p></footer></article>`;
  }

  override render(): TemplateResult {
    const { shown, more } = stagedAt(this.alarms, this.now);
    const shape = shown.length > 2 ? "two many" : shown.length === 2 ? "two" : "";
    return html`<div class="alarms ${shape}">${shown.map((one) => this.alarm(one))}</div>
      <p class="hint line">${more > 0 ? html`${t("wall.alarm.more", { n: more })} · ` : nothing}${t("wall.alarm.desk")}</p>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-wall-ticker": WallTicker; "ht-wall-stage": WallStage } }
