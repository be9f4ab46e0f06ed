import { afterEach, describe, expect, it } from "vitest";

import { clock, fromInput, lateness, setZone, short, toInput } from "./times";

const UNITS = { d: "d", h: "h" };

describe("times", () => {
  afterEach(() => setZone("Asia/Ho_Chi_Minh"));

  it("keeps a clock's width within a magnitude", () => {
    expect(clock(9_000, UNITS)).toBe("00:09");
    expect(clock(-3_723_000, UNITS)).toBe("1:02:03");
    expect(clock(3 * 86_400_000 + 4 * 3_600_000, UNITS)).toBe("3d 04h");
  });

  it("calls a due time soon in its last two hours and late after it", () => {
    const now = Date.parse("2026-07-01T08:00:00Z");
    expect(lateness(null, now)).toBe("none");
    expect(lateness("2026-07-01T10:00:01Z", now)).toBe("calm");
    expect(lateness("2026-07-01T10:00:00Z", now)).toBe("soon");
    expect(lateness("2026-07-01T07:59:59Z", now)).toBe("late");
  });

  it("shows the city's wall clock, wherever the screen stands", () => {
    const now = Date.parse("2026-07-01T16:59:00Z");
    expect(short("2026-07-01T16:30:00Z", now, "vi-VN")).toBe("23:30");
    expect(short("2026-07-01T17:30:00Z", now, "vi-VN")).toContain("00:30");
    expect(short("2026-07-01T17:30:00Z", now, "vi-VN")).toContain("02");
  });

  it.each(["Asia/Ho_Chi_Minh", "UTC", "Europe/Berlin", "America/St_Johns"])("reads back what it put into a form field (%s)", (zone) => {
    setZone(zone);
    for (let hour = 0; hour < 24 * 365; hour += 37) {
      const at = new Date(Date.UTC(2026, 0, 1, hour, 30)).toISOString();
      expect(toInput(fromInput(toInput(at)))).toBe(toInput(at));
    }
    expect(fromInput(toInput("2026-07-01T03:15:00.000Z"))).toBe("2026-07-01T03:15:00.000Z");
  });
});
