import { describe, expect, it } from "vitest";

import { blankOption, blankQuestion, read, written } from "./questions";

const SIZE = { type: "string", title: "Kích thước", title_en: "Size", enum: ["small", "lane"], titles: { small: "Nhỏ", lane: "Cả làn" }, titles_en: { small: "Small", lane: "A lane" } };
const SCHEMA = {
  properties: {
    size: SIZE,
    pole: { type: "string", title: "Số trụ", title_en: "Pole", description: "Trên thân trụ", maxLength: 40 },
    days: { type: "integer", title: "Mấy ngày", title_en: "Days", minimum: 1, maximum: 3650 },
    open: { type: "boolean", title: "Mất nắp", title_en: "Cover missing" },
    day: { type: "string", format: "date", title: "Ngày", title_en: "Day" },
  },
  required: ["size", "day"], "x-words-required": true, "x-theirs": { kept: true },
};

describe("questions", () => {
  it("come back from the editor as they were", () => {
    expect(written(read(SCHEMA), SCHEMA)).toEqual(SCHEMA);
    expect(read(SCHEMA).questions.map((one) => one.kind)).toEqual(["choice", "text", "number", "yes_no", "date"]);
  });

  it("are none when nothing is asked", () => {
    expect(written(read(null), null)).toBeNull();
    expect(written({ questions: [], wordsRequired: false }, SCHEMA)).toBeNull();
  });

  it("lose what made sense for another kind only", () => {
    const asked = read(SCHEMA);
    const next = written({ ...asked, questions: asked.questions.map((one) => (one.name === "days" ? { ...one, kind: "yes_no" as const } : one)) }, SCHEMA);
    expect((next?.["properties"] as Record<string, unknown>)["days"]).toEqual({ type: "boolean", title: "Mấy ngày", title_en: "Days" });
  });

  it("get names nobody has", () => {
    expect(blankQuestion(["q1", "q3"]).name).toBe("q4");
    expect(blankOption([{ value: "o2", vi: "", en: "" }]).value).toBe("o3");
  });
});
