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

function luminance(hex: string): number {
  const channel = (at: number): number => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
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

  it.each([["light", light], ["dark", dark]] as const)("keeps WCAG AA contrast in the %s theme", (_name, theme) => {
    const poor = pairs
      .map(([a, b, least]) => ({ a, b, least, got: contrast(theme.get(a) ?? light.get(a) ?? "", theme.get(b) ?? light.get(b) ?? "") }))
      .filter(({ got, least }) => !(got >= least));
    expect(poor).toEqual([]);
  });
});
