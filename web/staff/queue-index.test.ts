import { describe, expect, it } from "vitest";

import type { Category } from "../shared/model";
import { Catalogues } from "./catalogues";
import { made, NOW, random } from "./made-reports";
import { CENTER_TABS, gone, inTab, listed, NO_FILTERS, ORDERS, tint, type Filters } from "./queue";
import { QueueIndex } from "./queue-index";
import { rowsInSight } from "./queue-window";

describe("the index of the queue", () => {
  it("equals sorting everything anew, whatever changes, in every order", () => {
    const draw = random(7);
    const index = new QueueIndex();
    let reports = new Map(Array.from({ length: 300 }, (_, at) => made(draw, at)).map((one) => [one.code, one]));
    for (let round = 0; round < 120; round += 1) {
      reports = new Map(reports);
      for (let change = 0; change < Math.floor(draw() * 6); change += 1) {
        const at = Math.floor(draw() * 320);
        const code = `VT-${String(at).padStart(5, "0")}`;
        if (draw() < 0.3) reports.delete(code);
        else reports.set(code, made(draw, at));
      }
      const order = ORDERS[round % 40 < 30 ? 0 : round % 3] ?? "due";
      const filters: Filters = { ...NO_FILTERS, order, urgent: round % 5 === 0, mine: round % 7 === 0, channel: round % 4 === 0 ? "phone" : "", text: round % 2 === 0 ? "ngap nha" : "" };
      const tab = CENTER_TABS[round % CENTER_TABS.length] ?? "all";
      const now = NOW + round * 10_000;
      index.take(reports, order);
      expect(index.rows(tab, filters, "me", now).map((one) => one.code)).toEqual(listed(reports.values(), tab, filters, "me", now).map((one) => one.code));
      for (const [one, count] of index.counts(CENTER_TABS, "me", now)) {
        expect(count.n).toBe([...reports.values()].filter((report) => inTab(one, report, "me", now)).length);
      }
    }
  });

  it("shows of a group of categories what its leaves hold", () => {
    const catalogues = new Catalogues();
    const leaf = (code: string): Category => ({ code, name: code, icon: "", children: [] });
    catalogues.take([{ ...leaf("road"), children: [leaf("road-pothole"), leaf("road-sign")] }, leaf("waste")]);
    const draw = random(5);
    const reports = ["road-pothole", "road-sign", "waste"].map((category, at) => ({ ...made(draw, at), category }));
    const rows = (category: string): string[] => {
      const index = new QueueIndex();
      index.take(new Map(reports.map((one) => [one.code, one])), "due");
      return index.rows("all", { ...NO_FILTERS, category }, "me", NOW, catalogues.kinds(category)).map((one) => one.category).sort();
    };
    expect(rows("road")).toEqual(["road-pothole", "road-sign"]);
    expect(rows("waste")).toEqual(["waste"]);
    expect(rows("gone")).toEqual([]);
    expect(catalogues.kinds("road")).toBe(catalogues.kinds("road"));
    expect([catalogues.lacks("gone"), catalogues.lacks("road"), catalogues.lacks("")]).toEqual([true, false, false]);
  });

  it("answers the same question with the same rows, and says when time alone will change them", () => {
    const draw = random(3);
    const held = { ...made(draw, 1), due_at: new Date(NOW + 60_000).toISOString(), claim: { by: { username: "me", name: "Tôi" }, until: new Date(NOW + 30_000).toISOString() } };
    const index = new QueueIndex();
    index.take(new Map([[held.code, held]]), "due");
    const rows = index.rows("mine", NO_FILTERS, "me", NOW);
    expect(rows).toHaveLength(1);
    expect(index.rows("mine", NO_FILTERS, "me", NOW + 1000)).toBe(rows);
    expect(index.counts(CENTER_TABS, "me", NOW).get("mine")).toEqual({ n: 1, late: false });
    expect(index.nextChange).toBe(NOW + 30_000);
    expect(index.counts(CENTER_TABS, "me", NOW + 30_001).get("mine")?.n).toBe(0);
    expect(index.nextChange).toBe(NOW + 60_000);
    expect(index.counts(CENTER_TABS, "me", NOW + 60_001).get("all")).toEqual({ n: 1, late: true });
  });

  it("tints by how much of the time allowed is gone", () => {
    const one = { ...made(random(1), 1), received_at: "2026-07-01T06:00:00Z" };
    const due = (at: string): string => tint({ ...one, due_at: at }, NOW);
    expect([due("2026-07-02T00:00:00Z"), due("2026-07-01T09:59:00Z"), due("2026-07-01T08:30:00Z"), due("2026-07-01T08:00:00Z")]).toEqual(["", "half", "soon", "late"]);
  });

  it("says of a running clock what was warned of, whatever the wall clock thinks of weekends", () => {
    const running = { ...made(random(1), 1), received_at: "2026-07-01T06:00:00Z", due_at: "2026-07-01T08:30:00Z", due_basis: "running" as const };
    const told = (warned: number, extensions = 0, due = running.due_at): (number | null | string)[] => {
      const report = { ...running, due_at: due, clock: { warned, extensions } };
      return [gone(report, NOW), tint(report, NOW)];
    };
    expect([told(0), told(50), told(80)]).toEqual([[0, ""], [50, "half"], [80, "soon"]]);
    expect(told(80, 0, "2026-07-01T08:00:00Z")).toEqual([100, "late"]);
    // An extension makes the warning an old one: the wait tells then.
    expect(told(100, 1, "2026-07-02T00:00:00Z")).toEqual([0, ""]);
  });
});

describe("rows in sight", () => {
  it("are those of the window and a few beyond, and the one that has the focus", () => {
    expect(rowsInSight({ top: 0, height: 500, row: 100, count: 10_000, beyond: 2, held: null })).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(rowsInSight({ top: 500_050, height: 500, row: 100, count: 10_000, beyond: 1, held: 3 })).toEqual([3, 4999, 5000, 5001, 5002, 5003, 5004, 5005, 5006]);
    expect(rowsInSight({ top: 0, height: 500, row: 100, count: 3, beyond: 2, held: 9 })).toEqual([0, 1, 2]);
    expect(rowsInSight({ top: 90_000, height: 500, row: 100, count: 3, beyond: 2, held: null })).toEqual([]);
    expect(rowsInSight({ top: 0, height: 0, row: 100, count: 0, beyond: 2, held: 0 })).toEqual([]);
  });
});
