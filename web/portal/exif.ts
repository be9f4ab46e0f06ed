/** The GPS position a camera wrote into a JPEG or HEIC (Exif 2.32, section 4.6.6): read in the browser so that the map can show it at
 *  once. The server reads it again; this is only a hint. */

export interface Point { lon: number; lat: number }

const HEAD = 128 * 1024;
/** HEIC keeps its Exif among the pictures: phones write it before the large one. */
const HEIC_HEAD = 1024 * 1024;
const APP1 = 0xffe1;
const START_OF_SCAN = 0xffda;
const GPS_IFD = 0x8825;

/** The position in `file`, or null: no photo of a phone, no position, or zeros where the camera had no fix. */
export async function positionOf(file: Blob): Promise<Point | null> {
  let head = new DataView(await file.slice(0, HEAD).arrayBuffer());
  try {
    const heic = head.byteLength > 12 && head.getUint32(4) === 0x66747970;
    if (heic && file.size > HEAD) head = new DataView(await file.slice(0, HEIC_HEAD).arrayBuffer());
    const tiff = heic ? heicStart(head) : exifStart(head);
    return tiff === null ? null : gps(head, tiff);
  } catch (error) {
    // A truncated or hostile header points outside of the data.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** "Exif", two zeros, then the byte order and 42. */
function heicStart(data: DataView): number | null {
  for (let at = 12; at + 14 < data.byteLength; at += 1) {
    if (data.getUint8(at) !== 0x45 || data.getUint32(at) !== 0x45786966 || data.getUint16(at + 4) !== 0) continue;
    const order = data.getUint32(at + 6);
    if (order === 0x4d4d002a || order === 0x49492a00) return at + 6;
  }
  return null;
}

function exifStart(data: DataView): number | null {
  if (data.byteLength < 4 || data.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 4 < data.byteLength;) {
    const marker = data.getUint16(at);
    if (marker === APP1 && data.getUint32(at + 4) === 0x45786966) return at + 10;
    if (marker === START_OF_SCAN || marker < 0xff00) return null;
    at += 2 + data.getUint16(at + 2);
  }
  return null;
}

function gps(data: DataView, tiff: number): Point | null {
  const little = data.getUint16(tiff) === 0x4949;
  const short = (at: number): number => data.getUint16(tiff + at, little);
  const long = (at: number): number => data.getUint32(tiff + at, little);
  const entries = (directory: number): Map<number, number> => {
    const found = new Map<number, number>();
    for (let n = 0; n < Math.min(short(directory), 512); n += 1) found.set(short(directory + 2 + n * 12), directory + 2 + n * 12);
    return found;
  };
  const pointer = entries(long(4)).get(GPS_IFD);
  if (pointer === undefined) return null;
  const tags = entries(long(pointer + 8));
  const degrees = (letter: number, value: number, negative: string): number | null => {
    const sign = tags.get(letter);
    const number = tags.get(value);
    if (sign === undefined || number === undefined) return null;
    const at = long(number + 8);
    const part = (n: number): number => long(at + n * 8) / long(at + n * 8 + 4);
    const size = part(0) + part(1) / 60 + part(2) / 3600;
    return String.fromCharCode(data.getUint8(tiff + sign + 8)) === negative ? -size : size;
  };
  const lat = degrees(1, 2, "S");
  const lon = degrees(3, 4, "W");
  if (lat === null || lon === null || !(Math.abs(lat) <= 90) || !(Math.abs(lon) <= 180)) return null;
  return Math.abs(lat) < 0.0005 && Math.abs(lon) < 0.0005 ? null : { lon, lat };
}
