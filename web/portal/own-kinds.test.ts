import { expect, it } from "vitest";

import { inOrder } from "./own-kinds";

const ALL = ["road", "light", "waste", "water", "tree", "noise", "beach"];

it("shows the own newest two, then what is usual there, then the city's order, each once", () => {
  expect(inOrder(["tree", "noise", "beach"], ["light", "tree", "road"], ALL, 5)).toEqual(["tree", "noise", "light", "road", "waste"]);
});

it("leaves out kinds the city no longer has", () => {
  expect(inOrder(["gone"], ["gone too", "water"], ALL, 3)).toEqual(["water", "road", "light"]);
});

it("shows fewer where there are fewer", () => {
  expect(inOrder([], [], ["road"], 6)).toEqual(["road"]);
});
