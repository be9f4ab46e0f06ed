import type { alarmsVi } from "./vi-alarms";

/** Words of alarms, storms and drills. */
export const alarmsEn: Record<keyof typeof alarmsVi, string> = {
};
