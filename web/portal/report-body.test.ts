import { expect, it } from "vitest";

import { reportOf } from "./report-body";

const fields: [string, string][] = [
  ["category", "road-pothole"], ["lon", "107.084300"], ["lat", "10.346000"], ["accuracy_m", "12"], ["place", "chợ"],
  ["description", "  Ổ gà  "], ["anonymous", "true"], ["answer.road-pothole.size", "large"], ["answer.road-pothole.deep", "true"],
  ["answer.road-pothole.pole", ""], ["answer.street-light.pole", "12"],
];

it("is what the contract wants, with the answers of the chosen category only", () => {
  expect(reportOf(fields, "2026-11-20T09:00:00Z")).toEqual({
    category: "road-pothole", description: "Ổ gà", location: { lon: 107.0843, lat: 10.346, accuracy_m: 12 },
    captured_at: "2026-11-20T09:00:00Z", answers: { size: "large", deep: true }, anonymous: true,
  });
});

it("is the same value for the same fields, so that sending again is the same body", () => {
  expect(JSON.stringify(reportOf(fields, "x"))).toBe(JSON.stringify(reportOf([...fields], "x")));
});

it("gives numbers where numbers are asked", () => {
  const more: [string, string][] = [...fields, ["answer.road-pothole.count", "3"]];
  expect(reportOf(more, null, new Set(["answer.road-pothole.count"])).answers["count"]).toBe(3);
});

it("leaves out what nobody said", () => {
  const body = reportOf([["category", "noise"], ["lon", "1"], ["lat", "2"], ["accuracy_m", ""]], null);
  expect(body).toEqual({ category: "noise", description: "", location: { lon: 1, lat: 2 }, answers: {}, anonymous: false });
});
