/** Words of administration. */
export const adminVi = {};
