import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import pl, { type DataFrame } from "nodejs-polars";
import type { Json } from "@/core/json.ts";
import { parseSuite, runSuite, suitesFor, suiteToJson } from "@/checks/mod.ts";
import { datasets } from "@/datasets/mod.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import { addSteps } from "@/pipeline/time.ts";
import { modelsAsRows, predictionsFrom } from "@/pipeline/validate_predictions.ts";
import { interopMissing, python } from "../support/python.ts";
import { rawTables } from "../support/raw_tables.ts";

/** What the real tool says of one table. */
interface Answer {
  readonly results: readonly {
    readonly type: string;
    readonly severity: string;
    readonly success: boolean;
    readonly result: Record<string, Json>;
    readonly exception: string | null;
  }[];
  readonly ours: { readonly success: boolean; readonly statistics: unknown; readonly rules: number };
}

const TABLES: Readonly<Record<string, readonly string[]>> = {
  rossmann: ["train", "store"],
  walmart: ["train", "stores", "features"],
  "store-item": ["train"],
};

/** Every table of a dataset that has a suite. */
function tablesOf(name: string): { file: string; raw: boolean; frame: DataFrame }[] {
  const dataset = datasets[name]!;
  const raw = rawTables(dataset, dataset.generate({ series: 3, seed: 1, steps: dataset.profile.yearLength * 3 }));
  const { panel } = dataset.toPanel(raw);
  const blocks = { origin: panel.asOf, horizon: dataset.profile.horizon };
  const features = buildFeatures(panel, recipe(dataset.profile), blocks).frame;
  const { horizon, frequency } = dataset.profile, origin = addSteps(panel.asOf, -horizon, frequency);
  const known = panel.frame.filter(pl.col("y").isNotNull().and(pl.col("ds").gtEq(pl.lit(origin).cast(pl.Date))));
  const frames: Record<string, Readonly<Record<string, DataFrame>>> = {
    raw,
    panel: { panel: panel.frame },
    features: { features },
    predictions: { predictions: predictionsFrom(panel, modelsAsRows(known, ["y"]), { origin, horizon }) },
  };
  return (["raw", "panel", "features", "predictions"] as const).flatMap((stage) =>
    suitesFor(name, stage, TABLES[name]).map(({ file, table }) => ({
      file,
      raw: stage === "raw",
      frame: frames[stage]![table]!,
    }))
  );
}

/** Repeats a row, and makes numbers of every fifth row negative and of every seventh row missing. */
function lied(frame: DataFrame): DataFrame {
  const row = pl.intRange(0, pl.len()), none = pl.lit(null);
  const numbers = frame.columns.filter((name) => /^Float/.test(frame.schema[name]!.variant));
  const changed = frame.withColumns(
    ...numbers.map((name) =>
      pl.when(row.modulo(5).eq(0)).then(pl.col(name).minus(1e6))
        .when(row.modulo(7).eq(0)).then(none).otherwise(pl.col(name)).cast(frame.schema[name]!).alias(name)
    ),
  );
  return pl.concat([changed, changed.head(1)]);
}

/** Numbers without their last bits: means run in another order there. */
function rounded(value: Json | undefined): Json | undefined {
  if (typeof value === "number") return Number(value.toPrecision(6));
  return Array.isArray(value) ? value.map((one) => rounded(one as Json)!) : value;
}

const FIELDS = [
  "observed_value",
  "element_count",
  "unexpected_count",
  "unexpected_percent",
  "missing_count",
  "missing_percent",
  "partial_unexpected_index_list",
];

describe("the real Great Expectations", { skip: interopMissing() }, () => {
  it("takes our suites for its own, as files of a project", async () => {
    const folder = new URL("../../expectations/", import.meta.url);
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name);
    const rules = files.map((file) => {
      const { name, expectations } = parseSuite(Deno.readTextFileSync(new URL(file, folder)), file);
      return [name, expectations.length];
    });
    const seen = await python<Record<string, number>>(
      new URL("open_suites.py", import.meta.url),
      [fileURLToPath(folder)],
      { env: { GX_ANALYTICS_ENABLED: "false" } },
    );
    expect(seen).toEqual(Object.fromEntries(rules));
  });

  it("runs our suites, agrees with us rule by rule, and opens our results", async () => {
    const folder = await Deno.makeTempDir({ prefix: "shelfcast gx " });
    try {
      const jobs = Object.keys(datasets).flatMap(tablesOf).flatMap(({ file, raw, frame }) =>
        (raw ? [frame, lied(frame)] : [frame]).map((frame, k) => {
          const table = join(folder, `${k}_${file}.parquet`);
          frame.writeParquet(table);
          const suite = parseSuite(
            Deno.readTextFileSync(new URL(`../../expectations/${file}`, import.meta.url)),
            file,
          );
          return { file, honest: k === 0, table, raw, suite, result: runSuite(frame, suite) };
        })
      );
      // The tool takes long to start: one process for all.
      const answers = await python<Answer[]>(new URL("run_great_expectations.py", import.meta.url), [], {
        input: jobs.map(({ suite, ...job }) => ({ ...job, suite: JSON.parse(suiteToJson(suite)) })),
        env: { GX_ANALYTICS_ENABLED: "false" },
      });
      for (const [at, { file, honest, result }] of jobs.entries()) {
        const { results, ours } = answers[at]!;
        const { success, statistics } = result;
        expect({ file, ...ours }).toEqual({ file, success, statistics, rules: result.results.length });
        expect({ file, success }).toEqual({ file, success: honest });
        expect(results.length).toBe(result.results.length);
        results.forEach((theirs, k) => {
          const mine = result.results[k]!;
          const place = { file, honest, rule: mine.expectation_config.kwargs };
          const facts = ({ success, result }: { success: boolean; result: Readonly<Record<string, Json>> }) => ({
            place,
            success,
            ...Object.fromEntries(FIELDS.map((field) => [field, rounded(result[field])])),
          });
          expect({ place, exception: theirs.exception }).toEqual({ place, exception: null });
          const { type, severity } = mine.expectation_config;
          expect({ type, severity }).toEqual({ type: theirs.type, severity: theirs.severity });
          expect(facts(mine)).toEqual(facts(theirs));
        });
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
});
