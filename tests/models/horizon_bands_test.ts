import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { ParamsError } from "@/core/errors.ts";
import { type Sample, selectRows, sharedFloats } from "@/core/matrix.ts";
import type { Regressor } from "@/core/regressor.ts";
import { HORIZON_STEP, horizonBands, lightgbm, relativeTarget } from "@/models/mod.ts";
import { regressorContract } from "../contracts/regressor_contract.ts";
import { learnableSample } from "../support/learnable_sample.ts";

const quick = { rounds: 15, min_data_in_leaf: 5 };

/** The rows of a sample as steps 1 to 6, over and over; from step 4 on sales are `times` as high. */
function stepped({ seed = 1, rows = 600, times = 2 } = {}): Sample {
  const { x, y } = learnableSample({ rows, seed });
  const steps = Float32Array.from({ length: rows }, (_, row) => 1 + row % 6);
  const data = sharedFloats(x.data.length + rows);
  data.set(x.data);
  data.set(steps, x.data.length);
  return {
    x: { ...x, names: [...x.names, HORIZON_STEP], data },
    y: sharedFloats(rows).map((_, row) => y[row]! * (steps[row]! > 3 ? times : 1)),
  };
}

regressorContract(horizonBands(lightgbm) as unknown as Regressor, {
  train: stepped({ times: 1 }),
  valid: stepped({ seed: 2, times: 1 }),
  params: { ...quick, bands: [3] },
  iterative: true,
});

describe("horizonBands()", () => {
  const banded = horizonBands(lightgbm), train = stepped();
  const params = { ...banded.defaults, ...quick, bands: [3] };
  const early = Uint32Array.from({ length: train.x.rows }, (_, row) => row).filter((row) => row % 6 < 3);

  it("is the learner itself without bands, to the byte, and needs no steps then", async () => {
    const { x, y } = learnableSample();
    using alone = await lightgbm.fit({ x, y }, { ...lightgbm.defaults, ...quick }, { seed: 3 });
    using without = await banded.fit({ x, y }, { ...params, bands: [] }, { seed: 3 });
    expect(without.save()).toEqual(alone.save());
  });

  it("forecasts a band as the learner does that saw its rows alone", async () => {
    using both = await banded.fit(train, params, { seed: 1 });
    const own = { x: selectRows(train.x, early), y: train.y.filter((_, row) => row % 6 < 3) };
    using first = await lightgbm.fit(own, { ...lightgbm.defaults, ...quick }, { seed: 1 });
    expect(both.predict(own.x)).toEqual(first.predict(own.x));
  });

  it("takes steps beyond the last band's for the last band's", async () => {
    using model = await banded.fit(train, params, { seed: 1 });
    const last = selectRows(train.x, Uint32Array.of(5)), beyond = { ...last, data: last.data.slice() };
    beyond.data[beyond.names.indexOf(HORIZON_STEP)] = 99;
    expect(model.predict(beyond)).toEqual(model.predict(last));
  });

  it("explains every forecast by its own band's model: contributions add up to it", async () => {
    const logs = horizonBands(relativeTarget(lightgbm, { transform: "identity" }));
    const { x, y } = train, base = sharedFloats(x.rows).fill(100);
    const data = sharedFloats(x.data.length + x.rows);
    data.set(x.data);
    data.set(base, x.data.length);
    const wide = { ...x, names: [...x.names, "base"], data };
    using model = await logs.fit({ x: wide, y }, { ...logs.defaults, ...quick, bands: [3] }, { seed: 1 });
    const forecasts = model.predict(wide), { names, rows, data: told } = model.explain!(wide, "identity");
    forecasts.forEach((forecast, row) => {
      const sum = names.reduce((sum, _name, k) => sum + told[k * rows + row]!, 0);
      expect(sum / forecast).toBeCloseTo(1, 4);
    });
    const shares = Object.values(model.importance!());
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  });

  it("refuses bands that do not rise, and a band without rows, by its steps", async () => {
    await expect(banded.fit(train, { ...params, bands: [3, 3] }, { seed: 1 })).rejects.toThrow(ParamsError);
    await expect(banded.fit(train, { ...params, bands: [3, 9] }, { seed: 1 })).rejects.toThrow("steps 10 to the end");
  });
});
