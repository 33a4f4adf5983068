/**
 * Walmart: weekly sales of store departments, with holidays, markdowns and returns.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { CleaningNote, ColumnSpec, Dataset, RawTables, TableSpec } from "@/core/dataset.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { dayText } from "@/datasets/calendar_day.ts";
import { countWhere, duplicateNote, gapNotes, missingNotes, outlierNotes } from "@/datasets/cleaning.ts";
import { firstRow } from "@/datasets/first_row.ts";
import { beforeOrigin, forecastOrigin } from "@/datasets/forecast_origin.ts";
import { knownStores } from "@/datasets/known_stores.ts";
import { layOut } from "@/datasets/lay_out.ts";
import { laySubmission } from "@/datasets/lay_submission.ts";
import { ownRows } from "@/datasets/own_rows.ts";
import { refusal } from "@/datasets/refusal.ts";
import { requiredTables } from "@/datasets/required_tables.ts";
import { walmartFiles } from "@/datasets/synthetic/walmart.ts";

const TYPES = ["A", "B", "C"];

/** Columns that are known only for the past: name in the panel → name in features.csv. */
const OBSERVED: Readonly<Record<string, string>> = {
  temperature: "Temperature",
  fuel_price: "Fuel_Price",
  markdown1: "MarkDown1",
  markdown2: "MarkDown2",
  markdown3: "MarkDown3",
  markdown4: "MarkDown4",
  markdown5: "MarkDown5",
  cpi: "CPI",
  unemployment: "Unemployment",
};

/** What is true of Walmart's departments. */
const profile: DatasetProfile = {
  name: "walmart",
  frequency: "1w",
  horizon: 13,
  seasonLength: 52,
  yearLength: 52,
  keys: ["store", "dept"],
  roles: {
    store: "static",
    dept: "static",
    is_holiday: "known",
    type: "static",
    size: "static",
    ...Object.fromEntries(Object.keys(OBSERVED).map((name) => [name, "observed" as const])),
  },
  levels: { type: TYPES },
  metric: "wmae",
  scoreWeight: { column: "is_holiday", equals: 1, weight: 5 },
  allowsNegative: true,
  events: ["is_holiday"],
  targetTransform: "identity",
  encodings: [["store", "dept"], ["dept"], ["store"]],
  slices: ["type", "is_holiday"],
  holidays: { country: "US" },
  unit: "USD a week",
};

const store: ColumnSpec = { name: "Store", type: "integer", min: 1, max: 1_000_000 };
const dept: ColumnSpec = { name: "Dept", type: "integer", min: 0, max: 10_000 };
const date: ColumnSpec = { name: "Date", type: "date" };
const isHoliday: ColumnSpec = { name: "IsHoliday", type: "flag" };

/** The columns of train.csv that name a series. */
const SERIES = ["Store", "Dept"];

const tables: readonly TableSpec[] = [
  {
    name: "train",
    file: "train.csv",
    key: ["Store", "Dept", "Date"],
    columns: [
      store,
      dept,
      date,
      { name: "Weekly_Sales", type: "number", min: -10_000_000, max: 10_000_000 },
      isHoliday,
    ],
  },
  {
    name: "test",
    file: "test.csv",
    optional: true,
    key: ["Store", "Dept", "Date"],
    columns: [store, dept, date, isHoliday],
  },
  {
    name: "stores",
    file: "stores.csv",
    key: ["Store"],
    columns: [
      store,
      { name: "Type", type: "text", values: TYPES },
      { name: "Size", type: "integer", min: 1, max: 10_000_000 },
    ],
  },
  {
    name: "features",
    file: "features.csv",
    key: ["Store", "Date"],
    columns: [
      store,
      date,
      { name: "Temperature", type: "number", nullable: true, min: -100, max: 200 },
      { name: "Fuel_Price", type: "number", nullable: true, min: 0, max: 100 },
      ...[1, 2, 3, 4, 5].map((k) =>
        ({ name: `MarkDown${k}`, type: "number", nullable: true, min: -1_000_000, max: 10_000_000 }) as const
      ),
      { name: "CPI", type: "number", nullable: true, min: 0, max: 10_000 },
      { name: "Unemployment", type: "number", nullable: true, min: 0, max: 100 },
      isHoliday,
    ],
  },
];

