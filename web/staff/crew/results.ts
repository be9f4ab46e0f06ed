/** What the crew tells of a stop: begun as a draft that nothing takes away, then queued and sent by itself. */
import { addMedia, discardDraft, enqueue, newDraft, saveDraft } from "../../shared/outbox/drafts";
import { items } from "../../shared/outbox/watch";
import type { Draft, OutboxItem } from "../../shared/outbox/types";
import type { ResultFields } from "./stops";

export type Told = ResultFields["state"];
export type Here = { lon: number; lat: number; accuracy_m?: number } | null;

/** The draft of this stop that was begun before, or a new one. */
export async function draftFor(stop: string, username: string): Promise<Draft> {
  const begun = (await items()).findLast((item) => item.stage === "draft" && item.about === stop && item.by === username);
  return begun ?? { ...newDraft(), about: stop, by: username };
}

export const wordsOf = (draft: Draft): string => draft.entries.find(([name]) => name === "words")?.[1] ?? "";
export const withWords = (draft: Draft, words: string): Draft => ({ ...draft, entries: [["words", words]] });

/** Sends it off; the answer is what waits now. Throws NoRoom. */
export async function tell(draft: Draft, state: Told, here: Here, title: string): Promise<OutboxItem> {
  const words = wordsOf(draft).trim();
  const fields: ResultFields = { state, ...(words === "" ? {} : { words }), ...(here === null ? {} : { location: here }) };
  return enqueue({ ...draft, fields, title });
}

export { addMedia, discardDraft, saveDraft };
