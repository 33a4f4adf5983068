import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl, { type DataFrame } from "nodejs-polars";
import type { Dataset, RawTables } from "@/core/dataset.ts";
import {
  FEATURE_CATALOGUE,
  featureCatalogue,
  findingsOf,
  parseSuite,
  runSuite,
  type Suite,
  type SuiteFile,
  suitesFor,
  type SuiteStage,
} from "@/checks/mod.ts";
import { datasets, readTable } from "@/datasets/mod.ts";
import type { Panel } from "@/core/panel.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import { addSteps } from "@/pipeline/time.ts";
import { modelsAsRows, predictionsFrom } from "@/pipeline/validate_predictions.ts";
import { rawTables } from "../support/raw_tables.ts";

const folder = new URL("../../expectations/", import.meta.url);
const load = (file: string): Suite => parseSuite(Deno.readTextFileSync(new URL(file, folder)), file);

/** The raw tables that have a suite. */
const CONTRACTED: Readonly<Record<string, readonly string[]>> = {
  rossmann: ["train", "store"],
  walmart: ["train", "stores", "features"],
  "store-item": ["train"],
};

type Stages = Readonly<Record<SuiteStage, Readonly<Record<string, DataFrame>>>>;

/** Every table of a dataset that has a contract, by stage and name. */
function stagesOf(dataset: Dataset, raw: RawTables): Stages {
  const { profile } = dataset;
  const { panel } = dataset.toPanel(raw);
  const { frame } = buildFeatures(panel, recipe(profile), { origin: panel.asOf, horizon: profile.horizon });
  return {
    raw,
    panel: { panel: panel.frame },
    features: { features: frame },
    predictions: { predictions: perfectForecasts(panel) },
  };
}

/** Forecasts of the last steps by somebody who knew them. */
function perfectForecasts(panel: Panel): DataFrame {
  const { profile, asOf, frame } = panel, { horizon } = profile;
  const origin = addSteps(asOf, -horizon, profile.frequency);
  const known = frame.filter(pl.col("y").isNotNull().and(pl.col("ds").gtEq(pl.lit(origin).cast(pl.Date))));
  const forecasts = modelsAsRows(known.withColumn(pl.col("y").alias("oracle")), ["oracle"])
    .withColumns(pl.col("forecast").minus(5).alias("lo"), pl.col("forecast").plus(5).alias("hi"));
  return predictionsFrom(panel, forecasts, { origin, horizon });
}

/** Broken rules in words, over all stages. */
function broken(name: string, stages: Stages, severity?: "critical"): string[] {
  return (Object.keys(stages) as (keyof Stages)[]).flatMap((stage) =>
    suitesFor(name, stage, CONTRACTED[name]).flatMap(({ file, table }: SuiteFile) =>
      findingsOf(runSuite(stages[stage][table]!, load(file)), table)
        .filter((finding) => !finding.passed && (severity === undefined || finding.severity === severity))
        .map(({ check, column, observed, wanted }) => `${file}: ${column} ${wanted}: ${observed} (${check})`)
    )
  );
}

