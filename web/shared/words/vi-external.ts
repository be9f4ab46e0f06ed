/** Words of external systems of agencies. */
export const externalVi = {};
