import { describe, expect, it } from "vitest";

import { positionOf } from "./exif";

/** A JPEG header with an Exif block that holds one GPS directory, in either byte order. */
function jpeg(little: boolean, lat: [number, number, number], lon: [number, number, number], signs: string): Blob {
  const tiff = new DataView(new ArrayBuffer(200));
  const short = (at: number, value: number): void => tiff.setUint16(at, value, little);
  const long = (at: number, value: number): void => tiff.setUint32(at, value, little);
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d);
  short(2, 42); long(4, 8);
  short(8, 1); short(10, 0x8825); short(12, 4); long(14, 1); long(18, 26);
  short(26, 4);
  const entry = (n: number, tag: number, type: number, count: number): number => { const at = 28 + n * 12; short(at, tag); short(at + 2, type); long(at + 4, count); return at + 8; };
  tiff.setUint8(entry(0, 1, 2, 2), signs.charCodeAt(0));
  long(entry(1, 2, 5, 3), 100);
  tiff.setUint8(entry(2, 3, 2, 2), signs.charCodeAt(1));
  long(entry(3, 4, 5, 3), 124);
  [...lat, ...lon].forEach((value, n) => { long(100 + n * 8, Math.round(value * 100)); long(104 + n * 8, 100); });
  const head = new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0, 208, 0x45, 0x78, 0x69, 0x66, 0, 0]);
  return new Blob([head, tiff.buffer, new Uint8Array([0xff, 0xda])]);
}

describe("positionOf", () => {
  it("reads both byte orders and all four signs", async () => {
    for (const little of [true, false]) {
      const point = await positionOf(jpeg(little, [10, 20, 45.6], [107, 5, 3.48], "NE"));
      expect(point?.lat).toBeCloseTo(10.346, 4);
      expect(point?.lon).toBeCloseTo(107.0843, 4);
      const south = await positionOf(jpeg(little, [10, 20, 45.6], [107, 5, 3.48], "SW"));
      expect(south?.lat).toBeCloseTo(-10.346, 4);
      expect(south?.lon).toBeCloseTo(-107.0843, 4);
    }
  });

  it("finds it in a HEIC, also behind the first part of the file, and survives one cut anywhere", async () => {
    const block = (await jpeg(false, [10, 20, 45.6], [107, 5, 3.48], "NE").arrayBuffer()).slice(6);
    const box = new Uint8Array([0, 0, 0, 24, ...new TextEncoder().encode("ftypheic")]);
    for (const before of [40, 300_000]) {
      const point = await positionOf(new Blob([box, new Uint8Array(before), block]));
      expect(point?.lat).toBeCloseTo(10.346, 4);
    }
    const whole = new Uint8Array(await new Blob([box, new Uint8Array(40), block]).arrayBuffer());
    for (let cut = 0; cut < 200; cut += 1) expect(await positionOf(new Blob([whole.slice(0, cut)]))).toBeNull();
  });

  it("takes zeros for no fix and absurd degrees for nothing", async () => {
    expect(await positionOf(jpeg(true, [0, 0, 0], [0, 0, 0], "NE"))).toBeNull();
    expect(await positionOf(jpeg(true, [91, 0, 0], [10, 0, 0], "NE"))).toBeNull();
  });

  it("survives what is no JPEG, and a header cut anywhere", async () => {
    expect(await positionOf(new Blob([]))).toBeNull();
    expect(await positionOf(new Blob(["not a picture at all"]))).toBeNull();
    const whole = new Uint8Array(await jpeg(true, [10, 0, 0], [107, 0, 0], "NE").arrayBuffer());
    for (let cut = 0; cut < 150; cut += 1) expect(await positionOf(new Blob([whole.slice(0, cut)]))).toBeNull();
  });
});
