/** Photos taken before this page knew the city's time: they lie on the phone with the phone's own, as a hint. Once the city is
 *  heard by the same page, and the phone neither slept nor was set meanwhile, they get the true time before they are sent. */
import { withTime } from "../../shared/exif-write";
import type { Store } from "../../shared/outbox/store";
import { serverTime, type Mark } from "../../shared/server-time";

const marks = new Map<string, Mark>();

/** A medium that was taken at this moment, with a time nobody can swear to. */
export function takenUnsure(media: string, mark: Mark): void {
  marks.set(media, mark);
}

/** Before the first of its bytes go: the true time where it is known, and otherwise what was written stays a hint. */
export async function settleTime(store: Store, media: { id: string }, clock = serverTime): Promise<void> {
  const mark = marks.get(media.id);
  if (mark === undefined) return;
  const when = clock.when(mark);
  const head = when === null ? null : await store.part(media.id, 0);
  if (when === null || head === null) return;
  const at = new Date(when);
  const whole = withTime(new Uint8Array(head), { at, offset: -at.getTimezoneOffset() });
  if (whole !== null) await store.putPart(media.id, 0, whole.buffer);
  marks.delete(media.id);
}
