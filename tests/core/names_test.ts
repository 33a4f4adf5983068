import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { didYouMean, nearestNames } from "@/core/names.ts";

describe("nearestNames()", () => {
  it("counts a swap of neighbours as one edit", () => {
    expect(nearestNames("lihgtgbm", ["xgboost", "lightgbm", "ensemble"], 1)).toEqual(["lightgbm"]);
  });

  it("ignores case and orders equals as numbers", () => {
    expect(nearestNames("STORE", ["shop", "store"], 1)).toEqual(["store"]);
    expect(nearestNames("7", ["70", "71", "17"], 3)).toEqual(["17", "70", "71"]);
  });

  it("suggests what was probably meant, and nothing where all are far away", () => {
    expect(didYouMean("walmrt", ["rossmann", "walmart"])).toBe('Did you mean "walmart"? Known: rossmann, walmart');
    expect(didYouMean("foo", ["rossmann", "walmart"])).toBe("Known: rossmann, walmart");
  });

  it("answers an empty list with nothing", () => {
    expect(nearestNames("a", [])).toEqual([]);
    expect(didYouMean("a", [])).toContain("Known: ");
  });
});
