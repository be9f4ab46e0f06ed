/** What a person may do with the outbox: begin, keep, send off, mend, throw away. */
import { made } from "./made";
import { house } from "./house";
import { kick } from "./sender";
import { bytesOf, InMemory, keepBytes, outbox, type Store } from "./store";
import { NoRoom, type Draft, type MediaKind, type OutboxItem, type OutboxMedia, type Room } from "./types";
import { changed } from "./watch";

/** A browser that says how much room it has is believed a little less than it says. */
const MARGIN = 1.05;

export function newDraft(): Draft {
  return made.draft();
}

/** The draft of this browser, the same in every tab; the one changed last where mending made a second. Null when
 *  nothing was begun. */
export async function currentDraft(): Promise<Draft | null> {
  const drafts = (await (await outbox()).all()).filter((item) => item.stage === "draft");
  return drafts.reduce<OutboxItem | null>((last, item) => (last === null || item.changedAt > last.changedAt ? item : last), null);
}

function written(there: OutboxItem, draft: Draft): OutboxItem {
  const { entries, fields, title, capturedAt, about, by } = draft;
  return { ...there, entries, fields, title, capturedAt, ...(about === undefined ? {} : { about }), ...(by === undefined ? {} : { by }), changedAt: new Date().toISOString() };
}

/** Keeps text and answers; cheap, and does not touch media. False where nothing can be kept: sending works all the same. */
export async function saveDraft(draft: Draft): Promise<boolean> {
  const store = await outbox();
  try {
    await store.change(draft.id, (there) => (there === undefined || there.stage === "draft" ? written(there ?? made.draft(draft.id), draft) : undefined));
    return !(store instanceof InMemory);
  } catch {
    return false;
  }
}

/** Keeps the bytes of a photo, film or voice note with the draft, which is made when it does not exist yet. Throws
 *  NoRoom, also before anything was written where the browser says how much room there is. */
export async function addMedia(draft: Draft, file: File, kind: MediaKind): Promise<OutboxMedia> {
  const store = await outbox();
  const { free } = await room();
  if (free !== null && file.size * MARGIN > free) throw new NoRoom(file.size, free);
  const before = await store.change(draft.id, (there) => there ?? written(made.draft(draft.id), draft));
  const media = made.media(file, kind, (before?.media ?? []).map((one) => one.name));
  await keepBytes(store, media.id, file);
  const after = await store.change(draft.id, (there) => (there?.stage === "draft" ? { ...there, media: [...there.media, media], changedAt: new Date().toISOString() } : undefined));
  if (after?.media.some((one) => one.id === media.id) !== true) {
    await store.dropParts(media.id);
    throw new Error("the draft has been sent meanwhile");
  }
  changed();
  return media;
}

export async function removeMedia(draft: Draft, media: OutboxMedia): Promise<void> {
  const store = await outbox();
  await store.change(draft.id, (there) => (there?.stage === "draft" ? { ...there, media: there.media.filter((one) => one.id !== media.id) } : undefined));
  await store.dropParts(media.id);
  changed();
}

/** The bytes again, for a preview; null when the browser has lost them. */
export async function blobOf(media: OutboxMedia): Promise<Blob | null> {
  const bytes = await bytesOf(await outbox(), media.id, 0, media.size);
  return bytes === null ? null : new Blob([bytes], { type: media.type });
}

/** The draft becomes a queued report, in one transaction. An item that is queued or sent already stays as it is: two
 *  tabs with the same form are one report. Throws NoRoom. */
export async function enqueue(draft: Draft): Promise<OutboxItem> {
  if (draft.fields === null) throw new Error("a report needs its fields");
  const store = await outbox();
  const item = await queued(store, draft);
  changed();
  void house().csrf(store);
  if (!navigator.onLine) void navigator.storage.persist().catch(() => false);
  void askForSync();
  void kick();
  return item;
}

async function queued(store: Store, draft: Draft): Promise<OutboxItem> {
  const capturedAt = draft.capturedAt ?? new Date().toISOString();
  try {
    const item = await store.change(draft.id, (there) => {
      if (there !== undefined && there.stage !== "draft") return undefined;
      return { ...written(there ?? made.draft(draft.id), { ...draft, capturedAt }), stage: "queued", problem: null };
    });
    if (item === null) throw new Error("nothing was queued");
    return item;
  } catch (error) {
    if (error instanceof DOMException && error.name === "QuotaExceededError") throw new NoRoom(0, null);
    throw error;
  }
}

/** The browser wakes the worker when the network is back, also with no page open. Where it cannot, the next open page
 *  sends. */
export async function askForSync(): Promise<void> {
  try {
    const worker = (await navigator.serviceWorker.ready) as ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } };
    await worker.sync?.register(house().name);
  } catch {
    // Not allowed, or no workers here.
  }
}

/** A rejected item becomes the draft again, with its reason in `problem`; null when it is not there or not rejected. */
export async function mend(id: string): Promise<Draft | null> {
  const store = await outbox();
  const fresh = made.draft();
  let again: OutboxItem | null = null;
  await store.change(id, (there) => {
    if (there?.stage !== "rejected" || there.code !== null) return undefined;
    // Under this key the city has other content: what is sent now is a report of its own.
    const key = there.problem?.type.endsWith("/key-reused") === true ? fresh.id : there.id;
    const media = there.media.filter((one) => one.state !== "refused").map((one) => ({ ...one, state: "waiting" as const, upload: null, offset: 0, sure: false, named: false, attached: false }));
    again = { ...there, id: key, stage: "draft", sealed: null, media, anew: 0, failures: 0, notBefore: 0, waits: null, changedAt: fresh.changedAt };
    return key === id ? again : undefined;
  });
  const draft = again as OutboxItem | null;
  if (draft !== null && draft.id !== id) {
    await store.change(draft.id, () => draft);
    await store.change(id, () => null);
  }
  changed();
  return draft;
}

/** Forgets an item and its bytes, whatever became of it. */
export async function remove(id: string): Promise<void> {
  const store = await outbox();
  let media: readonly OutboxMedia[] = [];
  await store.change(id, (there) => { media = there?.media ?? []; return null; });
  for (const one of media) await store.dropParts(one.id);
  changed();
}

export const discardDraft = remove;

/** What the browser still has for us, to be asked before somebody takes a film that cannot be kept. */
export async function room(): Promise<Room> {
  // Only a secure page is told.
  const storage = (navigator as { storage?: StorageManager }).storage;
  if (storage === undefined) return { free: null, persisted: false };
  try {
    const { quota, usage } = await storage.estimate();
    return { free: quota === undefined ? null : Math.max(0, quota - (usage ?? 0)), persisted: await storage.persisted() };
  } catch {
    return { free: null, persisted: false };
  }
}
