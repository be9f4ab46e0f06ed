import type { Chart } from "chart.js";
import { css, html, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import { coloursOf, countBars, drawBars, shareBars } from "../../shared/bar-chart";
import { HtElement } from "../../shared/element";
import { locale, t } from "../../shared/preferences";
import { styled } from "../styled";

export interface Series { label: string; data: (number | null)[] }

/** Bars beside a table that says the same in words. */
@customElement("ht-figure-chart")
export class FigureChart extends HtElement {
  @property({ attribute: false }) labels: string[] = [];
  @property({ attribute: false }) series: Series[] = [];
  @property({ type: Boolean }) shares = false;
  @query("canvas") private canvas!: HTMLCanvasElement;
  private chart: Chart | null = null;

  static override styles = css`.box { position: relative; width: 100%; min-width: 0; } canvas { display: block; max-width: 100%; }`;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.chart?.destroy();
    this.chart = null;
  }

  protected override updated(): void {
    // Also after a change of theme or language: the colours and the words of the old one are drawn in.
    this.chart?.destroy();
    const datasets = (this.shares ? shareBars : countBars)(this.series, coloursOf(this));
    this.chart = drawBars(this.canvas, this, { labels: this.labels, datasets, shares: this.shares, language: locale() });
  }

  override render(): TemplateResult {
    const height = this.shares ? `${this.labels.length * 1.9 + 4.5}rem` : "17rem";
    return html`<div class="box" ${styled({ height })}><canvas role="img" aria-label=${t("figures.chart")}></canvas></div>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-figure-chart": FigureChart } }
