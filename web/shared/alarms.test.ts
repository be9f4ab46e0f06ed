import { expect, test } from "vitest";

import { nextWaiting, standing, type Alarm } from "./alarms";

const alarm = (id: number, more: Partial<Alarm> = {}): Alarm => ({
  id, kind: "storm", level: 1, raised_at: `2026-11-30T09:0${id}:00+00:00`, text_vi: "", text_en: "", reports: [], category: null, agency: null,
  area: null, location: null, radius_m: null, count: 0, acknowledged: null, cleared_at: null, drill: false, ...more,
});
const taken = { by: { username: "operator1", name: "Trực ban 1" }, at: "2026-11-30T09:30:00+00:00", note: null };

test("what waits comes first, the real before exercises, the higher before the lower, the older before the newer", () => {
  const list = [alarm(1, { acknowledged: taken, level: 3 }), alarm(2, { drill: true, level: 3 }), alarm(3), alarm(4, { level: 2 }), alarm(5), alarm(6, { cleared_at: taken.at })];
  expect(standing(list).map((one) => one.id)).toEqual([4, 3, 5, 2, 1]);
  expect(nextWaiting(list)?.id).toBe(4);
});

test("of what is taken the last comes first", () => {
  const later = { ...taken, at: "2026-11-30T09:31:00+00:00" };
  const list = [alarm(1, { acknowledged: taken, level: 3 }), alarm(2, { acknowledged: later, drill: true })];
  expect(standing(list).map((one) => one.id)).toEqual([2, 1]);
});

test("times are compared as instants, whatever their offset", () => {
  const list = [alarm(1, { raised_at: "2026-11-30T16:05:00+07:00" }), alarm(2, { raised_at: "2026-11-30T09:04:00+00:00" })];
  expect(standing(list).map((one) => one.id)).toEqual([2, 1]);
});

test("nothing waits when everything is taken or over", () => {
  expect(nextWaiting([alarm(1, { acknowledged: taken }), alarm(2, { cleared_at: taken.at })])).toBeUndefined();
});
