/** Words of the wall. */
export const wallVi = {
} as const;
