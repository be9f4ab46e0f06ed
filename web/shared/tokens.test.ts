import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

/** The custom properties set directly in the block that follows `selector`. */
function tokens(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  expect(start, selector).toBeGreaterThanOrEqual(0);
  const block = css.slice(css.indexOf("{", start) + 1, css.indexOf("}", start));
  return new Map([...block.matchAll(/(--[a-z0-9-]+):\s*([^;]+);/g)].map((m) => [m[1] ?? "", (m[2] ?? "").trim()]));
}

const light = tokens(":root");
const dark = tokens(':root[data-theme="dark"]');

type Matrix = readonly [number, number, number, number, number, number, number, number, number];
const SEEN: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];
/** What linear RGB becomes for people without one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1. */
const WITHOUT: Record<string, Matrix> = {
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

function luminance(hex: string, eye: Matrix): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const [red, green, blue] = [0, 3, 6].map((at) => Math.min(1, Math.max(0, (eye[at] ?? 0) * r + (eye[at + 1] ?? 0) * g + (eye[at + 2] ?? 0) * b)));
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function contrast(a: string, b: string, eye = SEEN): number {
  const [x, y] = [luminance(a, eye), luminance(b, eye)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

describe("tokens.css", () => {
  it("has the same dark values for the system's wish and the person's choice", () => {
    expect(tokens(':root:not([data-theme="light"], [data-theme="dark"])')).toEqual(dark);
  });

  it("gives every colour of the light theme a dark one", () => {
    const colours = [...light].filter(([, value]) => value.startsWith("#")).map(([name]) => name);
    expect(colours.filter((name) => !dark.has(name))).toEqual([]);
  });

  const soft = ["waiting", "progress", "done", "rejected", "soon", "late", "urgent", "accent"];
  const pairs: [string, string, number][] = [
    ...["--paper", "--surface", "--raised", "--sunken", "--hover"].flatMap((ground): [string, string, number][] =>
      ["--ink", "--ink-2", "--ink-3"].map((ink) => [ink, ground, 4.5])),
    ...soft.flatMap((name): [string, string, number][] => [
      [`--${name}`, `--${name}-soft`, 4.5], [`--${name}`, "--surface", 4.5], [`--${name}`, "--hover", 4.5],
      ["--ink", `--${name}-soft`, 4.5], ["--ink-2", `--${name}-soft`, 4.5],
    ]),
    ["--accent-ink", "--accent", 4.5], ["--accent-ink", "--accent-strong", 4.5],
    ["--line-strong", "--surface", 3], ["--focus", "--paper", 3], ["--map-label", "--map-area", 4.5],
  ];

  const poor = (theme: Map<string, string>, eye = SEEN): unknown[] => pairs
    .map(([a, b, least]) => ({ a, b, least, got: contrast(theme.get(a) ?? light.get(a) ?? "", theme.get(b) ?? light.get(b) ?? "", eye) }))
    .filter(({ got, least }) => !(got >= least));

  it.each([["light", light], ["dark", dark]] as const)("keeps WCAG AA contrast in the %s theme", (_name, theme) => {
    expect(poor(theme)).toEqual([]);
  });

  it.each(Object.keys(WITHOUT))("keeps it for people with %s", (kind) => {
    for (const theme of [light, dark]) expect(poor(theme, WITHOUT[kind])).toEqual([]);
  });
});
