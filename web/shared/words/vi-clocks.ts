/** Words of clocks, calendars and escalations. */
export const clocksVi = {
  "event.report.due_soon": "Sắp đến hạn",
};
