import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { TuningRecord } from "@/pipeline/tune/tuning_record.ts";
import { planText } from "../../tasks/support/tuning_plan.ts";

/** As much of a record as the page tells: errors where nothing was decided, and whether the finalist was taken. */
function record(defaults: number, best: number, tuned: number, taken: boolean): TuningRecord {
  const means = { defaults, best, tuned };
  return {
    checked: Object.entries(means).map(([name, mean]) => ({ name, mean })),
    choice: {
      against: "defaults",
      finalist: 3,
      windows: ["a", "b", "c"],
      alpha: 0.05,
      taken,
      change: -0.02,
      pValue: 0.01,
    },
  } as unknown as TuningRecord;
}

describe("the announced searches", () => {
  const announced = ["one", "two", "three", "four"].map((name) => ({ name, data: "a cut", how: "--blind" }));

  it("are all told, the ones that have not run and the ones that lost too", () => {
    const text = planText(announced, {
      one: record(10, 9, 9.5, true),
      two: record(10, 11, 10, false),
      three: record(10, 10.2, 10.4, true),
      "not announced": record(10, 1, 1, true),
    });
    const row = (name: string) => text.split("\n").find((line) => line.includes(`\`${name}\``));
    expect(row("one")).toMatch(/won .*−5.00 % .*−10.00 %/);
    expect(row("two")).toMatch(/kept .*0.00 % .*\+10.00 %/);
    expect(row("three")).toMatch(/lost .*\+4.00 % .*\+2.00 %/);
    expect(row("four")).toContain("not run");
    expect(row("not announced")).toBeUndefined();
    expect(text).toContain("3 of 4 have run: 1 won, 1 kept the defaults, 1 lost; on the mean −0.33 % error.");
    expect(text).toContain("best trial: 1 won, 2 lost; on the mean +0.67 % error.");
  });

  it("say that none has run before the first", () => {
    expect(planText(announced, {})).toContain("None of them has run.");
  });
});
