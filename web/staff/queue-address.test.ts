import { describe, expect, it } from "vitest";

import { NO_FILTERS } from "./queue";
import { fromAddress, sameQuery, toAddress } from "./queue-address";

describe("the queue in the address", () => {
  it("comes back as it was", () => {
    const query = { ...NO_FILTERS, tab: "agencies" as const, text: "ổ gà & cống", category: "road-pothole", area: "26506", agency: "roads", channel: "phone", person: "me", urgent: true, late: true, mine: true, order: "priority" as const };
    expect(fromAddress(toAddress(query, "K7M2QX"))).toEqual({ query, report: "K7M2QX" });
    expect(fromAddress(toAddress({ ...NO_FILTERS, tab: "waiting" }, null)).query).toEqual({ ...NO_FILTERS, tab: "waiting" });
  });

  it("says nothing when only a report is named, and ignores what it does not know", () => {
    expect(fromAddress("?report=K7M2QX")).toEqual({ query: null, report: "K7M2QX" });
    expect(fromAddress("")).toEqual({ query: null, report: null });
    expect(fromAddress("?tab=nowhere&order=sideways&late=yes").query).toEqual({ ...NO_FILTERS, tab: "waiting" });
  });

  it("tells one view from another by what it shows", () => {
    const one = { ...NO_FILTERS, tab: "all" as const };
    expect(sameQuery(one, { ...one })).toBe(true);
    expect(sameQuery(one, { ...one, late: true })).toBe(false);
  });
});
