import type { alarmsVi } from "./vi-alarms";

/** Words of alarms, storms and drills. */
export const alarmsEn: Record<keyof typeof alarmsVi, string> = {
  "alarm.label": "Alarms",
  "alarm.level.1": "Alarm",
  "alarm.level.2": "To supervisor",
  "alarm.level.3": "To leader",
  "alarm.level.drill": "Exercise",
  "alarm.take": "I take it",
  "alarm.taken": "{name} took it",
  "alarm.nobody": "Nobody has taken it",
  "alarm.key": "Take the first alarm",
  "alarm.open": "Open",
  "alarm.list": "See {n} reports",
  "alarm.more": "{n} more alarms",
  "alarm.fewer": "Show fewer",
  "alarm.sound": "Sound on",
  "alarm.mute": "Sound off",
  "alarm.over": "This alarm is over; nobody needs to take it any more.",
  "storm.lead": "takes the others in",
  "storm.choose": "Merge {code}",
  "storm.merge": "Merge {n} reports",
  "storm.hint": "The marked reports go into {code}. Every sender keeps their own code; it can be undone.",
  "drill.on": "EXERCISE",
  "drill.by": "begun by {name} {age}",
  "drill.begin": "Begin a drill",
  "drill.end": "End the exercise",
};
