import type { crewsVi } from "./vi-crews";

/** Words of crews and their tasks. */
export const crewsEn: Record<keyof typeof crewsVi, string> = {};
