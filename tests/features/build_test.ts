import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import pl from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { Panel } from "@/core/panel.ts";
import { buildFeatures, distance, expanding, frozen, lag, pooled, rolling, seasonMean } from "@/features/mod.ts";
import { panel } from "../support/panel.ts";

const horizon = 7;
const shop = panel({ series: 3, length: 70, future: 7, seed: 2 });
const origin = shop.asOf;

/** One column of a table, with NaN where a value is missing. */
function column(from: Panel, feature: Feature, before: readonly Feature[] = []): number[] {
  const { frame } = buildFeatures(from, [...before, feature], { origin, horizon, direct: false });
  return [...frame.getColumn(feature.name).toTypedArray() as Float32Array];
}

/** The panel row by row, as a slow and obvious implementation would have it. */
const rows = shop.frame.toRecords().map((row, at) => {
  const day = Math.round(new Date(row.ds as unknown as string).getTime() / 86_400_000);
  const start = Math.round(Date.parse(origin) / 86_400_000);
  const y = row.y as number | null, open = row.open as number;
  return {
    at,
    day,
    store: row.store as number,
    type: row.store_type as string,
    promo: row.promo as number,
    weekday: (day + 3) % 7 + 1,
    sales: y !== null && open === 1 && y > 0 ? y : NaN,
    target: y !== null && open === 1 && y > 0 ? Math.log1p(y) : NaN,
    block: Math.floor((day - start) / horizon),
  };
});
type Row = (typeof rows)[number];

const known = (values: readonly number[]) => values.filter((value) => !Number.isNaN(value));
const mean = (values: readonly number[]) => known(values).reduce((sum, v) => sum + v, 0) / known(values).length;
const ago = (row: Row, steps: number) =>
  rows.find((other) => other.store === row.store && other.day === row.day - steps);
const expectClose = (got: readonly number[], wanted: readonly number[]) => {
  expect(got).toHaveLength(wanted.length);
  wanted.forEach((value, at) => {
    const same = Number.isNaN(value)
      ? Number.isNaN(got[at]!)
      : Math.abs(got[at]! - value) <= 1e-5 * (1 + Math.abs(value));
    expect({ at, got: got[at], wanted: value, same }).toMatchObject({ same: true });
  });
};

describe("a feature equals what a slow and obvious loop over rows gives:", () => {
  it("lag", () => {
    expectClose(column(shop, lag(9)), rows.map((row) => ago(row, 9)?.target ?? NaN));
  });

  it("rolling mean, with holes for closed days", () => {
    const wanted = rows.map((row) => {
      const window = Array.from({ length: 14 }, (_, k) => ago(row, 7 + k)?.sales ?? NaN);
      return known(window).length >= 4 ? mean(window) : NaN;
    });
    expectClose(column(shop, rolling(14, { lag: 7 })), wanted);
  });

  it("rolling standard deviation", () => {
    const wanted = rows.map((row) => {
      const window = known(Array.from({ length: 14 }, (_, k) => ago(row, 7 + k)?.sales ?? NaN));
      const squares = window.map((value) => (value - mean(window)) ** 2);
      return window.length >= 4 ? Math.sqrt(squares.reduce((sum, v) => sum + v, 0) / (window.length - 1)) : NaN;
    });
    expectClose(column(shop, rolling(14, { lag: 7, statistic: "std" })), wanted);
  });

  it("expanding mean", () => {
    const wanted = rows.map((row) =>
      mean(rows.filter((other) => other.store === row.store && other.day <= row.day - 7).map(({ target }) => target))
    );
    expectClose(column(shop, expanding({ lag: 7 })), wanted);
  });

  it("mean of the same weekdays", () => {
    const wanted = rows.map((row) => mean([7, 14, 21].map((steps) => ago(row, steps)?.sales ?? NaN)));
    expectClose(column(shop, seasonMean(3, { lag: 7, season: 7 })), wanted);
  });

  for (const blocks of [1, 3, Infinity]) {
    for (const statistic of ["mean", "median", "std", "count", "last"] as const) {
      it(`frozen ${statistic} over ${blocks} blocks by store and promo`, () => {
        const wanted = rows.map((row) => {
          const past = known(
            rows.filter((other) =>
              other.store === row.store && other.promo === row.promo && other.block < row.block &&
              other.block >= row.block - blocks
            ).map(({ target }) => target),
          );
          return summary(statistic, past);
        });
        expectClose(column(shop, frozen(["store", "promo"], { statistic, blocks })), wanted);
      });
    }
  }

  it("frozen median of a group that pools series", () => {
    const wanted = rows.map((row) => {
      const past = rows.filter((other) => other.type === row.type && other.block < row.block);
      return summary("median", known(past.map(({ target }) => target)));
    });
    expectClose(column(shop, frozen(["store_type"], { statistic: "median" })), wanted);
  });

  it("frozen last of a group that pools series: the newest day, and there the last series", () => {
    const wanted = rows.map((row) => {
      const past = rows.filter((other) => other.block < row.block && !Number.isNaN(other.target))
        .toSorted((a, b) => a.day - b.day || a.at - b.at);
      return past.at(-1)?.target ?? NaN;
    });
    expectClose(column(shop, frozen([], { statistic: "last" })), wanted);
  });

  it("frozen mean where a column is on", () => {
    const wanted = rows.map((row) =>
      mean(
        rows.filter((other) => other.store === row.store && other.promo > 0 && other.block < row.block)
          .map(({ target }) => target),
      )
    );
    expectClose(column(shop, frozen(["store"], { where: "promo" })), wanted);
  });

  it("pooled sum over a window", () => {
    const wanted = rows.map((row) => {
      const sums = Array.from({ length: 5 }, (_, k) => {
        const that = known(
          rows.filter((other) => other.type === row.type && other.day === row.day - 7 - k).map(({ sales }) => sales),
        );
        return that.length > 0 ? that.reduce((sum, v) => sum + v, 0) : NaN;
      });
      return known(sums).length >= 3 ? mean(sums) : NaN;
    });
    expectClose(column(shop, pooled(["store_type"], { lag: 7, window: 5 })), wanted);
  });

  it("pooled mean of a step", () => {
    const wanted = rows.map((row) => mean(rows.filter(({ day }) => day === row.day - 8).map(({ target }) => target)));
    expectClose(column(shop, pooled([], { of: "target", statistic: "mean", lag: 8 })), wanted);
  });

  for (const direction of ["since", "until"] as const) {
    for (const edge of ["any", "start", "end"] as const) {
      it(`distance ${direction} a promotion, counting ${edge === "any" ? "every day" : `its ${edge}`}`, () => {
        const on = (row: Row | undefined) => row !== undefined && row.promo > 0;
        const counts = (row: Row) => on(row) && (edge === "any" || !on(ago(row, edge === "start" ? 1 : -1)));
        const sign = direction === "since" ? 1 : -1;
        const wanted = rows.map((row) => {
          for (let k = 0; k < 10; k++) {
            const there = ago(row, sign * k);
            if (there !== undefined && counts(there)) return k;
          }
          return 10;
        });
        expectClose(column(shop, distance("promo", direction, { edge, cap: 10 })), wanted);
      });
    }
  }
});

