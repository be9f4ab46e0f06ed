/** Before there was an outbox, one draft lay in a database of its own; whoever updates keeps it. */
import { made } from "../../shared/outbox/made";
import { keepBytes, type Store } from "../../shared/outbox/store";
import type { OutboxMedia } from "../../shared/outbox/types";

interface OldDraft { key: string; fields: [string, string][]; photos: File[]; capturedAt: string | null }

const NAME = "hientruong-draft";
const STORE = "draft";

function read(): Promise<OldDraft | null> {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(NAME);
    // Opening makes what is not there: taken back at once.
    asked.onupgradeneeded = () => { asked.transaction?.abort(); };
    asked.onerror = () => done(null);
    asked.onsuccess = () => {
      const database = asked.result;
      if (!database.objectStoreNames.contains(STORE)) { database.close(); done(null); return; }
      const found = database.transaction(STORE).objectStore(STORE).get(STORE) as IDBRequest<OldDraft | undefined>;
      found.onsuccess = () => { database.close(); done(found.result ?? null); };
      found.onerror = () => { database.close(); fail(found.error ?? new Error(NAME)); };
    };
  });
}

/** Takes the old draft over as it was, key included: its report may already have arrived under it. */
export async function moveOldDraft(store: Store): Promise<void> {
  const old = await read();
  if (old === null) return;
  const media: OutboxMedia[] = [];
  for (const photo of old.photos) {
    const one = made.media(photo, "image", media.map((other) => other.name));
    await keepBytes(store, one.id, photo);
    media.push(one);
  }
  await store.change(old.key, (there) => there ?? { ...made.draft(old.key), entries: old.fields, capturedAt: old.capturedAt, media });
  indexedDB.deleteDatabase(NAME);
}
