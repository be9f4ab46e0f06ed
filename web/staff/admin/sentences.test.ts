import { describe, expect, it } from "vitest";

import { changes, clashes, merged } from "./compare-items";
import { csv } from "./csv";
import { line, summary } from "./difference-words";
import type { Document, RuleItem } from "./model";
import { namesIn } from "./names";
import { sentence } from "./rule-sentence";
import { freeCode } from "./slug";
import { flows } from "./try-out-flows";
import { levelWords, valueWords } from "./value-words";

const DOCUMENT: Document = {
  format: 1, settings: {}, default_desk: "ioc", area_sets: [{ code: "centre", name: "Trung tâm", name_en: "" }], calendars: [], reasons: [], templates: [],
  categories: [{ code: "light", parent_code: null, name: "Chiếu sáng", name_en: "Lighting" }],
  agencies: [{ code: "chieu-sang", name: "Công ty Chiếu sáng", name_en: "Lighting company" }, { code: "cong-an", name: "Công an", name_en: "Police" }],
  rules: [],
};
const NAMES = namesIn(DOCUMENT, [{ code: "26506", name: "Phường Vũng Tàu" }, { code: "26545", name: "Xã Long Sơn" }]);
const RULE: RuleItem = { code: "light", name: "Chiếu sáng", category: "light", areas: null, urgency: null, lead: "chieu-sang", supporting: [] };

describe("a rule as a sentence", () => {
  it("says what it looks at and who it names", () => {
    expect(sentence(RULE, NAMES)).toBe("Chiếu sáng → Công ty Chiếu sáng");
    expect(sentence({ ...RULE, areas: ["26506", "26545"], urgency: "urgent", supporting: ["cong-an"] }, NAMES)).toBe("Chiếu sáng, tại Phường Vũng Tàu và Xã Long Sơn, khẩn → Công ty Chiếu sáng, phối hợp Công an");
    expect(sentence({ ...RULE, category: null, lead: null, relative: { to: "commune" }, when: "closed", near: { layer: "roads", within_m: 30, owner: "QL51" } }, NAMES))
      .toBe("Mọi phản ánh, cách “roads” của QL51 không quá 30 m, ngoài giờ làm việc → UBND nơi xảy ra");
  });

  it("never hides a condition that matches nothing or an answer that is missing", () => {
    expect(sentence({ ...RULE, areas: [], lead: null }, NAMES)).toBe("Chiếu sáng, (chưa chọn địa bàn nào) → (chưa chọn cơ quan)");
    expect(sentence({ ...RULE, areas: ["1", "2", "3", "4", "5"], area_set: "centre" }, NAMES)).toBe("Chiếu sáng, tại 1, 2, 3 và 2 nơi khác, trong nhóm “Trung tâm” → Công ty Chiếu sáng");
  });
});

describe("values and differences in words", () => {
  it("writes levels and codes for people", () => {
    expect(levelWords({ amount: 3, unit: "working_days", starts: "dispatched" })).toBe("3 ngày làm việc, tính từ lúc chuyển xử lý");
    expect(valueWords("rules", "supporting", ["chieu-sang", "cong-an"], NAMES)).toBe("Công ty Chiếu sáng, Công an");
    expect(valueWords("categories", "public", false, NAMES)).toBe("Không");
    expect(valueWords("rules", "areas", null, NAMES)).toBe("(không)");
  });

  it("names what changed, also of what is gone", () => {
    const change = { section: "agencies", code: "cong-an", name: "Công an", kind: "changed" as const, fields: [{ name: "phone", was: null, now: "113" }] };
    expect(line(change, DOCUMENT, null, NAMES)).toEqual({ title: "Cơ quan “Công an”", kind: "changed", fields: [{ name: "Điện thoại", was: "(không)", now: "113" }] });
    expect(line({ ...change, kind: "removed" }, { ...DOCUMENT, agencies: [] }, DOCUMENT, NAMES)).toEqual({ title: "Cơ quan “Công an”", kind: "removed", fields: [] });
    const storm = { from: "2027-09-02", to: "2027-09-03", name: "Quốc khánh", work: [], provisional: true };
    const swapped = { from: "2027-08-28", to: "2027-08-28", name: "Làm bù cho 03/9", work: [["07:30", "11:30"]] };
    const week = { mon: [["07:30", "11:30"]] };
    const days = { section: "calendars", code: "default", name: "Lịch", kind: "changed" as const, fields: [{ name: "definition", was: { week, special: [] }, now: { week, special: [swapped, storm] } }] };
    expect(line(days, DOCUMENT, null, NAMES).fields).toEqual([{ name: "Ngày nghỉ lễ, ngày làm bù", was: "(không)", now: "28/08/2027 Làm bù cho 03/9 (Làm bù 07:30–11:30); 02/09/2027–03/09/2027 Quốc khánh (Tạm tính)" }]);
    expect(summary(3, 1, 2)).toBe("3 thay đổi, 1 lỗi, 2 cảnh báo");
  });
});

describe("two who change the same", () => {
  const saw = { code: "x", name: "Cũ", phone: "1", kind: "team" };

  it("sees the clash and keeps both otherwise", () => {
    const [now, typed] = [{ ...saw, name: "Họ", phone: "2" }, { ...saw, name: "Tôi", kind: "police" }];
    expect(clashes(saw, now, typed).map((one) => [one.name, one.both])).toEqual([["name", true], ["phone", false], ["kind", false]]);
    expect(merged(saw, now, typed)).toEqual({ code: "x", name: "Tôi", phone: "2", kind: "police" });
  });

  it("takes an absent member for an empty one, and the order of members for nothing", () => {
    expect(changes({ a: null, b: { x: 1, y: [2] } }, { b: { y: [2], x: 1 } })).toEqual([]);
  });
});

describe("codes, flows and files", () => {
  it("makes free codes of Vietnamese names", () => {
    expect(freeCode("Đường Trần Phú – đoạn 2", [])).toBe("duong-tran-phu-doan-2");
    expect(freeCode("Đèn", ["den", "den-2"])).toBe("den-3");
    expect(freeCode("!!!", [])).toBe("moi");
  });

  it("counts from whom to whom, the most first", () => {
    const moved = (code: string, from: string, to: string | null): Parameters<typeof flows>[0][number] => ({
      code, category: "light", urgency: "normal", received_at: "", area: null, lon: 0, lat: 0, was: { lead: from, supporting: [], rule: "r", rule_name: "R", reasons: [] }, now: { lead: to, supporting: [], rule: null, rule_name: null, reasons: [] },
    });
    expect(flows([moved("1", "a", "b"), moved("2", "a", null), moved("3", "a", "b")])).toEqual([{ key: "a>b", from: "a", to: "b", count: 2 }, { key: "a>", from: "a", to: null, count: 1 }]);
  });

  it("writes a CSV that runs nothing", () => {
    expect(csv(["Mã", "Ghi"], [["=1+1", 'a "b", c'], ["x", -2]])).toBe('\uFEFFMã,Ghi\r\n\'=1+1,"a ""b"", c"\r\nx,-2\r\n');
  });
});
