/** Words of clocks, calendars and escalations. */
export const clocksVi = {
  "event.report.due_soon": "Sắp đến hạn",
  "event.report.escalation_acknowledged": "Đã nhận lo việc báo lên",
};
