import type { proofVi } from "./vi-proof";

/** Words of proof, audits and field checks. */
export const proofEn: Record<keyof typeof proofVi, string> = {};
