/** The outbox as pages use it: whatever a resident enters is kept at once, and what was sent off goes by itself.
 *
 *    const draft = (await currentDraft()) ?? newDraft();
 *    const media = await addMedia(draft, file, "image");            // throws NoRoom
 *    await saveDraft({ ...draft, entries, capturedAt });
 *    const item = await enqueue({ ...draft, entries, fields, title });
 *    const stop = subscribe((items) => ...);                        // progress, also of other tabs and of the worker
 */
import "./resident";
export { addMedia, blobOf, currentDraft, discardDraft, enqueue, mend, newDraft, remove, removeMedia, room, saveDraft } from "../../shared/outbox/drafts";
export { items, subscribe } from "../../shared/outbox/watch";
export { kick } from "../../shared/outbox/sender";
export { NoRoom } from "../../shared/outbox/types";
export type { Draft, Entries, MediaKind, OutboxItem, OutboxMedia, Problem, ReportFields, Room, Stage } from "../../shared/outbox/types";
