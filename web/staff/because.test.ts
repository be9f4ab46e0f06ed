import { describe, expect, it } from "vitest";

import type { Reason } from "../shared/model";
import { becausePhrase, becauseText, keptFor } from "./because";
import type { Desk } from "./desk";

const desk = { me: { username: "operator1" }, category: () => undefined, agency: () => undefined } as unknown as Desk;

describe("why a report goes to an agency", () => {
  it("says each reason as a phrase that can stand in a sentence", () => {
    const told = (reason: Reason): string => becausePhrase(desk, reason);
    expect(told({ code: "in-area", name: "Phường X", valid_from: "2025-07-01" })).toBe("nằm trong Phường X (ranh giới từ 01/07/2025)");
    expect(told({ code: "near-boundary", name: "Phường W", distance_m: 12.3 })).toBe("chỉ cách ranh giới Phường W 12\u00a0m");
    expect(told({ code: "service-level", amount: 4, unit: "working_hours" })).toBe("thời hạn riêng của quy tắc: 4 giờ làm việc");
    expect(told({ code: "person", person: "operator1" })).toBe("dành cho bạn");
    expect(becauseText(desk, { code: "no-rule" })).toBe("Không có quy tắc nào khớp.");
  });

  it("keeps a report for somebody only while nobody has taken it", () => {
    const route = { lead: "roads", person: "operator2" };
    expect(keptFor(desk, { state: "received", claim: null, route })).toBe("dành cho operator2");
    expect(keptFor(desk, { state: "received", claim: {}, route })).toBeNull();
    expect(keptFor(desk, { state: "dispatched", claim: null, route })).toBeNull();
    expect(keptFor(desk, { state: "received", claim: null, route: { lead: "roads" } })).toBeNull();
  });
});
