import { describe, expect, it } from "vitest";

import { asNewDevice, PIECE, plan, sealed, settle, withoutBytes, type Answer, type Step } from "./machine";
import { made } from "./made";
import type { OutboxItem, OutboxMedia, Problem } from "./types";

const NOW = 1_800_000_000_000;
const MOMENT = { now: NOW, chance: 0.5 };
const FIELDS = { category: "road-pothole", description: "Ổ gà", location: { lon: 107.08, lat: 10.34 }, answers: {}, anonymous: false };

function answer(status: number, more: Partial<Answer> = {}): Answer {
  return { status, problem: null, retryAfterS: null, located: null, offset: null, json: null, tookMs: 100, ...more };
}

function problem(status: number, slug: string, ...pointers: string[]): Problem {
  return { type: `/problems/${slug}`, title: slug, status, errors: pointers.map((pointer) => ({ pointer, detail: "…" })) };
}

function photo(name: string, size = 700_000): OutboxMedia {
  return made.media({ name, type: "image/jpeg", size }, "image", []);
}

function queued(...media: OutboxMedia[]): OutboxItem {
  return { ...made.draft("11111111-1111-4111-8111-111111111111"), stage: "queued", fields: FIELDS, media, capturedAt: "2026-11-20T07:30:00.000Z" };
}

/** Plans and settles with `reply` until the item waits or rests; gives what was done. */
function go(item: OutboxItem, reply: (step: Step) => Answer): { item: OutboxItem; steps: Step["do"][] } {
  const steps: Step["do"][] = [];
  for (let n = 0; n < 200; n += 1) {
    const step = plan(item, NOW);
    if (step.do === "rest" || step.do === "wait") return { item, steps };
    steps.push(step.do);
    item = step.do === "seal" ? sealed(item) : settle(item, step, reply(step), MOMENT);
  }
  throw new Error(`no end: ${steps.slice(0, 20).join(" ")}`);
}

let uploads = 0;
function good(step: Step): Answer {
  if (step.do === "reserve") return answer(201, { located: `up${(uploads += 1)}` });
  if (step.do === "post") return answer(201, { json: { code: "HT7" } });
  if (step.do === "push") return answer(204, { offset: step.to });
  if (step.do === "look") return answer(200, { offset: step.media.offset });
  return answer(200, { json: {} });
}

describe("the way to the city", () => {
  it("tells at once what the city cannot take any more, and keeps it", () => {
    const { item, steps } = go(queued(photo("a.jpg")), (step) => (step.do === "post" ? answer(409, { problem: problem(409, "not-now") }) : good(step)));
    expect(steps).toEqual(["reserve", "seal", "post"]);
    expect([item.stage, item.problem?.type, item.media[0]?.state]).toEqual(["rejected", "/problems/not-now", "going"]);
  });

  it("names uploads, sends the words, and only then bytes", () => {
    const { item, steps } = go(queued(photo("a.jpg"), photo("b.jpg", 10)), good);
    expect(steps).toEqual(["reserve", "reserve", "seal", "post", "push", "push", "push"]);
    expect(item.stage).toBe("done");
    expect(item.code).toBe("HT7");
    expect(item.media.map((media) => [media.state, media.offset])).toEqual([["done", 700_000], ["done", 10]]);
  });

  it("is done with the words where there are no media", () => {
    const { item, steps } = go(queued(), good);
    expect(steps).toEqual(["seal", "post"]);
    expect(item.stage).toBe("done");
  });

  it("sends byte for byte the same body however often", () => {
    const bodies: string[] = [];
    let item = queued(photo("a.jpg"));
    for (let at = NOW; bodies.length < 5; at += 3600_000) {
      const step = plan(item, at);
      if (step.do === "post") bodies.push(step.body);
      item = step.do === "seal" ? sealed(item) : settle(item, step, step.do === "post" ? answer(0) : good(step), { now: at, chance: 1 });
    }
    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(bodies[0] ?? "")).toEqual({ ...FIELDS, captured_at: "2026-11-20T07:30:00.000Z", media: [item.media[0]?.upload] });
  });

  it("does not wait for a place for bytes: the words go, the photo is added afterwards", () => {
    for (const status of [429, 503, 500, 409]) {
      let accepted = false;
      const { item, steps } = go(queued(photo("a.jpg", 10)), (step) => {
        accepted ||= step.do === "post";
        return step.do === "reserve" && !accepted ? answer(status, { retryAfterS: 60 }) : good(step);
      });
      expect(steps).toEqual(["reserve", "seal", "post", "reserve", "attach", "push"]);
      expect(item.stage).toBe("done");
    }
  });

  it("reserves again what expired before the words went, under the same key", () => {
    let told = false;
    const { item, steps } = go(queued(photo("a.jpg", 10), photo("b.jpg", 10)), (step) => {
      if (step.do !== "post" || told) return good(step);
      told = true;
      return answer(422, { problem: problem(422, "bad-input", "/media/1") });
    });
    expect(steps.slice(0, 7)).toEqual(["reserve", "reserve", "seal", "post", "reserve", "seal", "post"]);
    expect(item.stage).toBe("done");
    expect(item.id).toBe("11111111-1111-4111-8111-111111111111");
  });

  it("stops asking for a place the server will not accept, and still sends the words", () => {
    const { item, steps } = go(queued(photo("a.jpg", 10)), (step) => (
      step.do === "post" && (JSON.parse(step.body) as { media: string[] }).media.length > 0 ? answer(422, { problem: problem(422, "bad-input", "/media/0") }) : good(step)));
    expect(item.stage).toBe("done");
    expect(steps.filter((step) => step === "post").length).toBeLessThan(7);
    expect(steps).toContain("attach");
  });
});

