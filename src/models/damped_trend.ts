import { column } from "@/core/matrix.ts";
import type { Model, Regressor } from "@/core/regressor.ts";
import { holtWinters, type Smoothing, type SmoothState, startOf, stepsAhead } from "@/models/math/holt_winters.ts";
import { seriesGrid } from "@/models/math/series_grid.ts";
import { typicalValue } from "@/models/math/typical_value.ts";
import { readModel, writeModel } from "@/models/model_json.ts";
import { inUnits, TARGET_TRANSFORM_SCHEMA, type TargetTransform } from "@/models/target_transform.ts";
import { validParams } from "@/models/valid_params.ts";

const KIND = "damped_trend";

const DEFAULTS: DampedTrendParams = { season: 7, phi: 0.95, transform: "log1p" };

/** Parameters of damped-trend exponential smoothing. */
export type DampedTrendParams = {
  /** Steps of a season; 1 for none. */
  readonly season: number;
  /** What of the trend is left after each step. */
  readonly phi: number;
  /** Whether logarithms are smoothed (seasons multiply) or amounts (seasons add). */
  readonly transform: TargetTransform;
};

/** How fast to forget: each series takes what would have forecast its own past best. */
const ALPHAS = [0.03, 0.1, 0.25, 0.5], BETAS = [0, 0.05, 0.2], GAMMAS = [0.02, 0.1, 0.3];

interface Learnt {
  readonly phi: number;
  readonly transform: TargetTransform;
  /** The newest step of the training rows. */
  readonly last: number;
  readonly series: readonly number[];
  readonly states: readonly SmoothState[];
  /** What a series that was never seen sells. */
  readonly typical: number;
}

/**
 * Smooths each series exponentially: its level, a trend that fades out, and a season; the classic that most businesses use.
 *
 * Reads `series` and `t` only, each series by itself: no promotion, no holiday. Speeds of forgetting are chosen per series
 * from a small grid by the squared error of its one-step forecasts. A series that was never seen gets the usual level.
 * Source: see `holtWinters`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { dampedTrend } from "@/models/mod.ts";
 *
 * const t = Float32Array.from({ length: 28 }, (_, step) => step);
 * const y = t.map((step) => step % 7 === 6 ? 100 : 50);
 * const x = { names: ["series", "t"], rows: 28, data: Float32Array.of(...t.map(() => 3), ...t), categorical: [] };
 * using model = await dampedTrend.fit({ x, y }, dampedTrend.defaults, { seed: 1 });
 * const next = { names: ["series", "t"], rows: 2, data: Float32Array.of(3, 3, 33, 34), categorical: [] };
 * const [friday, saturday] = model.predict(next);
 * expect(friday).toBeCloseTo(50, 0);
 * expect(saturday).toBeCloseTo(100, 0);
 * ```
 */
export const dampedTrend: Regressor<DampedTrendParams> = {
  kind: KIND,
  defaults: DEFAULTS,
  schema: {
    type: "object",
    properties: {
      season: { type: "integer", minimum: 1, description: "Steps of a season; 1 for none", default: DEFAULTS.season },
      phi: {
        type: "number",
        minimum: 0,
        maximum: 1,
        description: "What of the trend is left after each step",
        default: DEFAULTS.phi,
      },
      transform: { ...TARGET_TRANSFORM_SCHEMA, default: DEFAULTS.transform },
    },
    required: ["season", "phi", "transform"],
    additionalProperties: false,
  },
  needs: ["series", "t"],
  // deno-lint-ignore require-await -- the contract is asynchronous: errors are rejections, not exceptions
  async fit({ x, y }, params, { signal }) {
    const { season, phi, transform } = validParams(dampedTrend, params);
    signal?.throwIfAborted();
    const { series, first, steps, values } = seriesGrid(x, y);
    const told = transform === "log1p" ? values.map((value) => Math.log1p(Math.max(0, value))) : values;
    const rows = Array.from(series, (_, at) => told.subarray(at * steps, (at + 1) * steps));
    return dampedTrendModel({
      phi,
      transform,
      last: first + steps - 1,
      series: [...series],
      states: rows.map((own) => bestState(own, season, phi)),
      typical: typicalValue(y),
    });
  },
  // deno-lint-ignore require-await
  async load(files) {
    return dampedTrendModel(readModel<Learnt>(KIND, files));
  },
};

function bestState(y: Float64Array, season: number, phi: number): SmoothState {
  const start = startOf(y, season);
  let best = Infinity, state = start;
  for (const how of grid(season, phi)) {
    const tried = holtWinters(y, how, start);
    if (tried.squaredError < best) ({ squaredError: best, state } = tried);
  }
  return state;
}

function grid(season: number, phi: number): Smoothing[] {
  const gammas = season > 1 ? GAMMAS : [0];
  return ALPHAS.flatMap((alpha) => BETAS.flatMap((beta) => gammas.map((gamma) => ({ alpha, beta, gamma, phi }))));
}

function dampedTrendModel(learnt: Learnt): Model {
  const { phi, transform, last, series, states, typical } = learnt;
  const line = new Map(series.map((code, at) => [code, at]));
  return {
    kind: KIND,
    features: ["series", "t"],
    predict(x) {
      const codes = column(x, "series"), t = column(x, "t");
      return Float64Array.from(codes, (code, row) => {
        const at = line.get(code), steps = t[row]! - last;
        if (at === undefined || Number.isNaN(steps)) return typical;
        // A step that lies in the past is told by the state as the next one of its season would be.
        const season = states[at]!.seasons.length;
        const ahead = steps >= 1 ? steps : 1 + ((steps - 1) % season + season) % season;
        return inUnits(stepsAhead(states[at]!, { phi }, ahead), transform);
      });
    },
    save: () => writeModel(KIND, { ...learnt }),
    [Symbol.dispose]() {},
  };
}
