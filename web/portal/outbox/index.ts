/** The outbox as pages use it: whatever a resident enters is kept at once, and what was sent off goes by itself.
 *
 *    const draft = (await currentDraft()) ?? newDraft();
 *    const media = await addMedia(draft, file, "image");            // throws NoRoom
 *    await saveDraft({ ...draft, entries, capturedAt });
 *    const item = await enqueue({ ...draft, entries, fields, title });
 *    const stop = subscribe((items) => ...);                        // progress, also of other tabs and of the worker
 */
export { addMedia, blobOf, currentDraft, discardDraft, enqueue, mend, newDraft, remove, removeMedia, room, saveDraft } from "./drafts";
export { items, subscribe } from "./watch";
export { kick } from "./sender";
export { NoRoom } from "./types";
export type { Draft, Entries, MediaKind, OutboxItem, OutboxMedia, Problem, ReportFields, Room, Stage } from "./types";
