import { expect, it } from "vitest";

import { CrewPositions, GONE_MS, STALE_MS } from "./crew-positions";

const AT = "2026-11-30T05:00:00Z";
const NOW = Date.parse(AT);
const said = (lon: number | null): { crew: string; name: string; location: { lon: number; lat: number } | null; at: string | null } => ({
  crew: "a", name: "Tổ 1", location: lon === null ? null : { lon, lat: 10.3 }, at: lon === null ? null : AT,
});

it("keeps the last position only, and forgets it at the end of duty", () => {
  let told = 0;
  const crews = new CrewPositions(() => { told += 1; });
  crews.hear(said(107.1));
  crews.hear(said(107.2));
  expect(crews.at(NOW)).toEqual([{ crew: "a", name: "Tổ 1", lon: 107.2, lat: 10.3, stale: false }]);
  crews.hear(said(null));
  expect(crews.at(NOW)).toEqual([]);
  expect(told).toBe(3);
});

it("lets an old position fade and go, and is the same list while nothing changes", () => {
  const crews = new CrewPositions(() => undefined);
  crews.hear(said(107.1));
  expect(crews.at(NOW + 1000)).toBe(crews.at(NOW + 2000));
  expect(crews.at(NOW + STALE_MS + 1)[0]?.stale).toBe(true);
  expect(crews.at(NOW + GONE_MS + 1)).toEqual([]);
});
