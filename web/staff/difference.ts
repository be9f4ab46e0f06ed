/** What changed between the report a person was looking at and the one the server has, and what the person wanted: shown
 *  when a write came too late. */
import type { Report } from "../shared/model";

export type Field = "state" | "category" | "urgency" | "lead" | "supporting" | "claim" | "due_at" | "description" | "question" | "answer"
  | "resolution" | "rejection" | "merged_into" | "public_answer" | "media" | "area";

export interface Change { field: Field; before: string; after: string }
/** `wanted` is empty where the command would not have touched the field; `clash`: both others and the person changed it. */
export interface Comparison { field: Field; saw: string; now: string; wanted: string; clash: boolean }

/** How each field is written for people; names and times are the caller's business. */
export type Write = (field: Field, report: Report) => string;

const FIELDS: readonly Field[] = [
  "state", "category", "urgency", "area", "lead", "supporting", "claim", "due_at", "description", "question", "answer", "resolution", "rejection", "merged_into", "public_answer", "media",
];

export function difference(before: Report, after: Report, write: Write): Change[] {
  return FIELDS.map((field) => ({ field, before: write(field, before), after: write(field, after) }))
    .filter((change) => change.before !== change.after);
}

/** Field by field what was seen, what holds now and what was wanted; only fields somebody touched. */
export function comparison(saw: Report, now: Report, wanted: Report, write: Write): Comparison[] {
  return FIELDS.flatMap((field) => {
    const [seen, current, wish] = [write(field, saw), write(field, now), write(field, wanted)];
    const theirs = seen !== current;
    const mine = seen !== wish;
    if (!theirs && !mine) return [];
    return [{ field, saw: seen, now: current, wanted: mine ? wish : "", clash: theirs && mine && current !== wish }];
  });
}
