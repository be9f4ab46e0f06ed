import type { wallVi } from "./vi-wall";

/** Words of the wall. */
export const wallEn: Record<keyof typeof wallVi, string> = {
};
