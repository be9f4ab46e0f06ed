import { describe, expect, it } from "vitest";

import type { Report, State } from "../shared/model";
import { ageing, byDue, inTab, listed, neighbour, NO_FILTERS, passes } from "./queue";
import { allowed, holderOf } from "./allowed";
import { difference } from "./difference";
import { concerns } from "../shared/collection";
import { commandFor, ACTIONS, COMMANDS } from "./actions";

const NOW = Date.parse("2026-07-01T08:00:00Z");

function report(code: string, part: Partial<Report> = {}): Report {
  return {
    code, version: 1, state: "received", urgency: "normal", public_status: "waiting", category: "road-pothole", category_name: "Ổ gà", area: { code: "26506", name: "Phường Vũng Tàu" },
    lead: null, claim: null, received_at: "2026-07-01T06:00:00Z", due_at: "2026-07-01T10:00:00Z", location: null, media: [], description: "Đường ngập", ...part,
  };
}

describe("queue", () => {
  it("puts every open report into exactly one of waiting, agencies, approve", () => {
    const states: State[] = ["received", "verified", "dispatched", "in_progress", "resolved", "awaiting_resident"];
    for (const state of states) {
      for (const status of ["waiting", "in_progress"] as const) {
        const tabs = (["waiting", "agencies", "approve"] as const).filter((tab) => inTab(tab, report("A", { state, public_status: status }), "me", NOW));
        expect(tabs, `${state} ${status}`).toHaveLength(1);
      }
    }
  });

  it("counts a claim as mine only while its lease lasts", () => {
    const held = report("A", { claim: { by: { username: "me", name: "Tôi" }, until: "2026-07-01T08:01:00Z" } });
    expect(inTab("mine", held, "me", NOW)).toBe(true);
    expect(inTab("mine", held, "me", NOW + 61_000)).toBe(false);
    expect(inTab("mine", held, "other", NOW)).toBe(false);
  });

  it("orders by due time as instants, whatever their offsets, and the same on every desk", () => {
    const list = [report("B", { due_at: "2026-07-01T17:00:00+07:00" }), report("A"), report("C", { due_at: "2026-07-01T09:59:59Z" }), report("D", { due_at: null })];
    expect(list.sort(byDue).map((one) => one.code)).toEqual(["C", "A", "B", "D"]);
  });

  it("finds words without tone marks in any order", () => {
    expect(passes({ ...NO_FILTERS, text: "ngap duong" }, report("A"), NOW)).toBe(true);
    expect(passes({ ...NO_FILTERS, text: "vung tau o ga" }, report("A"), NOW)).toBe(true);
    expect(passes({ ...NO_FILTERS, text: "cay xanh" }, report("A"), NOW)).toBe(false);
    expect(listed([report("A"), report("B", { due_at: "2026-07-01T07:00:00Z" })], "waiting", { ...NO_FILTERS, late: true }, "me", NOW).map((one) => one.code)).toEqual(["B"]);
  });

  it("knows whose a report is: kept by a rule until the center has decided, then the officer's", () => {
    const kept = { route: { lead: null, person: "op1" } };
    const officer = { username: "ag1", name: "Cán bộ 1" };
    const all = [report("A", kept), report("B", { ...kept, state: "in_progress", officer }), report("C")];
    const of = (person: string, me = "op2"): string[] => listed(all, "all", { ...NO_FILTERS, person }, me, NOW).map((one) => one.code);
    expect([of("op1"), of("ag1"), of("me"), of("me", "op1"), of("me", "ag1"), of("")]).toEqual([["A"], ["B"], [], ["A"], ["B"], ["A", "B", "C"]]);
  });

  it("measures ageing from arrival to due", () => {
    expect(ageing(report("A"), NOW)).toBeCloseTo(0.5, 9);
    expect(ageing(report("A", { due_at: null }), NOW)).toBeNull();
    expect(ageing(report("A", { state: "closed" }), NOW)).toBeNull();
  });

  it("goes on from where a report stood when it has left the list", () => {
    const list = [report("A"), report("C")];
    expect(neighbour(list, "B", 1, 1)?.code).toBe("C");
    expect(neighbour(list, "B", 1, -1)?.code).toBe("A");
    expect(neighbour(list, "C", 1, 1)).toBeUndefined();
    expect(neighbour([], null, 0, 1)).toBeUndefined();
  });
});

