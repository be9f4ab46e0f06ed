import type { deskVi } from "./vi-desk";

/** Words of the triage desk: notes, saved views, templates, palette, bulk actions. */
export const deskEn: Record<keyof typeof deskVi, string> = {
  "queue.changed": "Changed since you looked",
  "queue.aged": "{n}% of the time allowed is used",
  "queue.more": "{n} reports loaded, loading more…",
  "queue.cut": "This desk holds the {n} most pressing reports; there are more. Use the search or narrow the list.",
  "filter.channel": "Channel",
  "filter.mine": "Held by me only",
  "filter.order": "Order",
  "order.due": "Due first",
  "order.priority": "Highest priority first",
  "order.newest": "Newest first",
  "priority.score": "Priority {n}",
  "bulk.pick": "Select {code}",
};
