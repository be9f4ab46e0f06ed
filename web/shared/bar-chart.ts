/** Bars of Chart.js in our colours; the table beside a chart is its words, and what screen readers read. */
import { BarController, BarElement, CategoryScale, Chart, type ChartDataset, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip } from "chart.js";

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip);

export interface Bars {
  labels: string[];
  datasets: ChartDataset<"bar">[];
  /** Shares of a whole, lying and on top of each other; otherwise counts, standing side by side. */
  shares: boolean;
  language: string;
}

export type Colour = (name: string) => string;

/** The value of a token as it holds on this element. */
export function coloursOf(element: Element): Colour {
  const tokens = getComputedStyle(element);
  return (name) => tokens.getPropertyValue(name).trim();
}

/** Draws on the canvas with the type and the colours of `element`; obeys the wish for less motion. */
export function drawBars(canvas: HTMLCanvasElement, element: Element, { labels, datasets, shares, language }: Bars): Chart {
  const colour = coloursOf(element);
  Chart.defaults.font.family = getComputedStyle(element).fontFamily;
  Chart.defaults.font.size = 13;
  Chart.defaults.color = colour("--ink-2");
  Chart.defaults.borderColor = colour("--line");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const plain = new Intl.NumberFormat(language);
  const say = (value: number): string => (shares ? percent : plain).format(value);
  return new Chart(canvas, {
    type: "bar",
    data: { labels, datasets },
    options: {
      indexAxis: shares ? "y" : "x", maintainAspectRatio: false, responsive: true,
      ...(still ? { animation: false as const } : {}),
      scales: {
        x: { stacked: shares, grid: { display: shares }, ...(shares ? { max: 1, ticks: { callback: (value: string | number) => say(Number(value)) } } : {}) },
        y: { stacked: shares, grid: { display: !shares }, ...(shares ? { ticks: { autoSkip: false } } : { beginAtZero: true, ticks: { precision: 0 } }) },
      },
      plugins: {
        legend: { position: "bottom", labels: { boxWidth: 14, boxHeight: 14 } },
        tooltip: { callbacks: { label: (item) => ` ${item.dataset.label ?? ""}: ${say(Number(shares ? item.parsed.x : item.parsed.y))}` } },
      },
    },
  });
}

const TONES = ["--done", "--soon", "--late"];

/** Shares that add up to the whole: each part in its own tone, with an edge between, so that colour is not alone. */
export function shareBars(parts: { label: string; data: (number | null)[] }[], colour: Colour): ChartDataset<"bar">[] {
  return parts.map(({ label, data }, place) => ({
    label, data, backgroundColor: colour(TONES[place] ?? "--ink-3"), borderColor: colour("--surface"), borderWidth: { right: 2 }, barThickness: 18,
  }));
}

/** What came in beside what was done. */
export function countBars(parts: { label: string; data: (number | null)[] }[], colour: Colour): ChartDataset<"bar">[] {
  return parts.map(({ label, data }, place) => ({ label, data, backgroundColor: colour(place === 0 ? "--line-strong" : "--done"), maxBarThickness: 36 }));
}
