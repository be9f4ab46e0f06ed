import { describe, expect, it } from "vitest";

import type { Report } from "../shared/model";
import { visibility } from "../shared/map-reports";
import { made, NOW, random } from "./made-reports";
import { queryOf } from "./map-points";
import { CENTER_TABS, listed, NO_FILTERS, type Filters } from "./queue";

const WAITING = new Set(["received", "verified"]);
const HANDLING = new Set(["dispatched", "in_progress"]);

/** What a tile counts under a query, written down from the server's side: see `ioc_dashboard/map_filters.py`. */
function counted(report: Report, query: URLSearchParams): boolean {
  const group = WAITING.has(report.state) ? "waiting" : HANDLING.has(report.state) ? "handling" : report.state === "resolved" ? "approving"
    : report.public_status === "waiting" ? "waiting" : "handling";
  const agency = query.get("agency");
  return (query.get("group") ?? group) === group && (query.get("category") ?? report.category) === report.category
    && (query.get("area") ?? report.area?.code) === report.area?.code && (agency === null || report.lead === agency || report.supporting?.includes(agency) === true)
    && (query.get("urgent") === null || report.urgency === "urgent") && (query.get("late") === null || Date.parse(report.due_at ?? "") < NOW);
}

describe("the map beside the queue", () => {
  it("counts by tiles exactly what the queue shows, under every filter, or lets the live points say it", () => {
    const draw = random(11);
    const agencies = ["roads", "light", null];
    const reports = Array.from({ length: 400 }, (_, at): Report => ({
      ...made(draw, at), lead: agencies[at % 3] ?? null, supporting: at % 5 === 0 ? ["light"] : [], channel: at % 2 === 0 ? "web" : "phone",
      ...(at % 7 === 0 ? { state: "awaiting_resident", public_status: at % 2 === 0 ? "waiting" : "in_progress" } as const : {}),
      ...(at % 4 === 0 ? { officer: { username: "ag1", name: "Cán bộ" } } : {}),
    }));
    const one: Partial<Filters>[] = [{}, { category: "c3" }, { area: "26503" }, { agency: "light" }, { channel: "phone" }, { person: "ag1" }, { person: "me" }, { urgent: true }, { late: true }, { mine: true }, { text: "xe may" }];
    let tiled = 0;
    for (const tab of CENTER_TABS) {
      for (const part of one) {
        for (const other of one) {
          const filters = { ...NO_FILTERS, ...part, ...other };
          const query = queryOf(tab, filters);
          if (query === null) continue;
          tiled += 1;
          const tile = reports.filter((report) => counted(report, new URLSearchParams(query))).map((report) => report.code).sort();
          expect(tile, `${tab} ${JSON.stringify(filters)}`).toEqual(listed(reports, tab, filters, "me", NOW).map((report) => report.code).sort());
        }
      }
    }
    expect(tiled).toBeGreaterThan(100);
    for (const part of [{ channel: "phone" }, { person: "me" }, { mine: true }, { text: "xe" }]) expect(queryOf("all", { ...NO_FILTERS, ...part })).toBeNull();
    for (const tab of ["mine", "audits"] as const) expect(queryOf(tab, NO_FILTERS)).toBeNull();
  });

  it("draws nothing that was counted where only the live points are true", () => {
    expect(Object.entries(visibility("alone", false)).filter(([, shown]) => shown).map(([layer]) => layer)).toEqual(["points"]);
  });
});
