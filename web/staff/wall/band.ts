import { css, html, nothing, svg, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";

import { HtElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import type { Figures, Step, Trend } from "./model";
import { STEPS } from "./model";
import { sparkOf } from "./sparkline";
import { aged, number, roughly } from "./wording";
import { wallText } from "./wall-styles";

interface Tile { name: string; label: string; value: string; note: string; tone: string; sign: "urgent" | "clock" | "alarm" | "published" | "star" | "list" | "user"; past: readonly (number | null)[]; now: number | null }

/** The band of figures. */
@customElement("ht-wall-band")
export class WallBand extends HtElement {
  @property({ attribute: false }) figures!: Figures;
  @property({ attribute: false }) trend: Trend | null = null;
  @property({ type: Number }) now = 0;

  static override styles = [wallText, css`
    :host { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)) minmax(0, 1.75fr); gap: calc(1 * var(--u)); }
    .tile { display: grid; grid-template-columns: minmax(0, 1fr); grid-template-rows: auto minmax(0, 1fr) auto calc(3 * var(--u)); gap: calc(0.2 * var(--u)); padding: calc(0.9 * var(--u)) calc(1 * var(--u)); border-radius: calc(0.9 * var(--u)); background: var(--surface); border: calc(0.12 * var(--u)) solid var(--line); min-width: 0; overflow: hidden; }
    h3, .note { white-space: nowrap; }
    h3 { font-weight: 500; color: var(--ink-2); font-size: calc(2.6 * var(--u)); }
    .main { display: flex; align-items: center; justify-content: space-between; gap: calc(0.5 * var(--u)); align-self: center; }
    .main .icon { font-size: calc(3.4 * var(--u)); color: var(--ink-3); }
    .value { font-size: calc(6.4 * var(--u)); line-height: 1; font-weight: 650; letter-spacing: -0.02em; white-space: nowrap; }
    .share .value { font-size: calc(5.2 * var(--u)); }
    .note { color: var(--ink-2); }
    .late .value, .late h3, .late .icon { color: var(--late); }
    .soon .value, .soon h3, .soon .icon { color: var(--soon); }
    svg.spark { width: 100%; height: calc(2.6 * var(--u)); overflow: visible; }
    svg.spark polyline { fill: none; stroke: var(--line-strong); stroke-width: calc(0.28 * var(--u)); vector-effect: non-scaling-stroke; }
    svg.spark path { stroke: var(--ink); stroke-width: calc(0.8 * var(--u)); stroke-linecap: round; vector-effect: non-scaling-stroke; }
    dl { margin: 0; display: grid; grid-template-columns: 1fr auto; align-content: space-evenly; grid-row: 2 / -1; }
    dt { color: var(--ink-2); }
    dd { margin: 0; text-align: end; font-weight: 600; }
    :host([data-shape="wide"]) { grid-template-columns: 1fr 1fr; grid-auto-rows: minmax(0, 1fr); }
    :host([data-shape="wide"]) .steps { grid-column: 1 / -1; }
    :host([data-shape="wide"]) .value { font-size: calc(9 * var(--u)); }
    :host([data-shape="wide"]) .share .value { font-size: calc(7.6 * var(--u)); }
  `];

  private tiles(): Tile[] {
    const { figures: f, trend } = this;
    const share = f.rated === 0 ? null : f.satisfied / f.rated;
    const oldest = f.oldest_at === null ? t("wall.none_waiting") : t("wall.oldest", { time: aged(this.now - Date.parse(f.oldest_at)) });
    return [
      { name: "open", label: t("wall.open"), value: number(f.open), note: t("wall.urgent", { n: number(f.urgent) }), tone: "", sign: "list", past: trend?.open ?? [], now: f.open },
      { name: "unassigned", label: t("wall.unassigned"), value: number(f.unassigned), note: oldest, tone: "", sign: "user", past: trend?.unassigned ?? [], now: f.unassigned },
      { name: "due_soon", label: t("wall.due_soon"), value: number(f.due_soon), note: t("wall.due_soon.note"), tone: f.due_soon > 0 ? "soon" : "", sign: "clock", past: trend?.due_soon ?? [], now: f.due_soon },
      { name: "overdue", label: t("wall.overdue"), value: number(f.overdue), note: f.open === 0 ? "" : t("wall.overdue.share", { n: Math.round((100 * f.overdue) / f.open) }), tone: f.overdue > 0 ? "late" : "", sign: "alarm", past: trend?.overdue ?? [], now: f.overdue },
      { name: "done_today", label: t("wall.done_today"), value: number(f.done_today), note: t("wall.received_today", { n: number(f.received_today) }), tone: "", sign: "published", past: trend?.done_today ?? [], now: f.done_today },
      { name: "satisfaction", label: t("wall.satisfaction"), value: share === null ? "–" : `${Math.round(share * 100)} %`, note: f.rated === 0 ? t("wall.satisfaction.none") : t("wall.satisfaction.of", { n: number(f.rated) }), tone: "share", sign: "star", past: trend?.satisfaction ?? [], now: share },
    ];
  }

  private tile(one: Tile): TemplateResult {
    return html`<section class="tile ${one.tone}" data-figure=${one.name}><h3>${one.label}</h3>
      <div class="main"><p class="value">${one.value}</p>${icon(one.sign)}</div><p class="note">${one.note === "" ? html`&nbsp;` : one.note}</p>${this.spark(one)}</section>`;
  }

  private spark({ past, now }: Tile): TemplateResult | typeof nothing {
    const spark = sparkOf(past, now);
    if (spark === null) return html`<span></span>`;
    return html`<svg class="spark" viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label=${t("wall.trend", { values: past.map((value) => value === null ? "–" : number(value)).join(", ") })}>
      <polyline points=${spark.line}></polyline>${svg`<path d=${`M ${spark.end.x} ${spark.end.y} h 0.01`}></path>`}</svg>`;
  }

  private step(step: Step): TemplateResult {
    return html`<dt>${t(`wall.step.${step}`)}</dt><dd>${roughly(this.figures.steps[step])}</dd>`;
  }

  override render(): TemplateResult {
    return html`${this.tiles().map((one) => this.tile(one))}
      <section class="tile steps" data-figure="steps"><h3>${t("wall.steps")}</h3><dl>${STEPS.map((step) => this.step(step))}</dl></section>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-wall-band": WallBand } }
