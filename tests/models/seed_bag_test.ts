import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import type { Regressor } from "@/core/regressor.ts";
import { lightgbm, seedBag } from "@/models/mod.ts";
import { regressorContract } from "../contracts/regressor_contract.ts";
import { learnableSample } from "../support/learnable_sample.ts";

const params = { rounds: 15, min_data_in_leaf: 5, seeds: 2 };

regressorContract(seedBag(lightgbm) as unknown as Regressor, {
  train: learnableSample(),
  valid: learnableSample({ seed: 2 }),
  params,
  iterative: true,
});

describe("seedBag()", () => {
  const train = learnableSample();
  const bag = seedBag(lightgbm);

  it("is the learner itself with one seed, to the byte", async () => {
    using alone = await lightgbm.fit(train, { ...lightgbm.defaults, rounds: 5 }, { seed: 3 });
    using bagged = await bag.fit(train, { ...bag.defaults, rounds: 5 }, { seed: 3 });
    expect(bagged.save()).toEqual(alone.save());
  });

  it("averages models that differ in nothing but chance", async () => {
    using both = await bag.fit(train, { ...bag.defaults, ...params }, { seed: 1 });
    using first = await lightgbm.fit(train, { ...lightgbm.defaults, rounds: 15, min_data_in_leaf: 5 }, { seed: 1 });
    const [mean, own] = [both.predict(train.x), first.predict(train.x)];
    // Twice the mean less the first is the second: finite, and not the first again.
    const second = mean.map((value, i) => 2 * value - own[i]!);
    expect(second.every(Number.isFinite)).toBe(true);
    expect(second.some((value, i) => Math.abs(value - own[i]!) > 1e-6)).toBe(true);
  });

  it("explains forecasts by the mean contributions, which add up to the mean forecast", async () => {
    using model = await bag.fit(train, { ...bag.defaults, ...params }, { seed: 1 });
    const { names, rows, data } = model.contributions!(train.x);
    const sums = Float64Array.from({ length: rows }, (_, row) => {
      return names.reduce((sum, _name, k) => sum + data[k * rows + row]!, 0);
    });
    model.predict(train.x).forEach((value, row) => expect(sums[row]!).toBeCloseTo(value, 3));
  });
});
