import { describe, expect, it } from "vitest";

import { hours, month, monthAfter, type Definition, type Interval } from "./month";

const WORK: Interval[] = [["07:30", "11:30"], ["13:30", "17:00"]];
const TET = { from: "2026-02-16", to: "2026-02-20", name: "Tết", work: [] };
const SWAP = { from: "2026-02-28", to: "2026-02-28", name: "Làm bù", work: WORK };
const CALENDAR: Definition = { week: { mon: WORK, tue: WORK, wed: WORK, thu: WORK, fri: WORK, sat: [], sun: [] }, special: [TET, SWAP] };

describe("a month of a calendar", () => {
  const days = month(CALENDAR, "2026-02");

  it("has each day with its hours", () => {
    expect(days).toHaveLength(28);
    expect(days[0]).toMatchObject({ date: "2026-02-01", weekday: 6, work: [] });
    expect(hours(days[1]?.work ?? [])).toBe(7.5);
    expect(hours([["22:00", "24:00"]])).toBe(2);
  });

  it("lets special days replace the week", () => {
    expect(days.filter((day) => day.special === TET).map((day) => day.number)).toEqual([16, 17, 18, 19, 20]);
    expect(days[27]).toMatchObject({ special: SWAP, work: WORK });
  });

  it("turns over the year and knows leap years", () => {
    expect(monthAfter("2026-12", 1)).toBe("2027-01");
    expect(monthAfter("2026-01", -1)).toBe("2025-12");
    expect(month(CALENDAR, "2028-02")).toHaveLength(29);
  });

  it("lets a season replace the week, and special days the season", () => {
    const summer = { ...CALENDAR, weeks: [{ from: "2026-02-09", to: "2026-02-21", name: "Hè", week: { mon: [["06:00", "12:00"]] as Interval[] } }] };
    const month_ = month(summer, "2026-02");
    expect(hours(month_[8]?.work ?? [])).toBe(6);
    expect(month_[9]?.work).toEqual([]);
    expect(month_[15]?.special).toBe(TET);
  });
});
