import { createHash } from "node:crypto";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { column, type Sample } from "@/core/matrix.ts";
import type { Model, Regressor } from "@/core/regressor.ts";
import { lightgbm } from "@/models/lightgbm.ts";
import { libraryVersion } from "@/models/native/library.ts";
import { xgboost } from "@/models/xgboost.ts";
import golden from "../golden/native.json" with { type: "json" };

interface Rows {
  readonly columns: readonly (readonly (number | null)[])[];
  readonly y: readonly number[];
  readonly weight: readonly number[];
}

interface Case {
  readonly name: string;
  readonly params: object;
  readonly weighted: boolean;
  readonly rounds: number;
  readonly history: readonly number[];
  readonly predictions: readonly number[];
  readonly contributions: readonly (readonly number[])[] | null;
  readonly gains: readonly number[];
  readonly treesSha256?: string;
}

const names = golden.names;

function sample({ columns, y, weight }: Rows, weighted: boolean): Sample {
  const data = Float32Array.from(columns.flat(), (value) => value ?? NaN);
  const x = { names, rows: y.length, data, categorical: golden.categorical };
  return { x, y: Float32Array.from(y), ...(weighted && { weight: Float32Array.from(weight) }) };
}

async function fitted(regressor: Regressor, { params, weighted }: Case): Promise<{ model: Model; history: number[] }> {
  const history: number[] = [];
  const model = await regressor.fit(sample(golden.train, weighted), { ...regressor.defaults, ...params }, {
    seed: golden.seed,
    valid: sample(golden.valid, false),
    onRound: ({ metrics }) => history.push(Object.values(metrics)[0]!),
  });
  return { model, history };
}

const { x } = sample(golden.valid, false);

describe("lightgbm equals LightGBM as Python drives it, bit for bit", () => {
  it("is the same version", () => expect(libraryVersion("lightgbm")).toBe(golden.versions.lightgbm));

  for (const wanted of golden.lightgbm as readonly Case[]) {
    it(wanted.name, async () => {
      const { model, history } = await fitted(lightgbm, wanted);
      using _ = model;
      expect(Array.from(model.predict(x))).toEqual(wanted.predictions);
      // Threads add up their shares of a metric, and other tests in this process set their number: the last digit is theirs.
      expect(history.length).toBe(wanted.history.length);
      history.forEach((value, round) => expect(Math.abs(value / wanted.history[round]! - 1)).toBeLessThan(1e-13));

      const files = model.save();
      expect(JSON.parse(new TextDecoder().decode(files["model.json"])).rounds).toBe(wanted.rounds);
      const [trees = ""] = new TextDecoder().decode(files["model.txt"]).split("end of trees");
      expect(createHash("sha256").update(trees).digest("hex")).toBe(wanted.treesSha256);

      const total = wanted.gains.reduce((sum, gain) => sum + gain, 0);
      expect(names.map((name) => model.importance!()[name])).toEqual(wanted.gains.map((gain) => gain / total));

      if (wanted.contributions === null) {
        // LightGBM cannot tell the contributions of linear leaves.
        return expect(model.contributions).toBeUndefined();
      }
      const contributions = model.contributions!(x);
      expect(contributions.names).toEqual([...names, "bias"]);
      contributions.names.forEach((name, k) => {
        expect(Array.from(column(contributions, name))).toEqual(
          wanted.contributions!.map((row) => Math.fround(row[k]!)),
        );
      });
    });
  }
});

describe("xgboost equals XGBoost as Python drives it", () => {
  it("is the same version", () => expect(libraryVersion("xgboost")).toBe(golden.versions.xgboost));

  for (const wanted of golden.xgboost as readonly Case[]) {
    it(wanted.name, async () => {
      const { model, history } = await fitted(xgboost, wanted);
      using _ = model;
      expect(Array.from(model.predict(x))).toEqual(wanted.predictions);
      expect(history).toEqual(wanted.history);
      expect(JSON.parse(new TextDecoder().decode(model.save()["model.json"])).rounds).toBe(wanted.rounds);

      const total = wanted.gains.reduce((sum, gain) => sum + gain, 0);
      expect(names.map((name) => model.importance!()[name])).toEqual(wanted.gains.map((gain) => gain / total));

      const contributions = model.contributions!(x);
      contributions.names.forEach((name, k) => {
        const values = column(contributions, name);
        wanted.contributions!.forEach((row, i) => expect(values[i]).toBeCloseTo(row[k]!, 4));
      });
    });
  }
});
