import { describe, expect, it } from "vitest";

import type { Report } from "../shared/model";
import { made, random } from "./made-reports";
import { Rest, type Page, type Reading } from "./rest";

/** Pages of two reports, 120 ms apart. */
function pages(many: number, failing = -1): Reading {
  const draw = random(3);
  let clock = 0;
  let due: { at: number; run: () => void }[] = [];
  return {
    later: (run, ms) => { due.push({ at: clock + ms, run }); },
    breath: () => Promise.resolve(),
    page(path: string): Promise<Page> {
      clock += 120;
      const now = due.filter((one) => one.at <= clock);
      due = due.filter((one) => one.at > clock);
      for (const one of now) one.run();
      const at = Number(new URL(path, "http://city").searchParams.get("after"));
      if (at === failing) return Promise.reject(new Error("away"));
      return Promise.resolve({ reports: [made(draw, 2 * at), made(draw, 2 * at + 1)], next: at + 1 < many ? String(at + 1) : null });
    },
  };
}

describe("the open reports beyond the first page", () => {
  it("are taken together as they come, each once and in order, and at the end all of them", async () => {
    const takes: string[][] = [];
    const rest = new Rest((reports: readonly Report[]) => { takes.push(reports.map((one) => one.code)); }, () => undefined, pages(12));
    await rest.follow("0");
    const draw = random(3);
    expect(takes.flat()).toEqual(Array.from({ length: 24 }, (_, at) => made(draw, at).code));
    expect(takes.map((one) => one.length)).toEqual([10, 10, 4]);
    expect(rest.loading).toBe(false);
  });

  it("are what has come when the server goes away", async () => {
    const taken: string[] = [];
    const rest = new Rest((reports) => { taken.push(...reports.map((one) => one.code)); }, () => undefined, pages(12, 3));
    await expect(rest.follow("0")).rejects.toThrow("away");
    expect(taken).toHaveLength(6);
    expect(rest.loading).toBe(false);
  });

  it("are nothing of an older snapshot once there is a newer one", async () => {
    const taken: string[] = [];
    const reading = pages(12);
    const rest: Rest = new Rest((reports) => { taken.push(...reports.map((one) => one.code)); }, () => undefined, {
      ...reading,
      page: (path, wanted) => {
        if (path.endsWith("after=2") && taken.length === 0 && wanted()) void rest.follow(null);
        return reading.page(path, wanted);
      },
    });
    await rest.follow("0");
    expect(taken).toEqual([]);
  });
});
