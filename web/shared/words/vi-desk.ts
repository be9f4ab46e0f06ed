/** Words of the triage desk: notes, saved views, templates, palette, bulk actions. */
export const deskVi = {
} as const;
