import type { mapVi } from "./vi-map";

/** Words of the staff map. */
export const mapEn: Record<keyof typeof mapVi, string> = {
};
