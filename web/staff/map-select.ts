/** The reports inside an area drawn on the map, as the server knows them: also those that no screen has loaded. */
import type { Position } from "geojson";

import { api } from "../shared/api";
import type { Report } from "../shared/model";

export interface Selection { reports: Report[]; more: boolean }

const PAGE = 200;
const MOST_PAGES = 5;

/** The reports inside the closed ring, the most pressing first: of those that `keep` would show, which `query` narrows on the server. */
export async function askWithin(ring: readonly Position[], query: string, keep: (report: Report) => boolean, ask: typeof api = api): Promise<Selection> {
  const within = JSON.stringify({ type: "Polygon", coordinates: [ring.map(([lon = 0, lat = 0]) => [round(lon), round(lat)])] });
  const reports: Report[] = [];
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const asked = new URLSearchParams(query);
    asked.set("within", within);
    asked.set("limit", String(PAGE));
    if (after !== null) asked.set("after", after);
    const answer: { reports: Report[]; next: string | null } = await ask(`/api/v1/reports?${asked.toString()}`);
    reports.push(...answer.reports.filter(keep));
    after = answer.next;
    if (after === null) return { reports, more: false };
  }
  return { reports, more: true };
}

const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
