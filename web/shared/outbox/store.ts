/** Where the outbox lies: IndexedDB, or this page's memory where the browser has none.
 *
 *  Bytes lie in records of PART bytes: a piece to send is read without touching the rest of a film, nothing is kept
 *  as a Blob (which some browsers lose or refuse), and saving a draft never rewrites its photos.
 */
import { house } from "./house";
import { NoRoom, type OutboxItem } from "./types";

export const PART = 256 * 1024;

/** Values beside the items, by key. */
export interface Kept {
  /** The anti-forgery value of this browser's device; the worker cannot read cookies everywhere. */
  csrf: string;
  /** Who sends where the browser has no locks: a name and until when it counts. */
  lease: { by: string; until: number };
  /** Of a crew: who is signed in, as plain data, and the stops of the day as the city last told them. */
  account: unknown;
  day: unknown;
}

export interface Store {
  all(): Promise<OutboxItem[]>;
  /** Reads, changes and writes one item in one transaction; null deletes it. Gives what is there afterwards. */
  change(id: string, how: (item: OutboxItem | undefined) => OutboxItem | null | undefined): Promise<OutboxItem | null>;
  putPart(media: string, part: number, bytes: ArrayBuffer): Promise<void>;
  part(media: string, part: number): Promise<ArrayBuffer | null>;
  dropParts(media: string): Promise<void>;
  /** Forgets bytes that no item names and that are older than `before` (milliseconds). */
  sweep(named: ReadonlySet<string>, before: number): Promise<void>;
  kept<K extends keyof Kept>(key: K, how: (now: Kept[K] | undefined) => Kept[K] | undefined): Promise<Kept[K] | undefined>;
}

const VERSION = 1;
const ITEMS = "items";
const PARTS = "parts";
const KEPT = "kept";

interface Part { at: number; bytes: ArrayBuffer }

/** One step for every version there ever was: an upgrade adds, it never empties. */
const UPGRADES: readonly ((database: IDBDatabase) => void)[] = [
  (database) => {
    database.createObjectStore(ITEMS, { keyPath: "id" });
    database.createObjectStore(PARTS);
    database.createObjectStore(KEPT);
  },
];

const partsOf = (media: string): IDBKeyRange => IDBKeyRange.bound([media, 0], [media, Infinity]);

function open(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(house().database, VERSION);
    asked.onupgradeneeded = (event) => { for (const step of UPGRADES.slice(event.oldVersion)) step(asked.result); };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error ?? new Error("the browser keeps nothing"));
  });
}

class InBrowser implements Store {
  private opened: Promise<IDBDatabase> | null = null;

  private database(): Promise<IDBDatabase> {
    this.opened ??= open().then((database) => {
      // A newer version wants to upgrade, or the browser closed it: the next call opens it again.
      const forget = (): void => { this.opened = null; };
      database.onversionchange = () => { database.close(); forget(); };
      database.onclose = forget;
      return database;
    }, (error: unknown) => { this.opened = null; throw error; });
    return this.opened;
  }

  /** Runs one transaction; `what` may give a request whose result is wanted. */
  private async run<T>(store: string, mode: IDBTransactionMode, what: (store: IDBObjectStore, give: (value: T) => void) => void): Promise<T | undefined> {
    const database = await this.database();
    return new Promise((done, fail) => {
      // strict: what was said to be kept is kept, also when the battery is taken out.
      const transaction = database.transaction(store, mode, { durability: "strict" });
      let value: T | undefined;
      transaction.oncomplete = () => done(value);
      transaction.onabort = () => fail(transaction.error ?? new Error("aborted"));
      what(transaction.objectStore(store), (given) => { value = given; });
    });
  }

  async all(): Promise<OutboxItem[]> {
    const found = await this.run<OutboxItem[]>(ITEMS, "readonly", (store, give) => {
      const asked = store.getAll() as IDBRequest<OutboxItem[]>;
      asked.onsuccess = () => give(asked.result);
    });
    return (found ?? []).sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
  }

  async change(id: string, how: (item: OutboxItem | undefined) => OutboxItem | null | undefined): Promise<OutboxItem | null> {
    const after = await this.run<OutboxItem | null>(ITEMS, "readwrite", (store, give) => {
      const asked = store.get(id) as IDBRequest<OutboxItem | undefined>;
      asked.onsuccess = () => {
        const next = how(asked.result);
        if (next === null) store.delete(id);
        else if (next !== undefined && next !== asked.result) store.put(next);
        give(next === undefined ? (asked.result ?? null) : next);
      };
    });
    return after ?? null;
  }

  async putPart(media: string, part: number, bytes: ArrayBuffer): Promise<void> {
    await this.run(PARTS, "readwrite", (store) => { store.put({ at: Date.now(), bytes } satisfies Part, [media, part]); });
  }

