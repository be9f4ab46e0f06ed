import { describe, expect, it } from "vitest";

import { placed, stepped, steppedInTree, tree } from "./order";

describe("moving in a list", () => {
  it("goes one place and stops at the ends", () => {
    expect(stepped(["a", "b", "c"], "b", -1)).toEqual(["b", "a", "c"]);
    expect(stepped(["a", "b", "c"], "b", 1)).toEqual(["a", "c", "b"]);
    const all = ["a", "b"];
    expect(stepped(all, "a", -1)).toBe(all);
    expect(stepped(all, "nobody", 1)).toBe(all);
  });

  it("is dropped before another, or last", () => {
    expect(placed(["a", "b", "c"], "c", "a")).toEqual(["c", "a", "b"]);
    expect(placed(["a", "b", "c"], "a", null)).toEqual(["b", "c", "a"]);
    const all = ["a", "b", "c"];
    expect(placed(all, "a", "b")).toBe(all);
    expect(placed(all, "b", "b")).toBe(all);
  });
});

describe("moving in a tree", () => {
  const nodes = [{ code: "road", parent: null }, { code: "pothole", parent: "road" }, { code: "pavement", parent: "road" }, { code: "light", parent: null }, { code: "lamp", parent: "light" }];

  it("keeps what lies below together", () => {
    expect(steppedInTree(nodes, "light", -1)).toEqual(["light", "lamp", "road", "pothole", "pavement"]);
    expect(steppedInTree(nodes, "pavement", -1)).toEqual(["road", "pavement", "pothole", "light", "lamp"]);
  });

  it("does not move among others' children", () => {
    expect(steppedInTree(nodes, "lamp", -1)).toEqual(nodes.map((node) => node.code));
  });

  it("shows everything once, rings and orphans too", () => {
    const odd = [{ code: "a", parent: "b" }, { code: "b", parent: "a" }, { code: "c", parent: "gone" }, { code: "d", parent: "c" }];
    expect(tree(odd)).toEqual([{ code: "c", depth: 0 }, { code: "d", depth: 1 }, { code: "a", depth: 0 }, { code: "b", depth: 0 }]);
  });
});
