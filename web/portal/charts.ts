/** Draws the tables of the statistics. The table stays where it is: it is the chart in words, and the source of it. */
import type { Chart } from "chart.js";

import { coloursOf, countBars, drawBars, shareBars } from "../shared/bar-chart";
import { h, t } from "./page";

/** Columns of the table, counted from the first figure. */
const RECEIVED = 0;
const DONE = 1;
const ON_TIME = 4;
const SHARES = [ON_TIME, 5, 6];
const MOST_ROWS = 20;
const ROW_PX = 30;

export interface Drawn { labels: string[]; heads: string[]; values: (number | null)[][] }

/** What a table says, as numbers: the first column are labels, cells carry data-value; a cell without one is null.
 *  Rows that have nothing in the column `needs` (too few cases for a share) are not drawn. */
export function readTable(table: HTMLTableElement, needs: number, most = MOST_ROWS): Drawn {
  const told = (row: HTMLTableRowElement): boolean => row.cells[needs + 1]?.dataset["value"] !== undefined;
  const rows = [...(table.tBodies[0]?.rows ?? [])].filter(told).slice(0, most);
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].slice(1).map((cell) => cell.textContent.trim());
  const value = (cell: HTMLTableCellElement): number | null => cell.dataset["value"] === undefined ? null : Number(cell.dataset["value"]);
  return {
    labels: rows.map((row) => row.cells[0]?.textContent.trim() ?? ""),
    heads,
    values: heads.map((_, column) => rows.map((row) => { const cell = row.cells[column + 1]; return cell === undefined ? null : value(cell); })),
  };
}

class StatChart extends HTMLElement {
  private chart: Chart | null = null;

  connectedCallback(): void {
    const table = document.getElementById(this.dataset["table"] ?? "");
    if (!(table instanceof HTMLTableElement)) return;
    const months = this.dataset["kind"] === "months";
    const drawn = readTable(table, months ? RECEIVED : ON_TIME);
    if (drawn.labels.length < 2) return;
    const canvas = h("canvas", { role: "img", "aria-label": t("chart") });
    const box = h("div", { class: "chart-box" }, canvas);
    this.replaceChildren(box);
    box.style.height = months ? "18rem" : `${String(drawn.labels.length * ROW_PX + 70)}px`;
    this.draw(canvas, drawn, months);
  }

  disconnectedCallback(): void {
    this.chart?.destroy();
  }

  private draw(canvas: HTMLCanvasElement, drawn: Drawn, months: boolean): void {
    const parts = (months ? [RECEIVED, DONE] : SHARES).map((column) => ({ label: drawn.heads[column] ?? "", data: drawn.values[column] ?? [] }));
    const datasets = (months ? countBars : shareBars)(parts, coloursOf(this));
    this.chart = drawBars(canvas, this, { labels: drawn.labels, datasets, shares: !months, language: document.documentElement.lang });
  }
}

customElements.define("stat-chart", StatChart);
