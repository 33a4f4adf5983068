import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { METRIC_NAMES, type Scores } from "@/core/metric.ts";
import { chooseChampion } from "@/evaluation/mod.ts";

/** Scores where only one metric is known. */
function windows(metric: keyof Scores, ...values: (number | null)[]): Scores[] {
  return values.map((value) =>
    Object.fromEntries(METRIC_NAMES.map((name) => [name, name === metric ? value : null])) as Scores
  );
}

describe("chooseChampion()", () => {
  it("takes the model with the lowest mean over the windows, whatever a single window says", () => {
    const { champion, standings, reasons } = chooseChampion({
      naive: windows("rmspe", 0.2, 0.2, 0.2),
      steady: windows("rmspe", 0.12, 0.12, 0.12),
      moody: windows("rmspe", 0.09, 0.09, 0.3),
    }, "rmspe");
    expect(champion).toBe("steady");
    expect(standings.map(({ model }) => model)).toEqual(["steady", "moody", "naive"]);
    expect(standings[1]).toEqual({ model: "moody", mean: (0.09 + 0.09 + 0.3) / 3, median: 0.09, windows: 3 });
    expect(reasons).toEqual([
      "steady has the lowest mean rmspe of 0.12 over 3 earlier windows",
      "moody is next with 0.16",
    ]);
  });
  it("lets the median decide where the means are equal", () => {
    const { champion, reasons } = chooseChampion({
      level: windows("mae", 2, 2, 2),
      spread: windows("mae", 1, 1, 4),
    }, "mae");
    expect(champion).toBe("spread");
    expect(reasons[1]).toContain("the medians are 1 and 2");
  });
  it("takes the first of equals", () => {
    expect(chooseChampion({ a: windows("mae", 1), b: windows("mae", 1) }, "mae").champion).toBe("a");
  });
  describe("with a favourite", () => {
    const choose = (blend: number[], single: number[]) =>
      chooseChampion({ single: windows("rmspe", ...single), blend: windows("rmspe", ...blend) }, "rmspe", {
        favourite: "blend",
      });

    it("keeps it where windows disagree by more than another model is better", () => {
      const { champion, standings, reasons } = choose([0.165, 0.115, 0.1], [0.17, 0.1, 0.1]);
      expect([champion, standings[0]!.model]).toEqual(["blend", "single"]);
      // Behind by -0.005, 0.015 and 0: their standard deviation is 0.01041, that of their mean 0.01041 / √3.
      expect(reasons).toEqual([
        "single has the lowest mean rmspe of 0.1233 over 3 earlier windows",
        "blend is next with 0.1267",
        "blend is put forward all the same: it is behind by 0.003333, within one standard error of that difference " +
        "(0.006009), and combined forecasts are the surer ones where scores are equal",
      ]);
    });
    it("gives way to a model that is better in every window, be it by a little", () => {
      const { champion, reasons } = choose([0.172, 0.112, 0.102], [0.17, 0.11, 0.101]);
      expect(champion).toBe("single");
      expect(reasons.join()).not.toContain("all the same");
    });
    it("needs no favour where it is the best, and says nothing of it", () => {
      const { champion, reasons } = choose([0.1, 0.1, 0.1], [0.1, 0.2, 0.1]);
      expect([champion, reasons.length]).toEqual(["blend", 2]);
    });
    it("lets the mean decide where a single window says nothing of chance, and where the favourite has no score", () => {
      expect(choose([0.11], [0.1]).champion).toBe("single");
      const patchy = { single: windows("rmspe", 0.2, 0.2), blend: windows("rmspe", 0.1, null) };
      expect(chooseChampion(patchy, "rmspe", { favourite: "blend" }).champion).toBe("single");
    });
    it("must be one of the models", () => {
      expect(() => chooseChampion({ a: windows("mae", 1) }, "mae", { favourite: "b" })).toThrow('favour "b"');
    });
  });
  it("judges a bias by its size", () => {
    expect(chooseChampion({ low: windows("bias", -0.2), high: windows("bias", 0.1) }, "bias").champion).toBe("high");
  });
  it("leaves out a model without a score in some window, and says so", () => {
    const { champion, reasons } = chooseChampion({
      patchy: windows("rmspe", 0.01, null),
      whole: windows("rmspe", 0.2, 0.2),
    }, "rmspe");
    expect(champion).toBe("whole");
    expect(reasons).toContain("patchy was left out: it lacks a rmspe in some window");
    expect(reasons).toContain("2 earlier windows is thin evidence");
  });
  it("falls back when there is nothing to choose by", () => {
    const none = { lightgbm: [], naive: [] };
    const { champion, reasons } = chooseChampion(none, "rmspe", { fallback: "naive" });
    expect(champion).toBe("naive");
    expect(reasons).toEqual(["naive is the fallback: there is no earlier window"]);
    expect(() => chooseChampion(none, "rmspe")).toThrow("none of lightgbm, naive has");
  });
  it("refuses models that were not compared on the same windows", () => {
    expect(() => chooseChampion({ a: windows("mae", 1), b: windows("mae", 1, 2) }, "mae")).toThrow("a 1, b 2");
    expect(() => chooseChampion({}, "mae")).toThrow("there are none");
    expect(() => chooseChampion({ a: [] }, "mae", { fallback: "b" })).toThrow('fall back on "b"');
  });
});
