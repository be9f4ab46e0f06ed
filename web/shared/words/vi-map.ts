/** Words of the staff map. */
export const mapVi = {
} as const;
