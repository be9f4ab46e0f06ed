import { describe, expect, it } from "vitest";

import { clock, kindOf, megabytes } from "./film-check";

describe("kindOf", () => {
  it("goes by the type", () => {
    expect(kindOf({ type: "image/heic", name: "x" })).toBe("image");
    expect(kindOf({ type: "video/3gpp", name: "x" })).toBe("video");
    expect(kindOf({ type: "audio/amr", name: "x" })).toBe("audio");
    expect(kindOf({ type: "image/svg+xml", name: "x.jpg" })).toBeNull();
    expect(kindOf({ type: "application/pdf", name: "x.jpg" })).toBeNull();
  });

  it("goes by the name where the phone gives no type", () => {
    expect(kindOf({ type: "", name: "IMG_0001.HEIC" })).toBe("image");
    expect(kindOf({ type: "application/octet-stream", name: "clip.MOV" })).toBe("video");
    expect(kindOf({ type: "", name: "note.m4a" })).toBe("audio");
    expect(kindOf({ type: "", name: "no ending" })).toBeNull();
  });
});

it("says lengths and sizes as people do", () => {
  expect([0.4, 5, 65.2, 600].map(clock)).toEqual(["0:00", "0:05", "1:05", "10:00"]);
  expect([1, 1_500_000, 209_715_200].map(megabytes)).toEqual([1, 1, 200]);
});