/** Refuses dates that are no Fridays, and stores and holidays that the other tables contradict. */
function consistent(table: DataFrame, file: string, raw: RawTables): void {
  const place = { dataset: "walmart", file };
  // 1970-01-02 was a Friday.
  const odd = firstRow(table, pl.col("Date").cast(pl.Int32).minus(1).modulo(7).neq(0));
  if (odd !== undefined) {
    const day = Number(table.getColumn("Date").cast(pl.Int32).get(odd - 1));
    const weekday = new Date(day * 86_400_000).toLocaleDateString("en", { weekday: "long", timeZone: "UTC" });
    throw refusal(
      { ...place, row: odd, column: "Date" },
      "a Friday, as weeks end on Fridays",
      `${dayText(day)}, a ${weekday}`,
    );
  }
  if (!table.columns.includes("Dept")) return;
  knownStores(table, raw.stores!, { dataset: "walmart", file, storesFile: "stores.csv" });
  const both = table.select("Store", "Date", "IsHoliday").join(
    raw.features!.select(pl.col("Store"), pl.col("Date"), pl.col("IsHoliday").alias("features")),
    { on: ["Store", "Date"], how: "left", maintainOrder: "left" },
  );
  const disagreeing = firstRow(both, pl.col("IsHoliday").neq(pl.col("features")).fillNull(pl.lit(false)));
  if (disagreeing !== undefined) {
    const [, , here, there] = both.row(disagreeing - 1);
    throw refusal(
      { ...place, row: disagreeing, column: "IsHoliday" },
      `${there}, as features.csv has it`,
      String(here),
    );
  }
}

/** The columns of a panel that train and test share. */
function weekRows(table: DataFrame): DataFrame {
  const sales = table.columns.includes("Weekly_Sales") ? pl.col("Weekly_Sales") : pl.lit(null);
  return table.select(
    pl.col("Store").cast(pl.Int32).alias("store"),
    pl.col("Dept").cast(pl.Int32).alias("dept"),
    pl.col("Date").alias("ds"),
    sales.cast(pl.Float64).alias("y"),
    pl.col("IsHoliday").alias("is_holiday"),
  );
}

/** What features.csv says about a store's week; the part that only the past knows is kept until the origin. */
function featureRows(features: DataFrame, asOf: string): DataFrame {
  const past = beforeOrigin(asOf, "Date");
  return features.select(
    pl.col("Store").cast(pl.Int32).alias("store"),
    pl.col("Date").alias("ds"),
    ...Object.entries(OBSERVED).map(([name, column]) =>
      pl.when(past).then(pl.col(column)).otherwise(pl.lit(null)).cast(pl.Float32).alias(name)
    ),
  );
}

/** Completes added weeks: whether one is a holiday is the same everywhere, in features.csv or in the other rows. */
function fillFrom(rows: DataFrame, features: DataFrame) {
  return (steps: DataFrame): DataFrame => {
    const holidays = pl.concat([
      features.select(pl.col("Date").alias("ds"), pl.col("IsHoliday").alias("is_holiday")),
      rows.select("ds", "is_holiday"),
    ]).groupBy("ds").agg(pl.col("is_holiday").max().alias("is_holiday"));
    return steps.join(holidays, { on: "ds", how: "left", maintainOrder: "left" });
  };
}

