/** Words of crews and their tasks. */
export const crewsVi = {
  "event.report.handed_over": "Bàn giao trong cơ quan",
  "event.task.changed": "Việc trong cơ quan",
  "event.part.changed": "Phần việc phối hợp",
  "event.note.agency_added": "Ghi chú của cơ quan",
};
