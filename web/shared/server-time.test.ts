import { describe, expect, it } from "vitest";

import { ServerTime } from "./server-time";

const DAY = 86_400_000;
const TRUE = Date.parse("2026-07-01T08:00:00Z");

function page(wrongBy: number): { time: ServerTime; pass: (ms: number) => void; sleep: (ms: number) => void; set: (ms: number) => void } {
  let mono = 1000;
  let wall = TRUE + wrongBy;
  return {
    time: new ServerTime(() => mono, () => wall),
    pass: (ms) => { mono += ms; wall += ms; },
    sleep: (ms) => { wall += ms; },
    set: (ms) => { wall += ms; },
  };
}

describe("server time", () => {
  it("is right although the browser's clock is wrong by a day, either way", () => {
    for (const wrong of [DAY, -DAY]) {
      const { time, pass } = page(wrong);
      expect(time.now()).toBe(TRUE + wrong);
      time.heard(TRUE);
      pass(90_000);
      expect(time.now()).toBe(TRUE + 90_000);
    }
  });

  it("does not follow somebody who sets the clock during the shift, but asks again", () => {
    const { time, pass, set } = page(0);
    time.heard(TRUE);
    pass(1000);
    set(DAY);
    expect(time.now()).toBe(TRUE + 1000);
    expect(time.slept()).toBe(true);
    expect(time.slept()).toBe(false);
  });

  it("says of a moment before the server was heard when it was, and swears to none that a sleep or a hand lies behind", () => {
    const { time, pass, sleep, set } = page(-DAY);
    const offline = time.mark();
    expect(time.when(offline)).toBeNull();
    pass(600_000);
    time.heard(TRUE + 600_000);
    expect(time.when(offline)).toBe(TRUE);
    expect(time.when(time.mark())).toBe(TRUE + 600_000);
    sleep(60_000);
    expect(time.when(time.mark())).toBeNull();
    expect(time.slept()).toBe(true);
    expect(time.when(time.mark())).toBeNull();
    time.heard(TRUE + 660_000);
    expect(time.when(time.mark())).toBe(TRUE + 660_000);
    expect(time.when(offline)).toBeNull();
    const set_after = time.mark();
    set(-DAY);
    time.heard(TRUE + 660_000);
    expect(time.when(set_after)).toBeNull();
  });

  it("notices that the machine has slept", () => {
    const { time, pass, sleep } = page(0);
    expect(time.slept()).toBe(false);
    time.heard(TRUE);
    pass(1000);
    expect(time.slept()).toBe(false);
    sleep(600_000);
    expect(time.slept()).toBe(true);
  });

  it("takes a date without fractions only for want of a better word, or when it contradicts it", () => {
    const { time } = page(DAY);
    time.heardHeader(new Date(TRUE).toUTCString());
    expect(time.now()).toBe(TRUE + 500);
    time.heard(TRUE + 120);
    time.heardHeader(new Date(TRUE).toUTCString());
    expect(time.now()).toBe(TRUE + 120);
    time.heardHeader(new Date(TRUE + 60_000).toUTCString());
    expect(time.now()).toBe(TRUE + 60_500);
    time.heardHeader("no date");
    time.heardHeader(null);
    time.heard(NaN);
    expect(time.now()).toBe(TRUE + 60_500);
  });
});
