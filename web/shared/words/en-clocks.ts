import type { clocksVi } from "./vi-clocks";

/** Words of clocks, calendars and escalations. */
export const clocksEn: Record<keyof typeof clocksVi, string> = {
  "event.report.due_soon": "Coming due",
};
