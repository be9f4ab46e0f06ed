/** Words of alarms, storms and drills. */
export const alarmsVi = {
} as const;
