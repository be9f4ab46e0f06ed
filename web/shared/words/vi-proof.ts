/** Words of proof, audits and field checks. */
export const proofVi = {};
