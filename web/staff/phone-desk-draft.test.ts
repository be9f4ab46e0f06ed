import { describe, expect, it } from "vitest";

import { bodyOf, emptyDraft, kindsFor, missing, spoken, type Kind } from "./phone-desk-draft";

const KINDS: Kind[] = [
  { code: "road-pothole", name: "Ổ gà", name_en: "Pothole", parent: { code: "road", name: "Đường sá", name_en: "Roads" } },
  { code: "late", name: "Hồ sơ chậm trễ", name_en: "Late dossier", questions: { properties: { dossier: { type: "string" }, days: { type: "integer" } }, required: ["dossier"] } },
];

describe("a report for a caller", () => {
  it("finds a kind by parts of its names, with or without accents", () => {
    expect(kindsFor(KINDS, "o ga").map((one) => one.code)).toEqual(["road-pothole"]);
    expect(kindsFor(KINDS, "ĐƯỜNG gà").map((one) => one.code)).toEqual(["road-pothole"]);
    expect(kindsFor(KINDS, "dossier").map((one) => one.code)).toEqual(["late"]);
    expect(kindsFor(KINDS, "")).toHaveLength(2);
    expect(kindsFor(KINDS, "ga xyz")).toEqual([]);
  });

  it("says what is missing in the order of the form", () => {
    const draft = emptyDraft();
    expect(missing(draft, undefined)).toEqual(["description", "place", "category"]);
    expect(missing({ ...draft, description: "x", point: { lon: 1, lat: 2 }, category: "late" }, KINDS[1])).toEqual(["answers/dossier"]);
  });

  it("sends only what was said, and of an unnamed caller nothing", () => {
    const draft = { ...emptyDraft(), description: " Ổ gà ", phone: " 0912 ", category: "late", answers: { dossier: "A1", days: "3", other: "x" } };
    expect(bodyOf(draft, KINDS[1])).toEqual({
      category: "late", description: "Ổ gà", channel: "phone", urgency: "normal", caller: { phone: "0912" }, answers: { dossier: "A1", days: 3 },
    });
    expect(bodyOf({ ...draft, name: "Tư", anonymous: true, sameAs: "X" }, undefined)).toMatchObject({ caller: { anonymous: true }, same_as: "X" });
  });

  it("reads a code aloud in threes", () => {
    expect(spoken("234678ABC")).toBe("234 678 ABC");
    expect(spoken("")).toBe("");
  });
});
