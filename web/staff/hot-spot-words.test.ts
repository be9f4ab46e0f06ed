import { expect, it } from "vitest";

import { bodyOf, decisionOf, ME, type HotSpot } from "./hot-spot-words";

const SPOT = {
  code: "DN234678", version: 3, state: "open", category: "pothole", category_name: "Ổ gà", category_name_en: "Pothole", area: null, location: { lon: 107, lat: 10 }, radius_m: 20,
  cases: 4, open_cases: 1, public_cases: 4, first_at: "2026-11-01T00:00:00Z", last_at: "2026-11-20T00:00:00Z", recurrences: 0, owner_agency: null, owner_account: null, owner_name: null, plan: null, target_on: null, done_at: null,
} satisfies HotSpot;

it("sends what it was told when nothing was changed", () => {
  for (const owner of [{}, { owner_agency: "roads" }, { owner_account: "leader" }]) {
    const spot: HotSpot = { ...SPOT, ...owner, plan: "Thay nắp cống", target_on: "2026-12-31" };
    const body = bodyOf(spot, decisionOf(spot), "supervisor");
    expect(body).toEqual({ version: 3, owner_agency: spot.owner_agency, owner_account: spot.owner_account, plan: "Thay nắp cống", target_on: "2026-12-31", done: false });
  }
});

it("makes the person who decides the owner at the center, and nothing of empty fields", () => {
  expect(bodyOf(SPOT, { owner: ME, plan: "  ", target: "", done: true }, "supervisor")).toEqual({ version: 3, owner_agency: null, owner_account: "supervisor", plan: null, target_on: null, done: true });
  expect(bodyOf({ ...SPOT, owner_account: "leader" }, { owner: "roads", plan: "x", target: "", done: false }, "supervisor")).toMatchObject({ owner_agency: "roads", owner_account: null });
});