describe("the shipped suites", () => {
  it("are read without a problem, and belong to a stage", () => {
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
    for (const file of files) expect(load(file).name).toBe(file.replace(".json", ""));
    const expected = Object.entries(CONTRACTED).flatMap(([name, tables]) =>
      (["raw", "panel", "features", "predictions"] as const).flatMap((stage) =>
        suitesFor(name, stage, tables).map(({ file }) => file)
      )
    );
    expect(files).toEqual([...expected, FEATURE_CATALOGUE.file].toSorted());
  });

  for (const [name, dataset] of Object.entries(datasets)) {
    it(`of ${name} are kept by generated data, however little`, () => {
      for (const [series, seed] of [[3, 1], [7, 2], [20, 3]] as const) {
        const raw = rawTables(dataset, dataset.generate({ series, seed }));
        expect({ series, seed, broken: broken(name, stagesOf(dataset, raw)) }).toEqual({ series, seed, broken: [] });
      }
    });

    const data = Deno.env.get("SHELFCAST_DATA");
    it(
      `of ${name} are kept by the real data`,
      { skip: data === undefined ? "SHELFCAST_DATA does not name a folder with the real data" : false },
      () => {
        const raw: Record<string, DataFrame> = {};
        for (const spec of dataset.tables) {
          if (spec.file.includes("/")) continue;
          raw[spec.name] = readTable(Deno.readFileSync(`${data}/${name}/${spec.file}`), spec, name);
        }
        expect(broken(name, stagesOf(dataset, raw))).toEqual([]);
      },
    );
  }

  const first = pl.intRange(0, pl.len()).eq(pl.lit(0));
  const set = (column: string, value: unknown) => (table: DataFrame) =>
    table.withColumns(
      pl.when(first).then(pl.lit(value)).otherwise(pl.col(column)).cast(table.getColumn(column).dtype).alias(column),
    );
  const twice = (table: DataFrame) => pl.concat([table, table.head(1)]);
  const lies: readonly [string, string, SuiteStage, string, (table: DataFrame) => DataFrame][] = [
    ["a day given twice", "rossmann", "raw", "train", twice],
    ["negative daily sales", "rossmann", "raw", "train", set("Sales", -1)],
    ["an unknown holiday", "rossmann", "raw", "train", set("StateHoliday", "z")],
    ["a missing store number", "rossmann", "raw", "train", set("Store", null)],
    ["a date of another century", "rossmann", "raw", "train", (table) =>
      table.withColumns(
        pl.when(first).then(pl.lit("1915-07-31").cast(pl.Date)).otherwise(pl.col("Date")).alias("Date"),
      )],
    ["a closed shop that sells", "rossmann", "raw", "train", (table) =>
      table.withColumns(
        pl.when(first).then(pl.lit(9)).otherwise(pl.col("Sales")).alias("Sales"),
        pl.when(first).then(pl.lit(0)).otherwise(pl.col("Open")).cast(pl.Int32).alias("Open"),
      )],
    ["a missing column", "rossmann", "raw", "train", (table) => table.drop("Promo")],
    ["no rows", "rossmann", "raw", "train", (table) => table.head(0)],
    ["an unknown store type", "rossmann", "raw", "store", set("StoreType", "e")],
    ["a store given twice", "rossmann", "raw", "store", twice],
    ["an absurd target", "rossmann", "panel", "panel", set("y", 1e9)],
    ["a promotion that is neither on nor off", "rossmann", "panel", "panel", set("promo", 2)],
    ["an infinite expected level", "rossmann", "features", "features", set("base", Infinity)],
    ["rows to forecast without an expected level", "rossmann", "features", "features", (table) =>
      table.withColumns(
        pl.when(pl.col("block").gtEq(0)).then(pl.lit(NaN)).otherwise(pl.col("base")).cast(pl.Float32).alias("base"),
      )],
    ["an eighth day of the week", "rossmann", "features", "features", set("day_of_week", 8)],
    ["a week given twice", "walmart", "raw", "train", twice],
    ["a holiday that is neither", "walmart", "raw", "train", set("IsHoliday", 3)],
    ["missing sales", "walmart", "raw", "train", set("Weekly_Sales", null)],
    ["an unknown store type", "walmart", "raw", "stores", set("Type", "D")],
    ["a week given twice", "walmart", "raw", "features", twice],
    ["a missing store size", "walmart", "panel", "panel", set("size", null)],
    ["a missing baseline column", "walmart", "features", "features", (table) => table.drop("seasonal_naive")],
    ["a closed shop that is forecast to sell", "rossmann", "predictions", "predictions", set("open", 0)],
    ["negative forecasts", "rossmann", "predictions", "predictions", set("forecast", -1)],
    ["a week without a forecast", "walmart", "predictions", "predictions", set("forecast", null)],
    ["an infinite forecast", "walmart", "predictions", "predictions", set("forecast", Infinity)],
    ["a week that is forecast twice", "walmart", "predictions", "predictions", twice],
    [
      "a forecast of what is known",
      "store-item",
      "predictions",
      "predictions",
      (table) => table.withColumns(pl.lit("2100-01-01").cast(pl.Date).alias("origin")),
    ],
    [
      "a forecast beyond the horizon",
      "store-item",
      "predictions",
      "predictions",
      (table) => table.withColumns(pl.lit("2000-01-01").cast(pl.Date).alias("last")),
    ],
    ["an interval upside down", "store-item", "predictions", "predictions", set("lo", 1e9)],
    ["negative daily sales", "store-item", "raw", "train", set("sales", -1)],
    ["a step given twice", "store-item", "panel", "panel", twice],
    ["a step before the first", "store-item", "features", "features", set("step", 0)],
  ];
  const known = new Map<string, Stages>();
  const stages = (name: string): Stages => {
    const dataset = datasets[name]!;
    if (!known.has(name)) {
      known.set(name, stagesOf(dataset, rawTables(dataset, dataset.generate({ series: 3, seed: 1 }))));
    }
    return known.get(name)!;
  };
  for (const [what, name, stage, table, lie] of lies) {
    it(`refuse ${what} (${name}, ${stage}, ${table})`, () => {
      const honest = stages(name)[stage as keyof Stages][table]!;
      const { file } = suitesFor(name, stage, CONTRACTED[name]).find((one) => one.table === table)!;
      const found = findingsOf(runSuite(lie(honest), load(file)), table);
      expect(found.filter(({ passed, severity }) => !passed && severity === "critical").length).toBeGreaterThan(0);
    });
  }

  it("hold every feature's reach against the horizon", () => {
    const suite = load(FEATURE_CATALOGUE.file);
    for (const { profile } of Object.values(datasets)) {
      const features = recipe(profile).filter(({ helper }) => !helper);
      expect(runSuite(featureCatalogue(features, profile.horizon), suite).success).toBe(true);
      const longer = runSuite(featureCatalogue(features, profile.horizon + 1), suite);
      const { result } = longer.results.at(-1)!;
      expect(result.unexpected_count).toBe(features.filter(({ reach }) => reach === profile.horizon).length);
    }
  });
});