function notes(
  raw: RawTables,
  train: DataFrame,
  panel: DataFrame,
  { asOf, only }: { readonly asOf: string; readonly only?: ((id: string) => boolean) | undefined },
): CleaningNote[] {
  // Of some of the series, what was not found of them is told as well: notes of parts then come in one order.
  const told = (rows: number) => rows > 0 || only !== undefined;
  const negative = countWhere(ownRows(train, SERIES, only), pl.col("Weekly_Sales").lt(0));
  const found: CleaningNote[] = [
    ...missingNotes("features", raw.features!, Object.values(OBSERVED)),
    duplicateNote("train", ["Store", "Dept", "Date"]),
  ];
  const past = panel.filter(beforeOrigin(asOf));
  const bare = countWhere(past, pl.col("temperature").isNull().and(pl.col("fuel_price").isNull()));
  if (told(bare)) {
    found.push({
      table: "features",
      issue: "missing",
      rows: bare,
      found: `${bare} weeks of series have neither temperature nor fuel price in features.csv`,
      done: "left empty: unknown is not zero",
      ofSeries: true,
    });
  }
  if (told(negative)) {
    found.push({
      table: "train",
      issue: "negative",
      column: "Weekly_Sales",
      rows: negative,
      found: `${negative} weeks in which returns exceeded sales`,
      done: "kept: the target, and so its forecast, can be negative",
      ofSeries: true,
    });
  }
  if (raw.test !== undefined) {
    const keys = ["Store", "Dept"];
    const unseen = raw.test.select(...keys).unique().join(train.select(...keys).unique(), { on: keys, how: "anti" });
    if (unseen.height > 0) {
      found.push({
        table: "test",
        issue: "missing",
        column: "Weekly_Sales",
        rows: unseen.height,
        found: `${unseen.height} series of test.csv have no history at all`,
        done:
          "kept as series of future steps: forecast from what their store and department have in common with others",
      });
    }
  }
  return found;
}

/**
 * Walmart's departments, one series per store and department, one step per week, named by its Friday.
 *
 * Raw tables: train, stores, features, and where given test. Returns may exceed sales, so that targets can be negative.
 * Temperature, fuel price, markdowns, CPI and unemployment are observed: they end at the origin, although features.csv
 * runs on. A series that only test.csv has becomes one of future steps alone.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { walmart } from "@/datasets/walmart.ts";
 *
 * expect(walmart.profile.scoreWeight).toEqual({ column: "is_holiday", equals: 1, weight: 5 });
 * expect(Object.keys(walmart.generate({ series: 2, seed: 1 }))).toContain("features.csv");
 * ```
 */
export const walmart: Dataset = {
  profile,
  title: "Walmart store departments, weekly",
  competition: "walmart-recruiting-store-sales-forecasting",
  tables,
  toPanel(raw, { asOf, only } = {}) {
    requiredTables(raw, tables, profile.name);
    consistent(raw.features!, "features.csv", raw);
    consistent(raw.train!, "train.csv", raw);
    if (raw.test !== undefined) consistent(raw.test, "test.csv", raw);
    const origin = forecastOrigin({ train: raw.train!, test: raw.test }, { dataset: "walmart", step: 7, asOf });
    const weeks = origin.test === undefined
      ? weekRows(origin.train)
      : pl.concat([weekRows(origin.train), weekRows(origin.test)]);
    const own = ownRows(weeks, profile.keys, only);
    const { frame: regular, added, pauses } = layOut(own, {
      keys: profile.keys,
      step: 7,
      fill: fillFrom(weeks, raw.features!),
    });
    const left = { how: "left", maintainOrder: "left" } as const;
    const about = raw.stores!.select(
      pl.col("Store").cast(pl.Int32).alias("store"),
      pl.col("Type").alias("type"),
      pl.col("Size").cast(pl.Float32).alias("size"),
    );
    const frame = regular
      .join(about, { on: "store", ...left })
      .join(featureRows(raw.features!, origin.asOf), { on: ["store", "ds"], ...left })
      .select("unique_id", "ds", "y", ...Object.keys(profile.roles));
    return {
      panel: { frame, profile, asOf: origin.asOf },
      cleaning: [
        ...notes(raw, origin.train, frame, { asOf: origin.asOf, only }),
        ...gapNotes("train", added, pauses),
        ...outlierNotes("train", frame, profile.keys),
      ],
    };
  },
  // Of other series, their dates matter, and the holidays among them: a week that is added to a series may be one.
  streaming: {
    table: "train",
    series: SERIES,
    others: (rows) => rows.unique({ subset: ["Date", "IsHoliday"], keep: "first", maintainOrder: true }),
  },
  generate: walmartFiles,
  submission(test, forecasts) {
    const text = (name: string) => pl.col(name).cast(pl.String);
    const join = (...names: string[]) => pl.concatString({ exprs: names.map(text), sep: "_" });
    return laySubmission(test, forecasts, {
      id: join("Store", "Dept", "Date").alias("Id"),
      uniqueId: join("Store", "Dept"),
      target: "Weekly_Sales",
    });
  },
};