describe("allowed", () => {
  const lifecycle = { states: {}, edges: [
    { from: "received" as const, command: "claim", to: null, roles: ["operator", "supervisor"] },
    { from: "received" as const, command: "take_over", to: null, roles: ["operator", "supervisor"] },
    { from: "received" as const, command: "release", to: null, roles: ["operator", "supervisor"] },
    { from: "received" as const, command: "verify", to: "verified" as const, roles: ["operator"] },
    { from: "received" as const, command: "dispatch", to: "dispatched" as const, roles: ["operator"], lane: "instant" },
    { from: "dispatched" as const, command: "accept", to: "in_progress" as const, roles: ["lead"] },
  ] };
  const operator = { username: "o1", name: "Một", role: "operator" as const, agency: null };
  const officer = { username: "a", name: "A", role: "agency" as const, agency: "dien-luc" };
  const held = (username: string): Partial<Report> => ({ claim: { by: { username, name: username }, until: "2026-07-01T08:01:00Z" } });

  it("offers what the table offers for this role, state and lane", () => {
    expect([...allowed(lifecycle, report("A"), operator, null, NOW)]).toEqual(["claim", "verify"]);
    expect(allowed(lifecycle, report("A"), operator, "instant", NOW).has("dispatch")).toBe(true);
    expect([...allowed(lifecycle, report("A"), officer, null, NOW)]).toEqual([]);
  });

  it("lets only the leading agency accept", () => {
    const state = { state: "dispatched" as const };
    expect([...allowed(lifecycle, report("A", { ...state, lead: "dien-luc" }), officer, null, NOW)]).toEqual(["accept"]);
    expect([...allowed(lifecycle, report("A", { ...state, lead: "cap-nuoc", supporting: ["dien-luc"] }), officer, null, NOW)]).toEqual([]);
  });

  it("leaves only taking over while another holds it, and everything again when the lease is over", () => {
    expect([...allowed(lifecycle, report("A", held("o2")), operator, null, NOW)]).toEqual(["take_over"]);
    expect([...allowed(lifecycle, report("A", held("o1")), operator, null, NOW)]).toEqual(["release", "verify"]);
    expect([...allowed(lifecycle, report("A", held("o2")), operator, null, NOW + 120_000)]).toEqual(["claim", "verify"]);
    expect(holderOf(report("A", held("o2")), NOW + 120_000)).toBeNull();
  });
});

describe("concerns", () => {
  it("keeps a case with an agency from dispatch until it is taken away", () => {
    const mine = { lead: "dien-luc" };
    expect(concerns("dien-luc", report("A", { ...mine, state: "verified" }))).toBe(false);
    expect(concerns("dien-luc", report("A", { ...mine, state: "dispatched" }))).toBe(true);
    expect(concerns("dien-luc", report("A", { lead: "cap-nuoc", supporting: ["dien-luc"], state: "in_progress" }))).toBe(true);
    expect(concerns("dien-luc", report("A", { lead: "cap-nuoc", state: "in_progress" }))).toBe(false);
    expect(concerns("dien-luc", report("A", { ...mine, state: "awaiting_resident", public_status: "waiting" }))).toBe(false);
    expect(concerns(null, report("A", { state: "dispatched" }))).toBe(false);
  });
});

describe("difference", () => {
  it("names the fields that changed and nothing else", () => {
    const write = (field: string, one: Report): string => (field === "state" ? one.state : field === "urgency" ? one.urgency : "");
    expect(difference(report("A"), report("A", { version: 2, state: "verified", urgency: "urgent" }), write)).toEqual([
      { field: "state", before: "received", after: "verified" }, { field: "urgency", before: "normal", after: "urgent" },
    ]);
  });
});

describe("keys", () => {
  it("never mean two commands that are open together", () => {
    // Taken from the transition table: what a center or an agency may be offered in one state.
    const together = [["verify", "reject", "merge", "ask"], ["dispatch", "reject", "merge", "ask", "unverify"], ["accept", "return", "recall"], ["resolve", "return", "ask", "extend"], ["approve", "send_back", "override_proof", "send_checker"], ["reopen", "close", "audit", "send_checker"], ["accept", "return", "report_check"], ["resolve", "return", "ask", "extend", "report_check"], ["verify", "dispatch", "recall_checker"]];
    for (const group of together) {
      const keys = group.map((command) => ACTIONS[command as (typeof COMMANDS)[number]].key);
      expect(new Set(keys).size, group.join()).toBe(group.length);
    }
    expect(commandFor("v", new Set(["verify", "claim"]))).toBe("verify");
    expect(commandFor("v", new Set(["claim"]))).toBeUndefined();
  });
});