  async part(media: string, part: number): Promise<ArrayBuffer | null> {
    const found = await this.run<Part | undefined>(PARTS, "readonly", (store, give) => {
      const asked = store.get([media, part]) as IDBRequest<Part | undefined>;
      asked.onsuccess = () => give(asked.result);
    });
    return found?.bytes ?? null;
  }

  async dropParts(media: string): Promise<void> {
    await this.run(PARTS, "readwrite", (store) => { store.delete(partsOf(media)); });
  }

  async sweep(named: ReadonlySet<string>, before: number): Promise<void> {
    await this.run(PARTS, "readwrite", (store) => {
      const asked = store.getAllKeys() as unknown as IDBRequest<[string, number][]>;
      asked.onsuccess = () => {
        const strangers = asked.result.filter(([media, part]) => part === 0 && !named.has(media));
        for (const [media] of strangers) {
          const first = store.get([media, 0]) as IDBRequest<Part | undefined>;
          // Somebody may be adding it at this moment, in another tab.
          first.onsuccess = () => { if ((first.result?.at ?? 0) < before) store.delete(partsOf(media)); };
        }
      };
    });
  }

  async kept<K extends keyof Kept>(key: K, how: (now: Kept[K] | undefined) => Kept[K] | undefined): Promise<Kept[K] | undefined> {
    return this.run<Kept[K] | undefined>(KEPT, "readwrite", (store, give) => {
      const asked = store.get(key) as IDBRequest<Kept[K] | undefined>;
      asked.onsuccess = () => {
        const next = how(asked.result);
        if (next === undefined) store.delete(key);
        else if (next !== asked.result) store.put(next, key);
        give(next);
      };
    });
  }
}

/** For a page whose browser keeps nothing: the report goes as long as the page is open. */
export class InMemory implements Store {
  private readonly items = new Map<string, OutboxItem>();
  private readonly parts = new Map<string, Map<number, ArrayBuffer>>();
  private readonly values = new Map<keyof Kept, unknown>();

  all(): Promise<OutboxItem[]> {
    return Promise.resolve([...this.items.values()].sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1)));
  }

  change(id: string, how: (item: OutboxItem | undefined) => OutboxItem | null | undefined): Promise<OutboxItem | null> {
    const before = this.items.get(id);
    const next = how(before);
    if (next === null) this.items.delete(id);
    else if (next !== undefined) this.items.set(id, next);
    return Promise.resolve(next === undefined ? (before ?? null) : next);
  }

  putPart(media: string, part: number, bytes: ArrayBuffer): Promise<void> {
    const known = this.parts.get(media) ?? new Map<number, ArrayBuffer>();
    this.parts.set(media, known.set(part, bytes));
    return Promise.resolve();
  }

  part(media: string, part: number): Promise<ArrayBuffer | null> {
    return Promise.resolve(this.parts.get(media)?.get(part) ?? null);
  }

  dropParts(media: string): Promise<void> {
    this.parts.delete(media);
    return Promise.resolve();
  }

  sweep(): Promise<void> { return Promise.resolve(); }

  kept<K extends keyof Kept>(key: K, how: (now: Kept[K] | undefined) => Kept[K] | undefined): Promise<Kept[K] | undefined> {
    const next = how(this.values.get(key) as Kept[K] | undefined);
    this.values.set(key, next);
    return Promise.resolve(next);
  }
}

let chosen: Promise<Store> | null = null;

async function choose(): Promise<Store> {
  const store = new InBrowser();
  try {
    await store.all();
  } catch {
    return new InMemory();
  }
  await house().settle(store).catch(() => undefined);
  return store;
}

/** The outbox of this browser. */
export function outbox(): Promise<Store> {
  chosen ??= choose();
  return chosen;
}

/** Keeps a file's bytes under `media`, part by part. Throws NoRoom, and leaves nothing behind. */
export async function keepBytes(store: Store, media: string, file: Blob): Promise<void> {
  try {
    for (let part = 0; part * PART < file.size || part === 0; part += 1) {
      await store.putPart(media, part, await file.slice(part * PART, (part + 1) * PART).arrayBuffer());
    }
  } catch (error) {
    await store.dropParts(media).catch(() => undefined);
    if (error instanceof DOMException && error.name === "QuotaExceededError") throw new NoRoom(file.size, null);
    throw error;
  }
}

/** The bytes `from`..`to` (not included); null when some of them are not there any more. */
export async function bytesOf(store: Store, media: string, from: number, to: number): Promise<Blob | null> {
  const found: ArrayBuffer[] = [];
  for (let part = Math.floor(from / PART); part * PART < to; part += 1) {
    const bytes = await store.part(media, part);
    if (bytes === null) return null;
    const start = part * PART;
    found.push(bytes.slice(Math.max(0, from - start), Math.min(bytes.byteLength, to - start)));
  }
  const blob = new Blob(found);
  return blob.size === to - from ? blob : null;
}
