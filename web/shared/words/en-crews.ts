import type { crewsVi } from "./vi-crews";

/** Words of crews and their tasks. */
export const crewsEn: Record<keyof typeof crewsVi, string> = {
  "event.report.handed_over": "Handed over inside the agency",
  "event.task.changed": "A task inside the agency",
  "event.part.changed": "A supporting part",
  "event.note.agency_added": "A note of the agency",
};
