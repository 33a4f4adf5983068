import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import {
  formatChange,
  formatCount,
  formatDate,
  formatDates,
  formatDuration,
  formatPercent,
  formatSales,
  levelName,
  MISSING,
} from "@/charts/format.ts";

describe("format", () => {
  it("formatSales() changes its unit where the rounded number needs it", () => {
    expect([0, 7.25, 9999, 10_000, 999_949, 999_950, -12_345].map(formatSales))
      .toEqual(["0", "7.3", "9,999", "10.0k", "999.9k", "1.0M", "−12.3k"]);
  });

  it("no number is ever written as minus zero", () => {
    expect([formatCount(-0.2), formatSales(-0.01), formatPercent(-0.0001), formatChange(-0.001)])
      .toEqual(["0", "0.0", "0.0\u00a0%", "0\u00a0%"]);
  });

  it("a missing number is a dash", () => {
    for (const format of [formatCount, formatSales, formatPercent, formatChange]) {
      expect([format(null), format(undefined), format(NaN)]).toEqual([MISSING, MISSING, MISSING]);
    }
  });

  it("formatChange() has a sign exactly when the written number is not zero", () => {
    fc.assert(fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (share) => {
      const text = formatChange(share);
      expect(/^[+−]/.test(text)).toBe(/[1-9]/.test(text));
      if (/^[+−]/.test(text)) expect(text.startsWith("+")).toBe(share > 0);
    }));
  });

  it("formatSales() has at most seven characters below a billion", () => {
    fc.assert(fc.property(fc.double({ min: -9.99e8, max: 9.99e8, noNaN: true }), (value) => {
      expect(formatSales(value).length).toBeLessThanOrEqual(7);
    }));
  });

  it("formatDate() leaves what is not a date as it is", () => {
    expect(["2015-06-20T10:00:00Z", "2015-13-01", "soon"].map(formatDate)).toEqual([
      "20 Jun 2015",
      "2015-13-01",
      "soon",
    ]);
  });

  it("formatDates() repeats the year only when it changes", () => {
    expect(formatDates("2014-12-20", "2015-01-31")).toBe("20 Dec 2014 – 31 Jan 2015");
    expect(formatDates("2015-01-01", "2015-01-31")).toBe("1 Jan – 31 Jan 2015");
  });

  it("formatDuration() never writes sixty of anything", () => {
    expect([0, 0.9996, 59.94, 59.96, 119.7, 3599.6, 7322].map(formatDuration))
      .toEqual(["0 ms", "1.0 s", "59.9 s", "1 min 0 s", "2 min 0 s", "1 h 0 min", "2 h 2 min"]);
  });

  it("levelName() gives only known codes a name", () => {
    expect([["day_of_week", "1"], ["month", "12"], ["promo", "1"], ["day_of_week", "8"], ["state", "1"], ["promo", "x"]]
      .map(([slice, level]) => levelName(slice!, level!))).toEqual(["Monday", "December", "promotion", "8", "1", "x"]);
  });
});
