/**
 * What every regressor promises (core/regressor.ts), as tests that each of them runs.
 *
 * @module
 */
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ParamsError } from "@/core/errors.ts";
import { column, type Matrix, type Sample, selectColumns, selectRows, sharedFloats } from "@/core/matrix.ts";
import type { Files, Regressor } from "@/core/regressor.ts";

/** The data and parameters to try a regressor on. */
export interface RegressorTrial {
  /** Data on which the regressor can beat a constant. */
  readonly train: Sample;
  /** Later rows of the same columns. */
  readonly valid: Sample;
  /** Parameters that differ from the defaults, to be quick. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Its fit runs in rounds: it reports them, and stops between two of them. */
  readonly iterative?: boolean;
  /** The most that one fit may take; a guard against a hang, not a benchmark. */
  readonly needsSeconds?: number;
}

/**
 * Describes the contract of a regressor; call it at the top of a test file.
 *
 * @param options.iterative Set it for regressors that report rounds: they must then stop when told to.
 */
export function regressorContract(
  regressor: Regressor,
  { train, valid, params: overrides = {}, iterative = false, needsSeconds = 60 }: RegressorTrial,
): void {
  const params = { ...regressor.defaults, ...overrides };
  const fit = (sample = train, seed = 1) => regressor.fit(sample, params, { seed });

  describe(`the regressor contract: ${regressor.kind}`, () => {
    it("fits in the time that it needs", async () => {
      const begun = performance.now();
      using model = await fit();
      expect(model.kind).toBe(regressor.kind);
      expect((performance.now() - begun) / 1000).toBeLessThan(needsSeconds);
    });

    it("writes the same bytes for the same seed, data and parameters", async () => {
      using one = await fit();
      using other = await fit();
      expectSameFiles(one.save(), other.save());
    });

    const { pooling } = regressor;
    if (pooling !== undefined) {
      it("learns the same, to the last bit, from what parts of the rows tell, whatever the parts and their order", async () => {
        using whole = await fit();
        for (const  of of[1, 2, 3, 8]) {
          const shares = Array.from({ length: of }, (_, part) => pooling.share(rowsOf(train, part, of), params))
            .reverse();
          using joined = pooling.fit(pooling.join(shares), params);
          expectSameFiles(joined.save(), whole.save());
          const [first, ...others] = shares;
          const byTwo = others.reduce((told, one) => pooling.join([told, one]), pooling.join([first!]));
          expect(byTwo).toEqual(pooling.join(shares));
        }
      });
    }

    it("predicts the same after load(save())", async () => {
      using model = await fit();
      const files = model.save();
      using loaded = await regressor.load(files);
      expect(loaded.kind).toBe(model.kind);
      expect(loaded.features).toEqual(model.features);
      expectSame(loaded.predict(valid.x), model.predict(valid.x));
      expectSameFiles(loaded.save(), files);
    });

    it("refuses to load files that are not there", async () => {
      await expect(Promise.resolve().then(() => regressor.load({}))).rejects.toThrow("missing");
    });

    it("predicts every row by itself: a subset's predictions are the subset of the predictions", async () => {
      using model = await fit();
      const all = model.predict(valid.x);
      const rows = Uint32Array.from({ length: valid.x.rows }, (_, row) => row).filter((row) => row % 3 === 1).reverse();
      expectSame(model.predict(selectRows(valid.x, rows)), Float64Array.from(rows, (row) => all[row]!));
      expect(model.predict(selectRows(valid.x, new Uint32Array())).length).toBe(0);
    });

    it("gives one finite prediction per row", async () => {
      using model = await fit();
      const predictions = model.predict(valid.x);
      expect(predictions).toBeInstanceOf(Float64Array);
      expect(predictions.length).toBe(valid.x.rows);
      expect(predictions.every(Number.isFinite)).toBe(true);
    });

    it("leaves what it is given as it found it", async () => {
      const before = structuredClone({ train: copied(train), valid: copied(valid), params });
      const options = Object.freeze({ seed: 1, valid });
      using model = await regressor.fit(train, deepFrozen(structuredClone(params)), options);
      model.predict(valid.x);
      expect({ train: copied(train), valid: copied(valid), params }).toEqual(before);
    });

    it("finds its columns by name: others may stand between them, in any order", async () => {
      using model = await fit();
      const stranger = { ...valid.x, names: valid.x.names.map((name) => `${name}_of_others`), categorical: [] };
      const shuffled = beside(selectColumns(valid.x, valid.x.names.toReversed()), stranger);
      expectSame(model.predict(shuffled), model.predict(valid.x));
    });

    it("names the column that a matrix lacks", async () => {
      using model = await fit();
      const gone = model.features[0]!;
      const x = { ...valid.x, names: valid.x.names.map((name) => name === gone ? "something_else" : name) };
      expect(() => model.predict(x)).toThrow(gone);
    });

    it("tolerates missing values in what it predicts on, or refuses them clearly", async () => {
      using model = await fit();
      const x = { ...valid.x, data: sharedFloats(valid.x.data.length).fill(NaN) };
      try {
        expect(model.predict(x).every(Number.isFinite)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        expect((error as Error).message).toMatch(/missing|NaN|finite/);
      }
    });

    it("beats a constant on data that can be learnt", async () => {
      using model = await fit();
      const constant = train.y.reduce((sum, value) => sum + value, 0) / train.y.length;
      const error = meanAbsoluteError(valid.y, model.predict(valid.x));
      expect(error).toBeLessThan(0.8 * meanAbsoluteError(valid.y, new Float64Array(valid.y.length).fill(constant)));
    });

    it("shares out importance over its features, where it knows it", async () => {
      using model = await fit();
      if (model.importance === undefined) return expect("importance" in model).toBe(false);
      const importance = model.importance();
      expect(Object.keys(importance).toSorted()).toEqual([...model.features].toSorted());
      expect(Object.values(importance).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    });

    it("refuses a parameter that it does not know", async () => {
      const unknown = { ...params, no_such_parameter: 1 };
      await expect(Promise.resolve().then(() => regressor.fit(train, unknown, { seed: 1 }))).rejects.toThrow(
        ParamsError,
      );
    });

    it("describes every parameter: what it means, and the default", () => {
      const properties = (regressor.schema["properties"] ?? {}) as Record<string, Record<string, unknown>>;
      expect(regressor.schema["additionalProperties"]).toBe(false);
      expect(Object.keys(properties).toSorted()).toEqual(Object.keys(regressor.defaults).toSorted());
      for (const [name, { description, default: value }] of Object.entries(properties)) {
        expect([name, typeof description]).toEqual([name, "string"]);
        expect([name, value]).toEqual([name, regressor.defaults[name]]);
      }
    });

    it("does not begin when it is told to stop", async () => {
      const signal = AbortSignal.abort(new Error("closing time"));
      const fitting = Promise.resolve().then(() => regressor.fit(train, params, { seed: 1, signal }));
      if (iterative) return await expect(fitting).rejects.toThrow("closing time");
      // One that fits at once may finish; whichever it does, it does not hang.
      const outcome = await fitting.then((model) => (model[Symbol.dispose](), "fitted"), (error) => error.message);
      expect(["fitted", "closing time"]).toContain(outcome);
    });

    if (iterative) {
      it("reports its rounds with the validation metric", async () => {
        const rounds: number[] = [], values: number[] = [];
        using _model = await regressor.fit(train, params, {
          seed: 1,
          valid,
          onRound: ({ round, metrics }) => {
            rounds.push(round);
            values.push(Object.values(metrics)[0]!);
          },
        });
        expect(rounds).toEqual(rounds.map((_, i) => i + 1));
        expect(values.every(Number.isFinite)).toBe(true);
        expect(values.at(-1)!).toBeLessThan(values[0]!);
      });

      it("stops between two rounds when it is told to", async () => {
        const stop = new AbortController();
        let rounds = 0;
        const fitting = regressor.fit(train, params, {
          seed: 1,
          signal: stop.signal,
          onRound: () => {
            rounds++;
            stop.abort(new Error("closing time"));
          },
        });
        await expect(fitting).rejects.toThrow("closing time");
        expect(rounds).toBe(1);
      });
    }
  });
}

/** Every so-and-so-many row of a sample. */
function rowsOf({ x, y, weight }: Sample, part: number, of: number): Sample {
  const at = Uint32Array.from(y.keys()).filter((row) => row % of === part);
  const pick = (values: Sample["y"]) => Float32Array.from(at, (row) => values[row]!);
  return { x: selectRows(x, at), y: pick(y), ...(weight === undefined ? {} : { weight: pick(weight) }) };
}

function expectSame(found: Float64Array, wanted: Float64Array): void {
  expect(Array.from(found)).toEqual(Array.from(wanted));
}

function expectSameFiles(found: Files, wanted: Files): void {
  expect(Object.keys(found)).toEqual(Object.keys(wanted));
  for (const [name, bytes] of Object.entries(wanted)) {
    const other = found[name]!;
    // Compared as a whole: a difference in a megabyte should not print the megabyte.
    const equal = other.length === bytes.length && other.every((byte, i) => byte === bytes[i]);
    expect([name, equal ? "same bytes" : "other bytes"]).toEqual([name, "same bytes"]);
  }
}

function copied({ x, y, weight }: Sample): unknown {
  return {
    names: [...x.names],
    rows: x.rows,
    data: Array.from(x.data),
    y: Array.from(y),
    weight: weight && [...weight],
  };
}

function deepFrozen<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === "object" && inner !== null) deepFrozen(inner);
  return Object.freeze(value);
}

function beside(left: Matrix, right: Matrix): Matrix {
  const names = left.names.flatMap((name, k) => [right.names[k]!, name]);
  const data = sharedFloats(names.length * left.rows);
  names.forEach((name, k) => data.set(column(left.names.includes(name) ? left : right, name), k * left.rows));
  return { names, rows: left.rows, data, categorical: left.categorical };
}

function meanAbsoluteError(y: ArrayLike<number>, yHat: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += Math.abs(y[i]! - yHat[i]!);
  return sum / y.length;
}
