import type { externalVi } from "./vi-external";

/** Words of external systems of agencies. */
export const externalEn: Record<keyof typeof externalVi, string> = {};
