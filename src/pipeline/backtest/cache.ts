/**
 * Forecasts of a backtest, kept by what they were made from: a killed run goes on where it stopped.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { DataFrame } from "nodejs-polars";
import type { LocalStore, Store } from "@/core/store.ts";
import { readFrame, writeFrame } from "@/stores/mod.ts";

/** Code that forecasts are made of: a change in it makes every kept forecast stale. */
const CODE = [
  ...["core", "datasets", "features", "models"].map((room) => `src/${room}/`),
  ...["fit", "models", "recursion", "samples", "trading_rules", "training_rows", "windows"]
    .map((file) => `src/pipeline/${file}.ts`),
  "src/evaluation/metrics/naive_scale.ts",
];

/** Where forecasts are kept, and what is true of all of them. */
export interface ForecastCache {
  /** The rows of a window: everything but forecasts. */
  rows(facts: Facts, make: () => DataFrame): Promise<DataFrame>;
  /** The forecasts of one fit, or undefined where it has yet to be made. */
  get(facts: Facts): Promise<Float64Array<ArrayBuffer> | undefined>;
  put(facts: Facts, forecasts: Float64Array<ArrayBuffer>): Promise<void>;
}

/** What forecasts depend on; the order of names does not matter. */
export type Facts = Readonly<Record<string, unknown>>;

/** Opens the cache of a dataset; `shared` are the facts that all its forecasts have in common. */
export function forecastCache(store: LocalStore, dataset: string, shared: Facts): ForecastCache {
  const keyOf = (facts: Facts) => `data/backtest/${dataset}/${digest({ ...shared, ...facts })}`;
  return {
    async rows(facts, make) {
      const key = `${keyOf(facts)}.parquet`;
      const kept = readFrame(store, key);
      if (kept !== undefined) return kept;
      const made = make();
      await writeFrame(store, key, made);
      return made;
    },
    async get(facts) {
      const bytes = await store.get(`${keyOf(facts)}.f64`);
      return bytes === undefined ? undefined : new Float64Array(bytes.slice().buffer);
    },
    put: (facts, forecasts) => store.put(`${keyOf(facts)}.f64`, new Uint8Array(forecasts.slice().buffer)),
  };
}

/**
 * Identifies a set of facts, however they are ordered.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { digest } from "@/pipeline/backtest/cache.ts";
 *
 * expect(digest({ model: "lightgbm", params: { b: 1, a: [2] } })).toBe(digest({ params: { a: [2], b: 1 }, model: "lightgbm" }));
 * expect(digest({ seed: 1 })).not.toBe(digest({ seed: 2 }));
 * ```
 */
export function digest(facts: Facts): string {
  return createHash("sha256").update(JSON.stringify(sorted(facts))).digest("hex").slice(0, 32);
}

/** Identifies the code that forecasts are made of, and whatever `beside` names: folders or files of the project. */
export async function codeDigest(project: Store, beside: readonly string[] = []): Promise<string> {
  const hash = createHash("sha256");
  for (const part of [...CODE, ...beside]) {
    for await (const key of project.list(part)) {
      hash.update(key).update((await project.get(key))!);
    }
  }
  return hash.digest("hex").slice(0, 16);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([name, own]) => [name, sorted(own)]),
  );
}
