import { expect, test } from "vitest";

import { address, asked, changed, duration } from "./model";

test("what strangers append to an address is not asked", () => {
  expect(asked("?period=7d&utm_source=x&area=26506&category=").toString()).toBe("period=7d&area=26506");
});

test("a preset and two days exclude each other", () => {
  const days = changed(changed(asked("?period=7d&area=1"), { from: "2026-11-01" }), { to: "2026-11-02" });
  expect(days.toString()).toBe("area=1&from=2026-11-01&to=2026-11-02");
  expect(changed(days, { period: "month", area: "" }).toString()).toBe("period=month");
});

test("files and rows ask the same question", () => {
  expect(address("/tables/areas.csv", asked("?period=7d"), { lang: "vi" })).toBe("/api/v1/figures/tables/areas.csv?period=7d&lang=vi");
  expect(address("", asked(""))).toBe("/api/v1/figures");
});

test("durations are said in the unit that fits", () => {
  expect(duration(59.4)).toMatchObject({ key: "figures.minutes", n: 59 });
  expect(duration(59.6)).toMatchObject({ key: "figures.hours", h: 1, m: 0 });
  expect(duration(1439)).toMatchObject({ key: "figures.hours", h: 23, m: 59 });
  expect(duration(1440)).toMatchObject({ key: "figures.days", d: 1, h: 0 });
  expect(duration(2879)).toMatchObject({ key: "figures.days", d: 2, h: 0 });
});
