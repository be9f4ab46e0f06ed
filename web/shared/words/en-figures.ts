import type { figuresVi } from "./vi-figures";

/** Words of the figures. */
export const figuresEn: Record<keyof typeof figuresVi, string> = {
};
