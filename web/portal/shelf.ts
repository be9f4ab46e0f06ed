/** The photos, films and voice note of the draft: kept by the browser at once, shown from its store again after a restart. */
import { addMedia, blobOf, NoRoom, removeMedia, type Draft, type MediaKind, type OutboxMedia } from "./outbox";

export interface Held {
  file: Blob;
  name: string;
  kind: MediaKind;
  seconds: number | null;
  /** Null while the browser is still writing it down. */
  kept: OutboxMedia | null;
}

/** Tells of every change; `refused` is called with a file the browser has no room for. */
export class Shelf {
  list: Held[] = [];
  private line: Promise<void> = Promise.resolve();

  constructor(private draft: () => Draft, private readonly changed: () => void, private readonly refused: (held: Held, free: number | null) => void) {}

  of(...kinds: MediaKind[]): Held[] { return this.list.filter((held) => kinds.includes(held.kind)); }

  /** Shows it now and writes it down in its turn, so that the order chosen is the order kept. */
  add(file: File, kind: MediaKind, seconds: number | null = null): void {
    const held: Held = { file, name: file.name, kind, seconds, kept: null };
    this.list.push(held);
    this.changed();
    this.line = this.line.then(async () => {
      try {
        held.kept = await addMedia(this.draft(), file, kind);
        if (!this.list.includes(held)) await removeMedia(this.draft(), held.kept);
      } catch (error) {
        this.list = this.list.filter((one) => one !== held);
        this.refused(held, error instanceof NoRoom ? error.free : null);
      }
      this.changed();
    });
  }

  remove(held: Held): void {
    this.list = this.list.filter((one) => one !== held);
    if (held.kept !== null) {
      const kept = held.kept;
      this.line = this.line.then(() => removeMedia(this.draft(), kept));
    }
    this.changed();
  }

  /** What the draft held before; bytes the browser has lost are left out. */
  async restore(): Promise<void> {
    const found = await Promise.all(this.draft().media.map(async (kept): Promise<Held | null> => {
      const file = await blobOf(kept).catch(() => null);
      return file === null ? null : { file, name: kept.name, kind: kept.kind, seconds: null, kept };
    }));
    this.list = found.filter((one) => one !== null);
    this.changed();
  }

  /** Everything is written down; gives what was. */
  async settled(): Promise<OutboxMedia[]> {
    await this.line;
    return this.list.map((held) => held.kept).filter((kept) => kept !== null);
  }
}
