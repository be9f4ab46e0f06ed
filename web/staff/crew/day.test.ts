import { beforeEach, describe, expect, it, vi } from "vitest";

import { made } from "../../shared/outbox/made";
import { outbox } from "../../shared/outbox/store";
import "./crew-house";
import { beforePicture, forgetDay, freshDay, keptDay, PHOTOS } from "./day";
import type { Stop } from "./stops";

const SAID = "Cán bộ tiếp dân đòi tiền";

function stop(id: string, restricted: boolean): Stop {
  const photo = (role: "report" | "work"): Stop["media"][number] => ({ id: `${role}-${id}`, role, kind: "image", state: "ready", small: `/m/${role}-${id}`, large: `/m/${role}-${id}` }) as unknown as Stop["media"][number];
  return {
    id, what: "Đến xem", note: null, due_at: null, state: "done", position: null, result: { words: SAID, at: "2026-11-30T02:00:00Z", by: "Tổ 1" }, media: [photo("work")],
    case: { code: id, category: "x", category_name: "X", description: SAID, place: null, area: null, location: { lon: 107, lat: 10 }, due_at: null, urgency: "normal", restricted, media: [photo("report")] },
  };
}

/** The browser's own cache storage, as far as the page uses it. */
class Kept {
  readonly all = new Map<string, Map<string, Response>>();

  open(name: string): Promise<unknown> {
    const cache = this.all.get(name) ?? new Map<string, Response>();
    this.all.set(name, cache);
    return Promise.resolve({
      keys: () => Promise.resolve([...cache.keys()].map((path) => ({ url: `https://city.test${path}` }))),
      match: (path: string) => Promise.resolve(cache.get(path)),
      put: (path: string, answer: Response) => { cache.set(path, answer); return Promise.resolve(); },
      delete: (request: { url: string }) => Promise.resolve(cache.delete(new URL(request.url).pathname)),
    });
  }

  match(path: string, { cacheName }: { cacheName: string }): Promise<Response | undefined> {
    return Promise.resolve(this.all.get(cacheName)?.get(path)?.clone());
  }

  delete(name: string): Promise<boolean> { return Promise.resolve(this.all.delete(name)); }
}

describe("what a crew's phone keeps", () => {
  const kept = new Kept();
  const asked: string[] = [];
  const stops = [stop("open", false), stop("guarded", true)];

  beforeEach(async () => {
    asked.length = 0;
    vi.stubGlobal("self", globalThis);
    vi.stubGlobal("caches", kept);
    vi.stubGlobal("localStorage", { removeItem: () => undefined });
    vi.stubGlobal("document", { cookie: "hientruong_csrf=abc" });
    vi.stubGlobal("fetch", (path: string) => {
      asked.push(path);
      return Promise.resolve(path.startsWith("/api/") ? Response.json({ day: "2026-11-30", crew: null, stops }) : new Response("picture"));
    });
    const store = await outbox();
    for (const [id, stage, about] of [["sent", "done", "guarded"], ["sent-too", "done", "open"], ["waits", "queued", "guarded"]] as const) {
      await store.change(id, () => ({ ...made.draft(id), stage, about, by: "crew", fields: { state: "done", words: SAID } }));
    }
    await freshDay("crew");
    await vi.waitFor(() => expect(kept.all.get(PHOTOS)?.size).toBe(1));
  });

  it("of the restricted lane neither what was said nor a picture nor what was told", async () => {
    const day = await keptDay("crew");
    expect(day?.day.stops.map((one) => [one.id, one.case.description, one.result?.words, one.media.length + one.case.media.length]))
      .toEqual([["open", SAID, SAID, 2], ["guarded", "", undefined, 0]]);
    expect(asked).not.toContain("/m/report-guarded");
    expect([...(kept.all.get(PHOTOS)?.keys() ?? [])]).toEqual(["/agency/before/report-open"]);
    // On the screen, with a network, it is whole; the picture comes from the city each time.
    expect(await beforePicture(stops[1] as Stop)).toBe("/m/report-guarded");
    // What was told of it and has arrived is gone as well; what was not sent yet is not lost.
    expect((await (await outbox()).all()).map((item) => item.id).sort()).toEqual(["sent-too", "waits"]);
  });

  it("nothing to anybody else, and nothing after signing out but what was not sent", async () => {
    expect(await keptDay("other")).toBeNull();
    await forgetDay();
    const store = await outbox();
    expect(await keptDay("crew")).toBeNull();
    expect(await store.kept("account", (now) => now)).toBeUndefined();
    expect(kept.all.size).toBe(0);
    expect((await store.all()).map((item) => item.id)).toEqual(["waits"]);
  });
});
