/** Words of clocks, calendars and escalations. */
export const clocksVi = {};
