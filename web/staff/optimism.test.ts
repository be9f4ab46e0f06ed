import { describe, expect, it } from "vitest";

import type { Account, Lifecycle, Report, State } from "../shared/model";
import { comparison, type Write } from "./difference";
import { foreseen } from "./optimism";

const NOW = Date.parse("2026-07-01T08:00:00Z");
const ME: Account = { username: "operator1", name: "Trực ban 1", role: "operator", agency: null };
const TABLE: Lifecycle = {
  states: { received: "waiting", verified: "waiting", dispatched: "in_progress", rejected: "rejected", published: "done", resolved: "in_progress" },
  edges: [
    { from: "received", command: "verify", to: "verified", roles: ["operator"] },
    { from: "received", command: "verify", to: "dispatched", roles: ["operator"], lane: "instant" },
    { from: "received", command: "claim", to: "same" as State, roles: ["operator"] },
    { from: "merged", command: "unmerge", to: "remembered" as State, roles: ["operator"] },
    { from: "verified", command: "dispatch", to: "dispatched", roles: ["operator"] },
    { from: "received", command: "reject", to: "rejected", roles: ["operator"] },
    { from: "resolved", command: "approve", to: "published", roles: ["operator"] },
  ],
};

function report(part: Partial<Report> = {}): Report {
  return {
    code: "A", version: 3, state: "received", urgency: "normal", public_status: "waiting", category: "road-pothole", area: null, lead: null, claim: null,
    received_at: "2026-07-01T06:00:00Z", due_at: "2026-07-01T10:00:00Z", location: null, media: [], route: { lead: "roads", supporting: ["police"] }, ...part,
  };
}

const after = (command: Parameters<typeof foreseen>[2], part: Partial<Report> = {}, args: Record<string, unknown> = {}, lane: string | null = null, approvals = 1): Report =>
  foreseen(TABLE, report(part), command, args, ME, lane, approvals, NOW);

describe("what a command will bring", () => {
  it("comes from the server's own table, and never touches the version", () => {
    expect(after("verify", {}, { urgency: "urgent" })).toMatchObject({ state: "verified", public_status: "waiting", urgency: "urgent", version: 3 });
    expect(after("dispatch", { state: "verified", claim: { by: ME, until: "2026-07-01T08:01:00Z" } })).toMatchObject({ state: "dispatched", public_status: "in_progress", lead: "roads", supporting: ["police"], claim: null });
    expect(after("dispatch", { state: "verified" }, { lead: "power" }).lead).toBe("power");
    expect(after("reject", {}, { reason: "unclear", public_answer: "Mong bạn gửi lại." })).toMatchObject({ state: "rejected", public_status: "rejected", rejection: { reason: "unclear" } });
  });

  it("holds the claim for as long as it may, and gives up what it cannot know", () => {
    expect(after("claim").claim).toEqual({ by: { username: "operator1", name: "Trực ban 1" }, until: "2026-07-01T08:01:00.000Z" });
    expect(after("claim").state).toBe("received");
    expect(after("release", { claim: { by: ME, until: "2026-07-01T08:01:00Z" } }).claim).toBeNull();
    expect(after("unmerge", { state: "merged" }).state).toBe("merged");
    expect(after("approve", { state: "resolved" }, {}, null, 2).state).toBe("resolved");
    expect(after("approve", { state: "resolved" }).state).toBe("published");
  });

  it("is compared with what holds now: a clash is what both have changed to different things", () => {
    const write: Write = (field, one) => (field === "state" ? one.state : field === "urgency" ? one.urgency : field === "category" ? one.category : "");
    const now = report({ version: 4, state: "rejected", urgency: "urgent" });
    expect(comparison(report(), now, after("verify", {}, { category: "road-light" }), write)).toEqual([
      { field: "state", saw: "received", now: "rejected", wanted: "verified", clash: true },
      { field: "category", saw: "road-pothole", now: "road-pothole", wanted: "road-light", clash: false },
      { field: "urgency", saw: "normal", now: "urgent", wanted: "", clash: false },
    ]);
  });
});
