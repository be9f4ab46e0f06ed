import { expect, it } from "vitest";

import { positionOf } from "../portal/exif";
import { exifSegment, withExif, withTime } from "./exif-write";

const PLAIN = new Uint8Array([0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd9]);
const AT = new Date("2026-11-30T05:06:07Z");

it.each([[107.08431, 10.34602], [-70.5, -33.25], [0.5, -0.25]])("writes a position that is read again: %f, %f", async (lon, lat) => {
  const found = await positionOf(new Blob([withExif(PLAIN, { at: AT, offset: 420, lon, lat, accuracy: 8.5 })]));
  expect(found?.lon).toBeCloseTo(lon, 5);
  expect(found?.lat).toBeCloseTo(lat, 5);
});

it("says the time by the phone's clock, with its offset", () => {
  const text = String.fromCharCode(...exifSegment({ at: AT, offset: 420 }));
  expect(text).toContain("2026:11:30 12:06:07");
  expect(text).toContain("+07:00");
  expect(String.fromCharCode(...exifSegment({ at: AT, offset: -210 }))).toContain("-03:30");
});

it("claims no position where there was none, and leaves the picture as it is", async () => {
  const made = withExif(PLAIN, { at: AT, offset: 0 });
  expect(await positionOf(new Blob([made]))).toBeNull();
  expect([...made.subarray(made.length - PLAIN.length + 2)]).toEqual([...PLAIN.subarray(2)]);
});

it.each([{}, { lon: 107.1, lat: 10.3, accuracy: 8 }])("says of an unsure clock no offset, and takes the true time in its place without growing", (place) => {
  const unsure = withExif(PLAIN, { at: AT, offset: 420, unsure: true, ...place });
  expect(String.fromCharCode(...unsure)).toContain("2026:11:30 12:06:07\0      \0");
  const later = new Date(AT.getTime() + 3_600_000);
  const sure = withTime(unsure, { at: later, offset: 420 });
  expect(sure).toEqual(withExif(PLAIN, { at: later, offset: 420, ...place }));
  expect(withTime(sure as Uint8Array, { at: AT, offset: 420 })).toBeNull();
});