/** An item in front of each step that speaks to the server. */
const BEFORE: Record<"reserve" | "post" | "attach" | "compare" | "look" | "push", OutboxItem> = {
  reserve: queued(photo("a.jpg")),
  post: sealed(queued(going(photo("a.jpg")))),
  attach: accepted({ ...going(photo("a.jpg")), attached: false }),
  compare: accepted({ ...going(photo("a.jpg")), state: "gone" }),
  look: accepted({ ...going(photo("a.jpg")), sure: false }),
  push: accepted(going(photo("a.jpg"))),
};

function going(media: OutboxMedia): OutboxMedia {
  return { ...media, state: "going", upload: "up", sure: true, attached: true };
}

function accepted(media: OutboxMedia): OutboxItem {
  return { ...sealed(queued(media)), stage: "uploading", code: "HT7", media: [media] };
}

const STATUSES = [0, 200, 201, 204, 400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 415, 422, 423, 425, 429, 460, 500, 502, 503, 504, 507];

describe.each(Object.keys(BEFORE) as (keyof typeof BEFORE)[])("every answer to %s", (name) => {
  const before = BEFORE[name];
  const step = plan(before, NOW);

  it("is the step it should be", () => {
    expect(step.do).toBe(name);
  });

  it.each(STATUSES)("%i again and again leaves the report whole and never spins", (status) => {
    const { item } = go(before, (next) => (next.do === name ? answer(status) : good(next)));
    expect([item.id, item.fields, item.media.length]).toEqual([before.id, before.fields, 1]);
    expect(item.stage === "rejected" || item.stage === "done" || item.notBefore > NOW).toBe(true);
  });

  it.each([0, 408, 423, 425, 500, 502, 504])("%i is tried again, later each time and at last every five minutes", (status) => {
    let item = before;
    const waits: number[] = [];
    for (let n = 0; n < 14; n += 1) {
      const again = plan(item, Number.MAX_SAFE_INTEGER);
      if (again.do === "look" && name === "push") { item = settle(item, again, answer(200, { offset: 0 }), MOMENT); continue; }
      if (again.do !== name) break;
      item = settle(item, again, answer(status), MOMENT);
      waits.push(item.notBefore - NOW);
    }
    // Without a place the words go first; everything else waits.
    if (name !== "reserve" || status === 0) {
      expect(Math.max(...waits)).toBeLessThanOrEqual(300_000);
      expect([...waits].sort((one, other) => one - other)).toEqual(waits);
      expect(item.stage).not.toBe("rejected");
    }
  });

  it("waits as long as the server wishes, and no wish of the network cuts that short", () => {
    const item = settle(accepted({ ...photo("a.jpg"), state: "late" }), { do: "reserve", media: before.media[0] ?? photo("x") }, answer(429, { retryAfterS: 30 }), MOMENT);
    expect(item.notBefore).toBeGreaterThanOrEqual(NOW + 30_000);
    expect(plan(item, NOW + 1000, true).do).toBe("wait");
    expect(plan({ ...item, waits: "network" }, NOW + 1000, true).do).toBe("reserve");
  });

  it("401 never condemns a report", () => {
    let item = before;
    for (let n = 0; n < 50; n += 1) item = settle(item, plan(item, Number.MAX_SAFE_INTEGER), answer(401), MOMENT);
    expect(item.stage).not.toBe("rejected");
    expect(item.media[0]?.state).not.toBe("refused");
  });
});

