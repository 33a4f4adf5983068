// Whole tables beside the real DataDriftPreset: the same columns, methods, values, thresholds and verdicts.
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import pl, { type DataFrame } from "nodejs-polars";
import { random } from "@/core/random.ts";
import { driftBetween } from "@/pipeline/drift.ts";
import { interopMissing, python } from "../support/python.ts";

interface Answer {
  readonly dataset_drift: boolean;
  readonly share: number;
  readonly columns: Readonly<
    Record<string, { method: string; value: number; threshold: number; drifted: boolean }>
  >;
}

/** A table of a shop; `change` moves every column a little. */
function shop(rows: number, seed: number, change: number): DataFrame {
  const { next, normal, integer, pick } = random(seed);
  const each = <T>(value: () => T) => Array.from({ length: rows }, value);
  const orMissing = <T>(value: T) => next() < 0.1 ? null : value;
  return pl.DataFrame({
    sales: each(() => Math.round(5000 * Math.exp(0.5 * normal()) + 600 * change)),
    price: each(() => 2 + normal() * (1 + change)),
    customers: each(() => integer(900) + 50),
    rare: each(() => next() < 0.9 ? 0.5 : 1.5 + integer(2)),
    day_of_week: each(() => 1 + integer(7)),
    promo: each(() => Number(next() < 0.4 + 0.1 * change)),
    open: each(() => next() < 0.8),
    store_type: each(() => orMissing(pick(["a", "a", change > 0 ? "d" : "b", "c"]))),
    distance: each(() => orMissing(Math.round(next() * 10_000) / 10)),
    always: each(() => 1),
    day: each(() => `2015-06-${String(1 + integer(28)).padStart(2, "0")}`),
  });
}

const PAIRS = [[900, 500, 1], [4000, 1500, 1], [1000, 1200, 0.3], [1001, 90, 0]] as const;

async function files(ending: "csv" | "parquet"): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  return PAIRS.flatMap(([before, now, change], i) =>
    [shop(before, 2 * i, 0), shop(now, 2 * i + 1, change)].map((table, side) => {
      const path = `${folder}/${i}_${side}.${ending}`;
      if (ending === "csv") table.writeCSV(path);
      else table.writeParquet(path);
      return path;
    })
  );
}

describe("the evidently preset", { skip: interopMissing() !== false }, () => {
  it("says what the real DataDriftPreset says of CSV and of Parquet files", async () => {
    const paths = [...await files("csv"), ...await files("parquet")];
    const answers = await python<Answer[]>(new URL("run_evidently.py", import.meta.url), paths);
    for (const [i, answer] of answers.entries()) {
      const ours = driftBetween(paths[2 * i]!, paths[2 * i + 1]!);
      expect(Object.keys(ours.columns).toSorted()).toEqual(Object.keys(answer.columns).toSorted());
      for (const [name, { value, ...verdict }] of Object.entries(answer.columns)) {
        expect({ pair: i, name, ...ours.columns[name] }).toMatchObject({ pair: i, name, ...verdict });
        expect(Math.abs(ours.columns[name]!.value! - value)).toBeLessThan(1e-9);
      }
      expect([ours.dataset_drift, ours.share]).toEqual([answer.dataset_drift, answer.share]);
    }
  });
});
