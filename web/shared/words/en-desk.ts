import type { deskVi } from "./vi-desk";

/** Words of the triage desk: notes, saved views, templates, palette, bulk actions. */
export const deskEn: Record<keyof typeof deskVi, string> = {
};