describe("refusals", () => {
  it.each([400, 404, 413, 415, 422])("%i to the words rejects the report with its reason, and keeps it", (status) => {
    const after = settle(BEFORE.post, plan(BEFORE.post, NOW), answer(status, { problem: problem(status, "bad-input", "/category") }), MOMENT);
    expect(after.stage).toBe("rejected");
    expect(after.problem?.errors?.[0]?.pointer).toBe("/category");
    expect(after.media[0]?.state).toBe("going");
    expect(plan(after, NOW + 1e9, true).do).toBe("rest");
  });

  it("an answer that says yes without a code is asked again", () => {
    expect(settle(BEFORE.post, plan(BEFORE.post, NOW), answer(200, { json: {} }), MOMENT).stage).toBe("sending");
  });

  it.each([400, 413, 415])("%i to a medium leaves it out and the report goes on", (status) => {
    const { item } = go(queued(photo("a.jpg"), photo("b.jpg", 10)), (step) => (
      step.do === "reserve" && step.media.name === "a.jpg" ? answer(status, { problem: problem(status, "too-large") }) : good(step)));
    expect(item.stage).toBe("done");
    expect(item.media.map((media) => media.state)).toEqual(["refused", "done"]);
    expect(item.media[0]?.problem?.status).toBe(status);
  });

  it("a closed report takes no more media", () => {
    const after = settle(BEFORE.attach, plan(BEFORE.attach, NOW), answer(409, { problem: problem(409, "not-now") }), MOMENT);
    expect(after.stage).toBe("done");
    expect(after.media[0]?.state).toBe("refused");
  });

  it("bytes the browser has lost are said to be lost", () => {
    const after = withoutBytes(BEFORE.push, BEFORE.push.media[0]?.id ?? "");
    expect(after.media[0]?.problem?.title).toBe("bytes-lost");
    expect(after.stage).toBe("done");
  });

  it("a new device reserves anew, but what the city has stays", () => {
    expect(asNewDevice(BEFORE.post).media[0]).toMatchObject({ state: "waiting", upload: null, named: false });
    expect(asNewDevice(BEFORE.post).sealed).toBeNull();
    expect(asNewDevice(BEFORE.push)).toBe(BEFORE.push);
  });
});

describe("pieces", () => {
  it("grow on a quick line, shrink on a broken one, and stay within bounds", () => {
    let item = { ...BEFORE.push, media: [{ ...going(photo("f.mp4", 100e6)), sure: true }] };
    for (let n = 0; n < 5; n += 1) item = settle(item, plan(item, NOW), good(plan(item, NOW)), MOMENT);
    expect(item.piece).toBe(PIECE.most);
    for (let n = 0; n < 9; n += 1) {
      item = settle(item, plan(item, NOW + 1e9), answer(0), MOMENT);
      expect(plan(item, NOW + 1e9).do).toBe("look");
      item = settle(item, plan(item, NOW + 1e9), answer(200, { offset: item.media[0]?.offset ?? 0 }), MOMENT);
    }
    expect(item.piece).toBe(PIECE.least);
  });

  it("a line that breaks but always brings something never waits long", () => {
    let item = accepted(going(photo("f.mp4", 3_000_000)));
    let reached = 0;
    let longest = 0;
    let at = NOW;
    while (item.stage !== "done") {
      const step = plan(item, at);
      if (step.do === "wait") { longest = Math.max(longest, step.until - at); at = step.until; continue; }
      if (step.do === "push") {
        reached += 40_000;
        item = settle(item, step, answer(0), { now: at, chance: 1 });
      } else item = settle(item, step, answer(200, { offset: Math.min(reached, 3_000_000) }), { now: at, chance: 1 });
    }
    expect(longest).toBeLessThanOrEqual(1000);
  });

  it("an upload that is gone is compared with what the city shows before it goes again", () => {
    const gone = settle(BEFORE.push, plan(BEFORE.push, NOW), answer(404), MOMENT);
    expect(plan(gone, NOW).do).toBe("compare");
    const there = settle(gone, plan(gone, NOW), answer(200, { json: { media: [{ name: "a.jpg", state: "ready" }] } }), MOMENT);
    expect(there.stage).toBe("done");
    const away = settle(gone, plan(gone, NOW), answer(200, { json: { media: [{ name: "a.jpg", state: "refused", refusal: { code: "never-arrived" } }] } }), MOMENT);
    expect(plan(away, NOW).do).toBe("reserve");
    expect(go(away, good).steps).toEqual(["reserve", "attach", "push", "push"]);
  });
});

