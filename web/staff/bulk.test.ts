import { describe, expect, it } from "vitest";

import type { Report } from "../shared/model";
import { between, plan } from "./bulk";

const report = (code: string, part: Partial<Report> = {}): Report => ({
  code, version: 1, state: "received", urgency: "normal", public_status: "waiting", category: "road-pothole", area: null, lead: null, claim: null,
  received_at: "2026-07-01T06:00:00Z", due_at: null, location: null, media: [], route: { lead: "roads" }, ...part,
});
const around = {
  open: (one: Report): ReadonlySet<string> => new Set(one.state === "received" ? ["verify", "reject", "merge"] : one.state === "verified" ? ["dispatch", "reject", "merge"] : []),
  held: (one: Report): boolean => one.claim !== null,
  into: "B",
};

describe("one command for many", () => {
  it("says of each whether it can be done, and what stands against it", () => {
    const all = [report("A"), report("B", { state: "verified" }), report("C", { state: "verified", route: null }), report("D", { claim: { by: { username: "x", name: "X" }, until: "" } }), report("E", { state: "closed" })];
    const hurdles = (command: Parameters<typeof plan>[0]): (string | null)[] => plan(command, all, around).map((step) => step.hurdle);
    expect(hurdles("verify")).toEqual([null, "state", "state", "held", "state"]);
    expect(hurdles("dispatch")).toEqual(["state", null, "lead", "held", "state"]);
    expect(hurdles("reject")).toEqual([null, null, null, "held", "state"]);
    expect(hurdles("merge")).toEqual([null, "itself", null, "held", "state"]);
  });

  it("takes everything between two ticks, in either direction", () => {
    expect(between(["A", "B", "C", "D"], "B", "D")).toEqual(["B", "C", "D"]);
    expect(between(["A", "B", "C", "D"], "D", "B")).toEqual(["B", "C", "D"]);
    expect(between(["A", "B"], "Z", "B")).toEqual(["B"]);
    expect(between(["A", "B"], null, "A")).toEqual(["A"]);
  });
});
