/** Words of the figures. */
export const figuresVi = {
} as const;
