import { describe, expect, it } from "vitest";

import { added, inUnit, ladderWords, leastWait, shifted, steps, waits, type Rung } from "./ladders";

const rung = (cause: string, amount: number, to: string): Rung => ({ cause, after: { amount, unit: "minutes" }, to });
const MIXED = [rung("late", 0, "head"), rung("untouched", 5, "head"), rung("late", 30, "supervisor"), rung("untouched", 9, "leader")];

describe("a lane's steps", () => {
  it("are moved among those of their own cause, whatever lies between", () => {
    const { rungs, place } = shifted(MIXED, 2, -1);
    expect(place).toBe(0);
    expect(steps(rungs, "late").map((one) => one.rung.to)).toEqual(["supervisor", "head"]);
    expect(steps(rungs, "untouched")).toEqual(steps(MIXED, "untouched"));
    expect(shifted(MIXED, 0, -1).rungs).toBe(MIXED);
    expect(shifted(MIXED, 3, 1).rungs).toBe(MIXED);
    expect(shifted(MIXED, 9, 1).rungs).toBe(MIXED);
  });

  it("grow by who is not called yet, later than the last", () => {
    const next = added(MIXED, "late").at(-1);
    expect(next).toEqual(rung("late", 60, "leader"));
    expect(added([], "untouched")).toEqual([{ cause: "untouched", after: { amount: 0, unit: "working_hours" }, to: "head" }]);
    expect(added([rung("late", 9000, "leader")], "late").at(-1)?.after.amount).toBe(10_000);
  });

  it("count in per cent of the promise where a case is late, from the due time on", () => {
    expect(waits("untouched")).not.toContain("percent");
    expect(waits("late")).toContain("percent");
    expect(inUnit({ amount: 4, unit: "working_hours" }, "percent")).toEqual({ amount: leastWait("percent"), unit: "percent" });
    const half: Rung = { cause: "late", after: { amount: 150, unit: "percent" }, to: "leader" };
    expect(ladderWords({ standard: [half] })).toContain("Quá hạn: sau 150 % thời hạn → lãnh đạo thành phố.");
    expect(ladderWords({ standard: [{ ...half, after: inUnit({ amount: 0, unit: "minutes" }, "percent") }] })).toContain("Quá hạn: ngay → lãnh đạo thành phố.");
  });

  it("are told in words, and lanes without their own are not", () => {
    expect(ladderWords({ instant: MIXED, standard: null })).toBe("Gấp (chuyển ngay). Chưa tiếp nhận: sau 5 phút → lãnh đạo cơ quan; sau 9 phút → lãnh đạo thành phố. Quá hạn: ngay → lãnh đạo cơ quan; sau 30 phút → trưởng ca. Kết quả chờ kiểm duyệt: Theo các bước thông thường: báo trưởng ca, rồi lãnh đạo thành phố. Minh chứng không đạt: Theo các bước thông thường: báo trưởng ca ngay, sau 8 giờ làm việc báo lãnh đạo thành phố.");
    expect(ladderWords({})).toBe("các bước thông thường");
  });
});
