import { describe, expect, it } from "vitest";

import { fillIn } from "./answer-template";
import { called, callingAt, withCalled } from "./mention-words";
import { matching } from "./palette-match";

const PEOPLE = [{ username: "operator2", name: "Trực ban 2" }, { username: "supervisor", name: "Trưởng ca Đỗ An" }, { username: "admin", name: "Quản trị" }];

describe("calling a colleague in a note", () => {
  it("begins with @ at a word's beginning, not inside a mail address", () => {
    expect(callingAt("Nhờ @op", 7)).toEqual({ from: 4, typed: "op" });
    expect(callingAt("@", 1)).toEqual({ from: 0, typed: "" });
    expect(callingAt("a@b.vn", 6)).toBeNull();
    expect(callingAt("Nhờ @op xem", 11)).toBeNull();
  });

  it("offers names with or without accents, and writes the username", () => {
    expect(called(PEOPLE, "do an").map((one) => one.username)).toEqual(["supervisor"]);
    expect(called(PEOPLE, "tr").map((one) => one.username)).toEqual(["operator2", "supervisor", "admin"]);
    const calling = callingAt("Nhờ @op xem", 7);
    expect(calling).not.toBeNull();
    if (calling !== null && PEOPLE[0] !== undefined) expect(withCalled("Nhờ @op xem", 7, calling, PEOPLE[0])).toEqual({ text: "Nhờ @operator2 xem", cursor: 15 });
  });
});

describe("templates", () => {
  it("fill in what is known of the report and leave other braces to the reader", () => {
    const values = { code: "K7", category: "Ổ gà", area: "Phường Vũng Tàu", agency: "Đội đường bộ" };
    expect(fillIn("{code}: {category} ở {area}, {agency}. {tên}", values)).toBe("K7: Ổ gà ở Phường Vũng Tàu, Đội đường bộ. {tên}");
  });
});

describe("the palette", () => {
  it("finds by words in any order without accents, those that begin with them first", () => {
    const entry = (words: string): Parameters<typeof matching>[0][number] => ({ id: words, group: "", words, icon: "list", run: () => undefined });
    expect(matching([entry("Bỏ xác minh"), entry("Xác minh"), entry("Từ chối")], "xac minh").map((one) => one.words)).toEqual(["Xác minh", "Bỏ xác minh"]);
    expect(matching([entry("Xác minh")], "minh xac")).toHaveLength(1);
    expect(matching([entry("Xác minh")], "hoi")).toHaveLength(0);
  });
});
