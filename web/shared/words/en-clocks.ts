import type { clocksVi } from "./vi-clocks";

/** Words of clocks, calendars and escalations. */
export const clocksEn: Record<keyof typeof clocksVi, string> = {
  "event.report.due_soon": "Coming due",
  "event.report.escalation_acknowledged": "Escalation taken care of",
  "due.explain": "How this due time was counted",
  "due.explained": "How the due time was counted",
  "due.explained.rule": "By the published working calendar; anybody can count it again by hand.",
  "due.warned": "{percent} % of the time used",
  "escalation.title": "Brought before me",
  "escalation.none": "Nothing was brought before you.",
  "escalation.open": "{n} cases brought before me are waiting",
  "escalation.new": "Brought before you: {code} · {what}",
  "escalation.new.many": "{n} cases were brought before you",
  "escalation.cause.late": "Late",
  "escalation.cause.untouched": "Not accepted",
  "escalation.reason.overdue": "Late",
  "escalation.reason.untouched": "The agency has not accepted it",
  "escalation.reason.returned-often": "Returned too often",
  "escalation.since": "since",
  "escalation.to.head": "to the head of the agency",
  "escalation.to.supervisor": "to the supervisor",
  "escalation.to.leader": "to the city's leader",
  "escalation.note": "Note (optional)",
  "escalation.care": "I take care of it",
  "escalation.taken": "{name} takes care of it",
  "escalation.over": "Its cause is gone",
};
