/** A camera in a page makes pictures that know neither when nor where they were taken. This writes both into a JPEG as a
 *  phone's own camera would (Exif 2.32), so that the city checks them like any other. Pure. */

/** `offset`: minutes east of UTC by the phone. `accuracy` in metres. `unsure`: `at` is by the phone's own clock, which may be
 *  wrong; then the offset is left blank, as Exif writes what is not known, and the time is a hint and no moment. */
export interface Taken { at: Date; offset: number; lon?: number; lat?: number; accuracy?: number; unsure?: boolean }

type Value = { type: 2; text: string } | { type: 4; number: number } | { type: 5; parts: readonly (readonly [number, number])[] };
type Entry = readonly [tag: number, value: Value];

const two = (n: number): string => String(n).padStart(2, "0");
const rational = (n: number, by: number): readonly [number, number] => [Math.round(n * by), by];

const BLANK = " ".repeat(6);

function clockOf({ at, offset, unsure }: Taken): [string, string] {
  const there = new Date(at.getTime() + offset * 60_000);
  const day = `${there.getUTCFullYear()}:${two(there.getUTCMonth() + 1)}:${two(there.getUTCDate())}`;
  const time = `${two(there.getUTCHours())}:${two(there.getUTCMinutes())}:${two(there.getUTCSeconds())}`;
  const far = Math.abs(offset);
  return [`${day} ${time}`, unsure === true ? BLANK : `${offset < 0 ? "-" : "+"}${two(Math.floor(far / 60))}:${two(far % 60)}`];
}

function angle(degrees: number): Value {
  const far = Math.abs(degrees);
  const minutes = (far - Math.floor(far)) * 60;
  return { type: 5, parts: [rational(Math.floor(far), 1), rational(Math.floor(minutes), 1), rational((minutes - Math.floor(minutes)) * 60, 10_000)] };
}

function place({ lon, lat, accuracy }: Taken): Entry[] {
  if (lon === undefined || lat === undefined) return [];
  const error: Entry[] = accuracy === undefined ? [] : [[0x1f, { type: 5, parts: [rational(accuracy, 10)] }]];
  return [
    [1, { type: 2, text: lat < 0 ? "S" : "N" }], [2, angle(lat)],
    [3, { type: 2, text: lon < 0 ? "W" : "E" }], [4, angle(lon)], ...error,
  ];
}

const bytesIn = (value: Value): number => (value.type === 2 ? value.text.length + 1 : value.type === 4 ? 4 : value.parts.length * 8);
const countOf = (value: Value): number => (value.type === 2 ? value.text.length + 1 : value.type === 4 ? 1 : value.parts.length);
const directoryBytes = (entries: readonly Entry[]): number => 2 + entries.length * 12 + 4;
const longBytes = (entries: readonly Entry[]): number => entries.reduce((sum, [, value]) => sum + (bytesIn(value) > 4 ? bytesIn(value) + (bytesIn(value) % 2) : 0), 0);

function writeText(view: DataView, at: number, text: string): void {
  for (let place = 0; place < text.length; place += 1) view.setUint8(at + place, text.charCodeAt(place));
}

function writeValue(view: DataView, at: number, value: Value): void {
  if (value.type === 4) view.setUint32(at, value.number);
  else if (value.type === 2) writeText(view, at, value.text);
  else value.parts.forEach(([over, under], place) => { view.setUint32(at + place * 8, over); view.setUint32(at + place * 8 + 4, under); });
}

/** One directory at `at` of the TIFF part; what is longer than four bytes lies right behind it. */
function writeDirectory(view: DataView, at: number, entries: readonly Entry[]): void {
  let behind = at + directoryBytes(entries);
  view.setUint16(at, entries.length);
  entries.forEach(([tag, value], place) => {
    const here = at + 2 + place * 12;
    view.setUint16(here, tag);
    view.setUint16(here + 2, value.type);
    view.setUint32(here + 4, countOf(value));
    if (bytesIn(value) <= 4) { writeValue(view, here + 8, value); return; }
    view.setUint32(here + 8, behind);
    writeValue(view, behind, value);
    behind += bytesIn(value) + (bytesIn(value) % 2);
  });
}

/** The APP1 segment that says it. */
export function exifSegment(taken: Taken): Uint8Array<ArrayBuffer> {
  const [time, offset] = clockOf(taken);
  const exif: Entry[] = [[0x9003, { type: 2, text: time }], [0x9011, { type: 2, text: offset }]];
  const gps = place(taken);
  const first = 8;
  const heads = 2;
  const exifAt = first + 2 + (gps.length > 0 ? heads : 1) * 12 + 4;
  const gpsAt = exifAt + directoryBytes(exif) + longBytes(exif);
  const root: Entry[] = [[0x8769, { type: 4, number: exifAt }], ...(gps.length > 0 ? [[0x8825, { type: 4, number: gpsAt }] as Entry] : [])];
  const tiff = gps.length > 0 ? gpsAt + directoryBytes(gps) + longBytes(gps) : gpsAt;
  const bytes = new Uint8Array(10 + tiff);
  const head = new DataView(bytes.buffer);
  head.setUint16(0, 0xffe1);
  head.setUint16(2, 8 + tiff);
  writeText(head, 4, "Exif");
  const view = new DataView(bytes.buffer, 10);
  view.setUint16(0, 0x4d4d);
  view.setUint16(2, 42);
  view.setUint32(4, first);
  writeDirectory(view, first, root);
  writeDirectory(view, exifAt, exif);
  if (gps.length > 0) writeDirectory(view, gpsAt, gps);
  return bytes;
}

/** The JPEG with that segment right behind its beginning. */
export function withExif(jpeg: Uint8Array, taken: Taken): Uint8Array<ArrayBuffer> {
  const segment = exifSegment(taken);
  const whole = new Uint8Array(jpeg.length + segment.length);
  whole.set(jpeg.subarray(0, 2));
  whole.set(segment, 2);
  whole.set(jpeg.subarray(2), 2 + segment.length);
  return whole;
}

/** Where the head of a JPEG of ours may hold its time. */
const HEAD = 256;
const UNSURE = new RegExp(`(\\d{4}:\\d\\d:\\d\\d \\d\\d:\\d\\d:\\d\\d)\\0${BLANK}\\0`);

/** The same bytes with the time they were taken at by a clock that can be believed, in place of an unsure one of ours; null
 *  where there is none. As long as before: the city may already know how long it is. */
export function withTime(jpeg: Uint8Array, taken: Pick<Taken, "at" | "offset">): Uint8Array<ArrayBuffer> | null {
  const found = UNSURE.exec(String.fromCharCode(...jpeg.subarray(0, HEAD)));
  if (found === null) return null;
  const whole = new Uint8Array(jpeg);
  writeText(new DataView(whole.buffer), found.index, clockOf(taken).join("\0"));
  return whole;
}
