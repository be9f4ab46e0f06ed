/** Draws the tables of the statistics. The table stays where it is: it is the chart in words, and the source of it. */
import { BarController, BarElement, CategoryScale, Chart, type ChartDataset, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip } from "chart.js";

import { h, t } from "./page";

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip);

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
    const tokens = getComputedStyle(this);
    const colour = (name: string): string => tokens.getPropertyValue(name).trim();
    Chart.defaults.font.family = tokens.fontFamily;
    Chart.defaults.font.size = 13;
    Chart.defaults.color = colour("--ink-2");
    Chart.defaults.borderColor = colour("--line");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const datasets = months ? counts(drawn, colour) : shares(drawn, colour);
    const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
    const plain = new Intl.NumberFormat(document.documentElement.lang);
    const say = (value: number): string => (months ? plain : percent).format(value);
    this.chart = new Chart(canvas, {
      type: "bar",
      data: { labels: drawn.labels, datasets },
      options: {
        indexAxis: months ? "x" : "y", maintainAspectRatio: false, responsive: true,
        ...(still ? { animation: false as const } : {}),
        scales: {
          x: { stacked: !months, grid: { display: !months }, ...(months ? {} : { max: 1, ticks: { callback: (value: string | number) => say(Number(value)) } }) },
          y: { stacked: !months, grid: { display: months }, ...(months ? { beginAtZero: true, ticks: { precision: 0 } } : { ticks: { autoSkip: false } }) },
        },
        plugins: {
          legend: { position: "bottom", labels: { boxWidth: 14, boxHeight: 14 } },
          tooltip: { callbacks: { label: (item) => ` ${item.dataset.label ?? ""}: ${say(Number(months ? item.parsed.y : item.parsed.x))}` } },
        },
      },
    });
  }
}

type Colour = (name: string) => string;

/** Bars that add up to the whole; each part has its own tone and its own pattern of edge, so that colour is not alone. */
function shares(drawn: Drawn, colour: Colour): ChartDataset<"bar">[] {
  const tones = ["--done", "--soon", "--late"];
  return SHARES.map((column, place) => ({
    label: drawn.heads[column] ?? "", data: drawn.values[column] ?? [], backgroundColor: colour(tones[place] ?? "--ink-3"),
    borderColor: colour("--surface"), borderWidth: { right: 2 }, barThickness: 18,
  }));
}

function counts(drawn: Drawn, colour: Colour): ChartDataset<"bar">[] {
  return [[RECEIVED, "--line-strong"], [DONE, "--done"]].map(([column, tone]) => ({
    label: drawn.heads[Number(column)] ?? "", data: drawn.values[Number(column)] ?? [], backgroundColor: colour(String(tone)), maxBarThickness: 36,
  }));
}

customElements.define("stat-chart", StatChart);
