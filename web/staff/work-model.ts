/** What agencies do on a case, as the server tells it. */
import { api } from "../shared/api";
import { uuid } from "../shared/identity";
import type { Media, Person } from "../shared/model";

export type TaskState = "open" | "under_way" | "done" | "unable" | "cancelled";
export interface Result { words?: string; at: string; by: string }
export interface Task {
  id: string; agency: string; crew: { id: string; code: string; name: string } | null; person: Person | null;
  what: string; note: string | null; due_at: string | null; state: TaskState; day: string | null; position: number | null;
  result: Result | null; media: Media[]; version: number; created_by: string; created_at: string;
}
export interface Part { agency: string; what: string; state: "open" | "done"; result: Result | null; media: Media[]; asked_by: string; asked_at: string }
export interface Work { tasks: Task[]; parts: Part[] }
export interface Crew { id: string; agency: string; code: string; name: string; phone: string | null; active: boolean; members: Person[]; open_tasks: number }
export interface Officer extends Person { crew: string | null }

export const workOf = (code: string): Promise<Work> => api<Work>(`/api/v1/reports/${encodeURIComponent(code)}/work`);
export const crewsOf = async (): Promise<Crew[]> => (await api<{ crews: Crew[] }>("/api/v1/crews")).crews;
export const officersOf = async (): Promise<Officer[]> => (await api<{ officers: Officer[] }>("/api/v1/crews/officers")).officers;

/** Who does it, as one choice: "crew:<id>", "person:<username>" or nobody. */
export function choiceOf(task: Pick<Task, "crew" | "person">): string {
  if (task.crew !== null) return `crew:${task.crew.id}`;
  return task.person === null ? "" : `person:${task.person.username}`;
}

export function givenTo(choice: string): { crew: string | null; person: string | null } {
  const at = choice.indexOf(":");
  const [kind, who] = [choice.slice(0, at), choice.slice(at + 1)];
  return { crew: kind === "crew" ? who : null, person: kind === "person" ? who : null };
}

export function keyed(key = uuid()): { "Idempotency-Key": string } {
  return { "Idempotency-Key": key };
}

/** Photos of work that may prove the result: of what the crews have done, and of parts. */
export function proofs(work: Work): Media[] {
  const done = [...work.tasks.filter((task) => task.state === "done"), ...work.parts.filter((part) => part.state === "done")];
  return done.flatMap((one) => one.media.filter((media) => media.kind !== "audio" && (media.state === "ready" || media.state === "processing")));
}
