import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { METRIC_NAMES } from "@/core/metric.ts";
import { badness, changeAgainst, formatMetric, METRIC_WORDS, metricAxis } from "@/charts/metric_words.ts";

describe("metric words", () => {
  for (const metric of METRIC_NAMES) {
    it(`${metric} is written with the unit that its axis has`, () => {
      const axis = metricAxis(metric, "EUR a day");
      const text = formatMetric(metric, 0.25);
      expect(text.includes("%")).toBe(axis.suffix.includes("%"));
      expect(axis.title).toContain(METRIC_WORDS[metric].label);
      if (METRIC_WORDS[metric].kind === "units") expect(axis.title).toContain("EUR a day");
      // What is drawn is the number that is written.
      if (axis.suffix !== "") expect(parseFloat(text.replace("+", ""))).toBeCloseTo(0.25 * axis.scale, 0);
    });
    it(`${metric} is a dash where it is undefined`, () => {
      expect([null, undefined, NaN, Infinity].map((value) => formatMetric(metric, value))).toEqual([
        "–",
        "–",
        "–",
        "–",
      ]);
    });
  }

  it("badness() measures bias from zero, and puts missing values last", () => {
    expect([badness("bias", -0.3), badness("bias", 0.2), badness("mae", 5), badness("mae", undefined)])
      .toEqual([0.3, 0.2, 5, Infinity]);
  });

  it("changeAgainst() says nothing about a missing or perfect baseline", () => {
    expect([changeAgainst("mae", 1, null), changeAgainst("mae", null, 1), changeAgainst("mae", 1, 0)])
      .toEqual([null, null, null]);
    expect(changeAgainst("bias", -0.1, 0.2)).toBe(-0.5);
  });
});