function summary(statistic: "mean" | "median" | "std" | "count" | "last", values: readonly number[]): number {
  if (statistic === "count") return values.length;
  if (values.length === 0) return NaN;
  const sorted = values.toSorted((a, b) => a - b), middle = Math.floor(values.length / 2);
  switch (statistic) {
    case "mean":
      return mean(values);
    case "last":
      return values.at(-1)!;
    case "median":
      return values.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
    case "std":
      return values.length < 2
        ? NaN
        : Math.sqrt(values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0) / (values.length - 1));
  }
}

describe("buildFeatures()", () => {
  it("cuts time into blocks aligned to the origin", () => {
    const { frame } = buildFeatures(shop, [lag(7)], { origin, horizon });
    const blocks: Int32Array = frame.getColumn("block").toTypedArray(),
      steps: Int32Array = frame.getColumn("step").toTypedArray();
    expect([...blocks]).toEqual(rows.map(({ block }) => block));
    expect([...steps.subarray(63, 77)]).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("refuses a feature that reaches back less than the horizon, naming it", () => {
    expect(() => buildFeatures(shop, [lag(7), lag(6)], { origin, horizon })).toThrow(
      'Cannot build feature "y_lag6" for 7 steps at once as it must reach back at least 7 steps: its reach is 6',
    );
  });

  it("builds such a feature for forecasts step by step", () => {
    expect(buildFeatures(shop, [lag(1)], { origin, horizon, direct: false }).features).toHaveLength(1);
  });

  it("refuses two features of one name", () => {
    expect(() => buildFeatures(shop, [lag(7), lag(7)], { origin, horizon })).toThrow('"y_lag7" is there already');
  });

  it("refuses a feature that comes before what it reads", () => {
    const of = frozen(["day_of_week"]);
    expect(() => buildFeatures(shop, [of], { origin, horizon })).toThrow("there is no day_of_week yet");
  });

  it("refuses an origin off the weekly grid", () => {
    const weekly = panel({ series: 1, length: 60, profile: { frequency: "1w", seasonLength: 52, yearLength: 52 } });
    expect(() => buildFeatures(weekly, [lag(7)], { origin: "2015-03-03", horizon })).toThrow(
      "whole number of 7-day steps",
    );
  });

  it("refuses a date that is none", () => {
    expect(() => buildFeatures(shop, [lag(7)], { origin: "3 March", horizon })).toThrow("must be YYYY-MM-DD");
  });

  it("refuses a panel with a missing step", () => {
    const holed = {
      ...shop,
      frame: pl.concat([shop.frame.slice(0, 30), shop.frame.slice(31, shop.frame.height - 31)]),
    };
    expect(() => buildFeatures(holed, [lag(7)], { origin, horizon })).toThrow('series "1" jumps at 2015-01-29');
  });

  it("refuses an empty panel", () => {
    expect(() => buildFeatures({ ...shop, frame: shop.frame.slice(0, 0) }, [lag(7)], { origin, horizon })).toThrow(
      "it is empty",
    );
  });

  it("keeps series codes of an earlier table, and numbers new series after them", () => {
    const codes = (series?: readonly string[]) => {
      const key: Feature = {
        form: "expression",
        name: "series",
        reach: Infinity,
        reads: ["series"],
        key: true,
        expr: pl.col("series"),
      };
      const { frame } = buildFeatures(shop, [key], { origin, horizon, ...series !== undefined && { series } });
      return [0, 77, 154].map((row) => frame.getColumn("series").get(row));
    };
    expect(codes()).toEqual([0, 1, 2]);
    expect(codes(["3", "1"])).toEqual([1, 2, 0]);
  });

  it("looks at no value of another series, however the panel is cut", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 69 }), (steps) => {
        const feature = lag(steps);
        const whole = column(shop, feature);
        const second = column({ ...shop, frame: shop.frame.slice(77, 77) }, feature);
        expect(whole.slice(77, 154)).toEqual(second);
      }),
      { numRuns: 10 },
    );
  });
});
