import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { datesRead } from "@/checks/mod.ts";

describe("datesRead()", () => {
  const window = { from: "2015-06-01", to: "2015-06-15" };

  it("asks for the window, the weeks before it, and both a year ago", () => {
    expect(datesRead(window, [364])).toEqual([
      window,
      { from: "2015-04-06", to: "2015-06-01" },
      { from: "2014-04-07", to: "2014-06-02" },
      { from: "2014-05-12", to: "2014-07-07" },
    ]);
  });

  it("asks for a year ago once where two rules agree on when that was", () => {
    expect(datesRead(window, [364, 364])).toEqual(datesRead(window, [364]));
    expect(datesRead(window, [350, 364])).toHaveLength(6);
  });
});
