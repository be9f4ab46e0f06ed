import { describe, expect, it } from "vitest";

import { warningText } from "../shared/media-words";
import type { Proof, ProofFinding, Report } from "../shared/model";
import { allowed } from "./allowed";
import { between } from "./how-far";
import { against, askedFor, findingText } from "./proof-words";

const finding = (code: ProofFinding["code"], severity: ProofFinding["severity"], facts: ProofFinding["facts"] = {}): ProofFinding => ({ code, severity, facts });

describe("findings in words", () => {
  it("says the numbers behind a rule and what is missing", () => {
    expect(findingText(finding("near", "fail", { distance_m: 1520, within_m: 200 }))).toBe("Chụp cách nơi phản ánh 1,5 km; được phép tối đa 200 m");
    expect(findingText(finding("near", "warn", { within_m: 200, why: "no-position" }))).toContain("không ghi vị trí");
    expect(findingText(finding("unique", "fail", { own: true, same_file: true }))).toBe("Trùng ảnh người dân đã gửi");
    expect(findingText(finding("unique", "fail", { own: false, same_file: false, distance: 2, turned: 90, mirrored: true })))
      .toBe("Giống hệt ảnh của một phản ánh khác (khác 2/64): lật gương, xoay 90° theo chiều kim đồng hồ");
    expect(warningText({ code: "used-before", detail: "BR1", report: "BR1", same_file: false, turned: 270 }))
      .toBe("Ảnh này đã dùng ở phản ánh BR1 (gần như y hệt, xoay 90° ngược chiều kim đồng hồ)");
    expect(findingText(finding("words", "fail", { words: 1, least: 5 }))).toContain("cần ít nhất 5");
  });

  it("has a sentence for every rule, grade and reason the server knows", () => {
    const whys = ["no-position", "unsure-position", "within-accuracy", "no-time", "no-zone", "to-come", "not-compared", "film-coming", "like-own", "like-film", undefined];
    for (const code of ["photo", "near", "after", "unique", "words"] as const) {
      for (const severity of ["ok", "warn", "fail"] as const) for (const why of whys) {
        const facts: ProofFinding["facts"] = { distance_m: 5, within_m: 200, taken_at: "2026-11-24T02:00:00+00:00", assigned_at: "2026-11-24T03:00:00+00:00" };
        const words = findingText(finding(code, severity, why === undefined ? facts : { ...facts, why }));
        expect(words).not.toMatch(/[{}]|undefined|NaN/);
      }
    }
  });

  it("asks first for what binds", () => {
    const { binding, advice } = askedFor({ photo: true, within_m: 50, words: 5, binding: ["photo", "near"] });
    expect(binding).toHaveLength(2);
    expect(advice).toHaveLength(3);
  });
});

describe("what stands against a proof", () => {
  const edges = [
    { from: "resolved" as const, command: "override_proof", to: null, roles: ["supervisor"] }, { from: "resolved" as const, command: "send_checker", to: null, roles: ["supervisor"] },
    { from: "resolved" as const, command: "recall_checker", to: null, roles: ["supervisor"] }, { from: "resolved" as const, command: "report_check", to: null, roles: ["checker"] },
  ];
  const proof: Proof = { findings: [finding("unique", "fail")], worst: "fail", photos: 1, override: null, asks: null };
  const case1 = { code: "A", state: "resolved", claim: null, lead: "roads", proof } as unknown as Report;
  const supervisor = { username: "s", name: "S", role: "supervisor" as const, agency: null };
  const officer = { username: "p", name: "P", role: "agency" as const, agency: "power" };
  const open = (report: Report, me: typeof supervisor | typeof officer): string[] => [...allowed({ states: {}, edges }, report, me, "standard", 0)].sort();

  it("offers the acceptance only where it is needed, and one check at a time", () => {
    expect(against(proof.findings)).toHaveLength(1);
    expect(open(case1, supervisor)).toEqual(["override_proof", "send_checker"]);
    expect(open({ ...case1, proof: { ...proof, findings: [] }, checking: ["power"] }, supervisor)).toEqual(["recall_checker"]);
    expect(open({ ...case1, checking: ["power"] }, officer)).toEqual(["report_check"]);
    expect(open(case1, officer)).toEqual([]);
  });

  it("measures metres as the server does", () => {
    expect(between({ lon: 107.08, lat: 10.35 }, { lon: 107.08, lat: 10.359 })).toBeCloseTo(1000.8, 0);
  });
});
