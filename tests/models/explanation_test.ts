import fc from "fast-check";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { column, type Matrix } from "@/core/matrix.ts";
import type { Model, Regressor } from "@/core/regressor.ts";
import { ensemble, explainForecasts, factorModel, groupMedian, lightgbm } from "@/models/mod.ts";
import { relativeTarget, seasonalNaive, seedBag, svdGrowth, xgboost } from "@/models/mod.ts";
import { explained, onScale, rescaled } from "@/models/explanation.ts";
import { seasonalSample } from "../support/seasonal_sample.ts";

const train = seasonalSample(), ahead = seasonalSample({ from: 70, to: 84 }).x;

/** The sum of each row of contributions. */
function sums({ names, rows, data }: Matrix): Float64Array {
  return Float64Array.from(
    { length: rows },
    (_, row) => names.reduce((sum, _name, k) => sum + data[k * rows + row]!, 0),
  );
}

/** Every row adds up to the forecast, on either scale. */
function expectLocalAccuracy(model: Model, x: Matrix): void {
  const forecasts = model.predict(x);
  for (const scale of ["log1p", "identity"] as const) {
    const contributions = explainForecasts(model, x, scale);
    expect(contributions.names.at(-1)).toBe("bias");
    const size = scale === "log1p" ? 1 : forecasts.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    sums(contributions).forEach((sum, row) => {
      expect(Math.abs(sum - onScale(forecasts[row]!, scale)) / size).toBeLessThan(1e-5);
    });
  }
}

const learner = { rounds: 20, min_data_in_leaf: 5 };
const keys = [["series"], ["day_of_week"], ["promo"]];
const bag = seedBag(lightgbm);
const MODELS: Readonly<Record<string, readonly [Regressor, Readonly<Record<string, unknown>>]>> = {
  "LightGBM on the logarithm of ratios": [loosely(relativeTarget(lightgbm, { transform: "log1p" })), learner],
  "LightGBM on ratios": [loosely(relativeTarget(lightgbm, { transform: "log1p", learn: "ratio" })), learner],
  "LightGBM on shares of the base": [loosely(relativeTarget(lightgbm, { transform: "identity" })), learner],
  "XGBoost": [loosely(relativeTarget(xgboost, { transform: "log1p" })), { rounds: 15 }],
  "a bag of seeds": [loosely(relativeTarget(bag, { transform: "log1p" })), { ...learner, seeds: 2 }],
  "the factor model": [loosely(factorModel), { keys }],
  "last year times growth": [loosely(svdGrowth), { season: 7, rank: 1, recent: 7 }],
  "seasonal naive, which cannot tell": [loosely(seasonalNaive), {}],
};

function loosely(regressor: unknown): Regressor {
  return regressor as Regressor;
}

describe("explainForecasts()", () => {
  for (const [name, [regressor, params]] of Object.entries(MODELS)) {
    it(`adds up to the forecast: ${name}`, async () => {
      using model = await regressor.fit(train, { ...regressor.defaults, ...params }, { seed: 1 });
      expectLocalAccuracy(model, ahead);
    });
  }

  const members = {
    log: MODELS["LightGBM on the logarithm of ratios"]![0],
    ratio: MODELS["LightGBM on ratios"]![0],
    factor_model: loosely(factorModel),
    group_median: loosely(groupMedian),
  };
  for (const [space, factor] of [["log", 0.97], ["plain", 1], ["plain", 0.9], ["log", 1]] as const) {
    it(`adds up to the forecast: a blend, ${space}, corrected by ${factor}`, async () => {
      const params = {
        weights: { log: 0.4, ratio: 0.3, factor_model: 0.2, group_median: 0.1 },
        params: { log: learner, ratio: learner, factor_model: { keys } },
        space,
        factor,
      };
      using model = await ensemble(members).fit(train, params, { seed: 1 });
      expectLocalAccuracy(model, ahead);
      // What a member cannot tell stands under its name.
      expect(explainForecasts(model, ahead, "log1p").names).toContain("group_median");
      const files = model.save();
      using loaded = await ensemble(members).load(files);
      expect(explainForecasts(loaded, ahead, "log1p")).toEqual(explainForecasts(model, ahead, "log1p"));
    });
  }

  it("gives a blend the weighted mean of what moved its members", async () => {
    const [log, ratio] = [members.log, members.ratio];
    using first = await log.fit(train, { ...log.defaults, ...learner }, { seed: 1 });
    using other = await ratio.fit(train, { ...ratio.defaults, ...learner }, { seed: 1 });
    const params = {
      weights: { log: 0.75, ratio: 0.25 },
      params: { log: learner, ratio: learner },
      space: "log",
      factor: 1,
    } as const;
    using both = await ensemble(members).fit(train, params, { seed: 1 });
    const of = (model: Model) => column(explainForecasts(model, ahead, "log1p"), "promo");
    of(both).forEach((value, row) => {
      expect(value).toBeCloseTo(0.75 * of(first)[row]! + 0.25 * of(other)[row]!, 5);
    });
  });

  it("finds what a promotion does where that is all that differs", async () => {
    using model = await relativeTarget(lightgbm, { transform: "log1p" })
      .fit(train, { ...lightgbm.defaults, ...learner, transform: "log1p", learn: "log", clip: null, exclude: [] }, {
        seed: 1,
      });
    const promo = column(ahead, "promo"), moved = column(explainForecasts(model, ahead, "log1p"), "promo");
    const mean = (on: number) => {
      const own = moved.filter((_, row) => promo[row] === on);
      return own.reduce((sum, value) => sum + value, 0) / own.length;
    };
    expect(mean(1)).toBeGreaterThan(mean(0));
  });
});

describe("rescaled()", () => {
  it("keeps what is usual, the whole, and the proportions", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 }), (moves) => {
        const parts = Object.fromEntries(moves.map((move, k) => [`x${k}`, [move]]));
        const out = rescaled(explained({ ...parts, bias: [2] }, 1), Math.exp);
        const whole = 2 + moves.reduce((sum, move) => sum + Math.fround(move), 0);
        expect(sums(out)[0]).toBeCloseTo(Math.exp(whole), 3);
        if (Math.abs(whole - 2) > 1e-3) expect(out.data.at(-1)).toBeCloseTo(Math.exp(2), 3);
      }),
    );
  });
});
