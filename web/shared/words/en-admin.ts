import type { adminVi } from "./vi-admin";

/** Words of administration. */
export const adminEn: Record<keyof typeof adminVi, string> = {};
