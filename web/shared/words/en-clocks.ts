import type { clocksVi } from "./vi-clocks";

/** Words of clocks, calendars and escalations. */
export const clocksEn: Record<keyof typeof clocksVi, string> = {
  "event.report.due_soon": "Coming due",
  "event.report.escalation_acknowledged": "Escalation taken care of",
};
