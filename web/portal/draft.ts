/** What a resident has entered and not yet sent, photos included, kept by the browser until the server has it. */

export interface Draft {
  /** The idempotency key: the same for every attempt, also after the page was closed. */
  key: string;
  fields: [string, string][];
  photos: File[];
  capturedAt: string | null;
}

const NAME = "hientruong-draft";
const STORE = "draft";

function open(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error ?? new Error(NAME));
  });
}

async function run<T>(mode: IDBTransactionMode, what: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((done, fail) => {
      const asked = what(database.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error ?? new Error(NAME));
    });
  } finally {
    database.close();
  }
}

/** Keeps the draft; false where the browser has no room or no storage (a private window): sending works all the same. */
export async function keep(draft: Draft): Promise<boolean> {
  try {
    await run("readwrite", (store) => store.put(draft, STORE));
    return true;
  } catch {
    return false;
  }
}

export async function kept(): Promise<Draft | null> {
  try {
    return (await run<Draft | undefined>("readonly", (store) => store.get(STORE) as IDBRequest<Draft | undefined>)) ?? null;
  } catch {
    return null;
  }
}

export async function forget(): Promise<void> {
  try {
    await run("readwrite", (store) => store.delete(STORE));
  } catch {
    // Nothing could be kept, so there is nothing to forget.
  }
}