/** A city as far as the phone sees it, behind a line that loses requests and answers at will. */
class City {
  readonly reports = new Map<string, { body: string; code: string; media: string[] }>();
  readonly uploads = new Map<string, { size: number; bytes: number }>();

  constructor(private readonly random: () => number) {}

  hear(step: Step, key: string): Answer {
    if (this.random() < 0.25) return answer(0);
    const said = this.answerTo(step, key);
    return this.random() < 0.25 ? answer(0) : said;
  }

  private answerTo(step: Step, key: string): Answer {
    switch (step.do) {
      case "reserve": return this.reserve(step.media.size);
      case "post": return this.post(key, step.body);
      case "attach": return this.attach(step.uploads);
      case "look": return this.look(step.media.upload ?? "");
      case "push": return this.push(step.media.upload ?? "", step.from, step.to);
      default: return answer(200, { json: { media: [] } });
    }
  }

  private reserve(size: number): Answer {
    if (this.random() < 0.2) return answer(429, { retryAfterS: 1 });
    const id = `u${this.uploads.size}`;
    this.uploads.set(id, { size, bytes: 0 });
    return answer(201, { located: id });
  }

  private post(key: string, body: string): Answer {
    const there = this.reports.get(key);
    if (there !== undefined) return there.body === body ? answer(200, { json: { code: there.code } }) : answer(422, { problem: problem(422, "key-reused") });
    this.reports.set(key, { body, code: `C${this.reports.size}`, media: (JSON.parse(body) as { media: string[] }).media });
    return answer(201, { json: { code: this.reports.get(key)?.code } });
  }

  private attach(uploads: readonly string[]): Answer {
    const [report] = this.reports.values();
    for (const id of uploads) if (report !== undefined && !report.media.includes(id)) report.media.push(id);
    return answer(200, { json: {} });
  }

  private look(id: string): Answer {
    const upload = this.uploads.get(id);
    return upload === undefined ? answer(404) : answer(200, { offset: upload.bytes });
  }

  private push(id: string, from: number, to: number): Answer {
    const upload = this.uploads.get(id);
    if (upload === undefined) return answer(404);
    if (from !== upload.bytes) return answer(409, { problem: problem(409, "upload-offset-conflict") });
    const reached = this.random() < 0.5 ? to : from + Math.floor((to - from) * this.random());
    upload.bytes = reached;
    return reached === to ? answer(204, { offset: reached }) : answer(0);
  }
}

function mulberry(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

it.each(Array.from({ length: 300 }, (_, seed) => seed))("on any line exactly one report with all its media arrives (%i)", (seed) => {
  const random = mulberry(seed);
  const city = new City(random);
  let item = queued(photo("a.jpg", 900_000), photo("b.jpg", 1), photo("c.mp4", 2_500_000));
  let at = NOW;
  for (let n = 0; item.stage !== "done"; n += 1) {
    expect(n).toBeLessThan(2000);
    const step = plan(item, at);
    if (step.do === "wait") { at = step.until; continue; }
    item = step.do === "seal" ? sealed(item) : settle(item, step, city.hear(step, item.id), { now: at, chance: random() });
  }
  expect(city.reports.size).toBe(1);
  const [report] = city.reports.values();
  // What could have no place before the words went comes after the others.
  expect(new Set(report?.media)).toEqual(new Set(item.media.map((media) => media.upload)));
  expect(report?.media.map((id) => city.uploads.get(id)?.bytes).sort()).toEqual([1, 2_500_000, 900_000]);
});
