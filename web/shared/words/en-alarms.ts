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
  "alarm.open": "Open",
  "alarm.list": "See {n} reports",
  "alarm.more": "{n} more alarms",
  "alarm.fewer": "Show fewer",
  "alarm.sound": "Sound on",
  "alarm.mute": "Sound off",
  "alarm.over": "This alarm is over; nobody needs to take it any more.",
  "drill.on": "EXERCISE",
  "drill.by": "begun by {name} {age}",
  "drill.end": "End the exercise",
};
