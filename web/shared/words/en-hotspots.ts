import type { hotspotsVi } from "./vi-hotspots";

/** Words of hot spots. */
export const hotspotsEn: Record<keyof typeof hotspotsVi, string> = {};
