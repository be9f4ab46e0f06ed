import { describe, expect, it } from "vitest";

import type { api } from "../shared/api";
import type { Report } from "../shared/model";
import { askWithin } from "./map-select";

const RING = [[107, 10], [107.1, 10], [107.1, 10.123456789], [107, 10]];
const report = (code: string): Report => ({ code }) as Report;

describe("askWithin", () => {
  it("asks page by page under the filters, and keeps what the queue would show", async () => {
    const asked: string[] = [];
    const pages = [{ reports: [report("A"), report("B")], next: "n" }, { reports: [report("C")], next: null }];
    const ask = ((path: string) => { asked.push(decodeURIComponent(path)); return Promise.resolve(pages[asked.length - 1]); }) as typeof api;
    expect(await askWithin(RING, "urgency=urgent", (one) => one.code !== "B", ask)).toEqual({ reports: [report("A"), report("C")], more: false });
    expect(asked[0]).toContain('urgency=urgent&within={"type":"Polygon","coordinates":[[[107,10],[107.1,10],[107.1,10.123457],[107,10]]]}');
    expect(asked[1]).toContain("after=n");
  });

  it("says when there are more than it takes", async () => {
    const ask = (() => Promise.resolve({ reports: [report("A")], next: "more" })) as typeof api;
    expect(await askWithin(RING, "", () => true, ask)).toEqual({ reports: Array.from({ length: 5 }, () => report("A")), more: true });
  });
});
