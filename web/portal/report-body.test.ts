import { expect, it } from "vitest";

import { reportOf } from "./report-body";

const fields: [string, string][] = [
  ["category", "road-pothole"], ["lon", "107.084300"], ["lat", "10.346000"], ["accuracy_m", "12"], ["place", "chợ"],
  ["description", "  Ổ gà  "], ["anonymous", "true"], ["answer.road-pothole.size", "large"], ["answer.road-pothole.deep", "true"],
  ["answer.road-pothole.pole", ""], ["answer.street-light.pole", "12"],
];

it("is what the contract wants, with the answers of the chosen category only", () => {
  expect(reportOf(fields, new Map([["answer.road-pothole.deep", "boolean"]]))).toEqual({
    category: "road-pothole", description: "Ổ gà", location: { lon: 107.0843, lat: 10.346, accuracy_m: 12 },
    answers: { size: "large", deep: true }, anonymous: true,
  });
});

it("is the same value for the same fields, so that sending again is the same body", () => {
  expect(JSON.stringify(reportOf(fields))).toBe(JSON.stringify(reportOf([...fields])));
});

it("gives numbers and yes or no where these are asked, and text where text is asked", () => {
  const more: [string, string][] = [
    ["category", "x"], ["answer.x.count", "3"], ["answer.x.deep", "1.5"], ["answer.x.open", "false"], ["answer.x.name", "true"],
  ];
  const kinds = new Map([["answer.x.count", "integer"], ["answer.x.deep", "number"], ["answer.x.open", "boolean"], ["answer.x.name", "string"]]);
  expect(reportOf(more, kinds).answers).toEqual({ count: 3, deep: 1.5, open: false, name: "true" });
});

it("leaves out what nobody said", () => {
  const body = reportOf([["category", "noise"], ["lon", "1"], ["lat", "2"], ["accuracy_m", ""]]);
  expect(body).toEqual({ category: "noise", description: "", location: { lon: 1, lat: 2 }, answers: {}, anonymous: false });
});
