import { ParamsError } from "@/core/errors.ts";
import { column, type Matrix, type Sample, selectRows, sharedFloats } from "@/core/matrix.ts";
import type { ForecastScale, Model, Regressor } from "@/core/regressor.ts";
import { filesUnder, readModel, writeModel } from "@/models/model_json.ts";
import { validParams } from "@/models/valid_params.ts";

const FILE = "horizon_bands.json";

/** The column that says how many steps after the origin of its block a row lies: 1 for the first. */
export const HORIZON_STEP = "horizon_step";

/** The parameter that comes on top of the wrapped learner's own. */
export type HorizonBandsParams = {
  /** The last step of each band but the last, rising: `[14, 28]` makes three. None is one model for all steps. */
  readonly bands: readonly number[];
};

interface Learnt {
  readonly bands: readonly number[];
  /** Training rows of each band. */
  readonly rows: readonly number[];
}

/**
 * Fits one model per band of the horizon, each on the rows of its own steps: what tells tomorrow's sales well (the newest
 * weeks) is not what tells those in six weeks.
 *
 * Reads the column `horizon_step` (1 to horizon). Without bands it is the learner itself, to the byte. Steps beyond the
 * last band's are the last band's. Importance is the mean share, weighted by the rows that each band learnt from.
 *
 * `fit` rejects with a ParamsError where bands do not rise, and a RangeError where one has no row to learn from.
 *
 * @param inner The learner.
 *
 * @throws {ParamsError} Its `fit`: where bands do not rise; a `RangeError` where one has no row to learn from.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { groupMedian, horizonBands } from "@/models/mod.ts";
 *
 * const banded = horizonBands(groupMedian);
 * const data = Float32Array.of(1, 2, 3, 4, NaN, NaN, NaN, NaN);
 * const x = { names: ["horizon_step", "base"], rows: 4, data, categorical: [] };
 * const params = { transform: "identity", bands: [2] } as const;
 * using model = await banded.fit({ x, y: Float32Array.of(10, 10, 50, 50) }, params, { seed: 1 });
 * expect([...model.predict(x)]).toEqual([10, 10, 50, 50]);
 * ```
 */
export function horizonBands<Params extends Readonly<Record<string, unknown>>>(
  inner: Regressor<Params>,
): Regressor<Params & HorizonBandsParams> {
  const wrapped: Pick<Regressor<Params & HorizonBandsParams>, "kind" | "defaults" | "schema"> = {
    kind: inner.kind,
    defaults: { ...inner.defaults, bands: [] },
    schema: {
      ...inner.schema,
      properties: {
        ...(inner.schema["properties"] as Record<string, unknown> | undefined),
        bands: {
          type: "array",
          items: { type: "integer", minimum: 1 },
          maxItems: 20,
          description: "One model per band of the horizon: the last step of each band but the last",
          default: [],
        },
      },
    },
  };
  return {
    ...wrapped,
    ...(inner.needs ? { needs: inner.needs } : {}),
    async fit(train, params, options) {
      const { bands, ...rest } = validParams(wrapped, params), own = rest as unknown as Params;
      if (bands.length === 0) return await inner.fit(train, own, options);
      requireRising(inner.kind, bands);
      const { valid, onRound, ...others } = options;
      const rows = rowsOfBands(train.x, bands);
      const watched = valid === undefined ? undefined : rowsOfBands(valid.x, bands);
      rows.forEach(({ length }, k) => {
        if (length > 0) return;
        throw new RangeError(
          `Cannot fit ${inner.kind} per band of the horizon as every band needs rows to learn from: ` +
            `steps ${(bands[k - 1] ?? 0) + 1} to ${bands[k] ?? "the end"} have none`,
        );
      });
      using fitted = new DisposableStack();
      const models: Model[] = [];
      for (const [k, band] of rows.entries()) {
        const seen = watched?.[k];
        models.push(fitted.use(
          await inner.fit(rowsOf(train, band), own, {
            ...others,
            ...(valid !== undefined && seen!.length > 0 && { valid: rowsOf(valid, seen!) }),
            ...(onRound && {
              onRound: ({ round, rounds, metrics }) =>
                onRound({ round: k * rounds + round, rounds: rows.length * rounds, metrics }),
            }),
          }),
        ));
      }
      fitted.move();
      return bandedModel(inner.kind, models, { bands, rows: rows.map(({ length }) => length) });
    },
    async load(files) {
      if (files[FILE] === undefined) return await inner.load(files);
      const learnt = readModel<Learnt>(inner.kind, files, FILE);
      using loaded = new DisposableStack();
      const models: Model[] = [];
      for (const k of learnt.rows.keys()) models.push(loaded.use(await inner.load(filesUnder(folderOf(k), files))));
      loaded.move();
      return bandedModel(inner.kind, models, learnt);
    },
  };
}

