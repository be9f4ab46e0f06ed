import { expect, it } from "vitest";

import { withExif } from "../../shared/exif-write";
import { InMemory } from "../../shared/outbox/store";
import { ServerTime } from "../../shared/server-time";
import { settleTime, takenUnsure } from "./shot-clock";

const TRUE = Date.parse("2026-11-30T02:00:00Z");
const DAY = 86_400_000;
const PLAIN = new Uint8Array([0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd9]);

it.each([[0, true], [3_600_000, false]])("a photo of the cellar gets the city's time before it goes, unless the phone slept for %i ms", async (slept, sure) => {
  let mono = 0;
  let wall = TRUE - DAY;
  const clock = new ServerTime(() => mono, () => wall);
  const store = new InMemory();
  const at = new Date(wall);
  const written = withExif(PLAIN, { at, offset: -at.getTimezoneOffset(), unsure: true });
  await store.putPart("photo", 0, written.buffer);
  takenUnsure("photo", clock.mark());
  await settleTime(store, { id: "photo" }, clock);
  expect(await store.part("photo", 0)).toEqual(written.buffer);
  mono += 600_000;
  wall += 600_000 + slept;
  clock.heard(TRUE + 600_000 + slept);
  await settleTime(store, { id: "photo" }, clock);
  const then = new Date(TRUE);
  const truth = withExif(PLAIN, { at: then, offset: -then.getTimezoneOffset() });
  expect(new Uint8Array((await store.part("photo", 0)) ?? new ArrayBuffer(0))).toEqual(sure ? truth : written);
});
