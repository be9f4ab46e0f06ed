/** What changed between the report a person was looking at and the one the server has: shown when a write came too late. */
import type { Report } from "../shared/model";

export type Field = "state" | "category" | "urgency" | "lead" | "supporting" | "claim" | "due_at" | "description" | "question" | "answer"
  | "resolution" | "public_answer" | "media" | "area";

export interface Change { field: Field; before: string; after: string }

/** How each field is written for people; names and times are the caller's business. */
export type Write = (field: Field, report: Report) => string;

const FIELDS: readonly Field[] = [
  "state", "category", "urgency", "area", "lead", "supporting", "claim", "due_at", "description", "question", "answer", "resolution", "public_answer", "media",
];

export function difference(before: Report, after: Report, write: Write): Change[] {
  return FIELDS.map((field) => ({ field, before: write(field, before), after: write(field, after) }))
    .filter((change) => change.before !== change.after);
}