/** One model that asks for each row the model of its band; disposing it disposes them. */
function bandedModel(kind: string, models: readonly Model[], { bands, rows: learnt }: Learnt): Model {
  const [first] = models, all = learnt.reduce((sum, rows) => sum + rows, 0);
  const byBand = (x: Matrix, tell: (model: Model, x: Matrix) => Matrix) => scattered(x, bands, models, tell);
  return {
    kind,
    features: [...new Set([HORIZON_STEP, ...models.flatMap(({ features }) => features)])],
    predict(x) {
      const predictions = new Float64Array(x.rows);
      rowsOfBands(x, bands).forEach((rows, k) => {
        if (rows.length === 0) return;
        const own = models[k]!.predict(rows.length === x.rows ? x : selectRows(x, rows));
        rows.forEach((row, at) => predictions[row] = own[at]!);
      });
      return predictions;
    },
    save: () => ({
      ...Object.fromEntries(
        models.flatMap((model, k) =>
          Object.entries(model.save()).map(([name, bytes]) => [`${folderOf(k)}${name}`, bytes])
        ),
      ),
      ...writeModel(kind, { bands, rows: learnt }, FILE),
    }),
    ...(first!.importance && {
      importance() {
        const shares = models.map((model) => model.importance!());
        const names = new Set(shares.flatMap((own) => Object.keys(own)));
        return Object.fromEntries(Array.from(names, (name) => [
          name,
          shares.reduce((sum, own, k) => sum + (own[name] ?? 0) * learnt[k]! / all, 0),
        ]));
      },
    }),
    ...(first!.contributions &&
      { contributions: (x: Matrix) => byBand(x, (model, own) => model.contributions!(own)) }),
    ...(first!.explain && {
      explain: (x: Matrix, scale: ForecastScale) => byBand(x, (model, own) => model.explain!(own, scale)),
    }),
    [Symbol.dispose]() {
      for (const model of models) model[Symbol.dispose]();
    },
  };
}

/** What each band's model tells of its rows, put back into the order of the rows; a column that a band lacks is 0 there. */
function scattered(
  x: Matrix,
  bands: readonly number[],
  models: readonly Model[],
  tell: (model: Model, x: Matrix) => Matrix,
): Matrix {
  if (x.rows === 0) return tell(models[0]!, x);
  const told = rowsOfBands(x, bands).flatMap((rows, k) =>
    rows.length === 0 ? [] : [{ rows, own: tell(models[k]!, selectRows(x, rows)) }]
  );
  const names = [...new Set(told.flatMap(({ own }) => own.names))];
  const data = sharedFloats(x.rows * names.length);
  for (const { rows, own } of told) {
    for (const name of own.names) {
      const values = column(own, name), to = names.indexOf(name) * x.rows;
      rows.forEach((row, at) => data[to + row] = values[at]!);
    }
  }
  return { names, rows: x.rows, data, categorical: [] };
}

/** The rows of each band. */
function rowsOfBands(x: Matrix, bands: readonly number[]): Uint32Array[] {
  const steps = column(x, HORIZON_STEP), rows: number[][] = Array.from({ length: bands.length + 1 }, () => []);
  steps.forEach((step, row) => {
    const at = bands.findIndex((last) => step <= last);
    rows[at < 0 ? bands.length : at]!.push(row);
  });
  return rows.map((own) => Uint32Array.from(own));
}

function rowsOf({ x, y, weight }: Sample, rows: Uint32Array): Sample {
  const picked = (values: Sample["y"]) => Float32Array.from(rows, (row) => values[row]!);
  return { x: selectRows(x, rows), y: picked(y), ...(weight && { weight: picked(weight) }) };
}

function requireRising(kind: string, bands: readonly number[]): void {
  if (bands.every((last, k) => k === 0 || last > bands[k - 1]!)) return;
  const problem = `bands must rise: they are ${bands.join(", ")}`;
  throw new ParamsError(`Cannot fit ${kind} per band of the horizon: ${problem}`, [problem]);
}

const folderOf = (k: number) => `band-${k + 1}/`;
