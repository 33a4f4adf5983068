/**
 * Store-Item: daily sales of items in stores, and nothing else.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { CleaningNote, ColumnSpec, Dataset, TableSpec } from "@/core/dataset.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { countWhere, duplicateNote, gapNotes, outlierNotes } from "@/datasets/cleaning.ts";
import { forecastOrigin } from "@/datasets/forecast_origin.ts";
import { layOut } from "@/datasets/lay_out.ts";
import { laySubmission } from "@/datasets/lay_submission.ts";
import { ownRows } from "@/datasets/own_rows.ts";
import { requiredTables } from "@/datasets/required_tables.ts";
import { storeItemFiles } from "@/datasets/synthetic/store_item.ts";

/** What is true of the items. */
const profile: DatasetProfile = {
  name: "store-item",
  frequency: "1d",
  horizon: 90,
  seasonLength: 7,
  yearLength: 364,
  keys: ["store", "item"],
  roles: { store: "static", item: "static" },
  levels: {},
  metric: "smape",
  allowsNegative: false,
  events: [],
  targetTransform: "log1p",
  encodings: [
    ["store", "item"],
    ["store", "item", "day_of_week"],
    ["store", "item", "month"],
    ["store", "month"],
    ["item", "month"],
  ],
  slices: ["day_of_week", "store", "month"],
  unit: "units a day",
};

const date: ColumnSpec = { name: "date", type: "date" };
const store: ColumnSpec = { name: "store", type: "integer", min: 1, max: 1_000_000 };
const item: ColumnSpec = { name: "item", type: "integer", min: 1, max: 1_000_000 };

const tables: readonly TableSpec[] = [
  {
    name: "train",
    file: "train.csv",
    key: ["store", "item", "date"],
    columns: [date, store, item, { name: "sales", type: "number", min: 0, max: 1_000_000 }],
  },
  {
    name: "test",
    file: "test.csv",
    optional: true,
    key: ["store", "item", "date"],
    columns: [{ name: "id", type: "integer", min: 0 }, date, store, item],
  },
];

/** The columns of a panel that train and test share. */
function dayRows(table: DataFrame): DataFrame {
  const sales = table.columns.includes("sales") ? pl.col("sales") : pl.lit(null);
  return table.select(
    pl.col("store").cast(pl.Int32).alias("store"),
    pl.col("item").cast(pl.Int32).alias("item"),
    pl.col("Date").alias("ds"),
    sales.cast(pl.Float64).alias("y"),
  );
}

/** The other datasets' name for the date. */
const dated = (table: DataFrame): DataFrame => table.rename({ date: "Date" });

/**
 * Items in stores, one series per store and item, one step per day: no price, no promotion, no holiday is known.
 *
 * Raw tables: train, and where given test.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readTable } from "@/datasets/read_table.ts";
 * import { storeItem } from "@/datasets/store_item.ts";
 *
 * const files = storeItem.generate({ series: 2, seed: 1, steps: 30 });
 * const train = readTable(new TextEncoder().encode(files["train.csv"]), storeItem.tables[0]!, "store-item");
 * const { panel } = storeItem.toPanel({ train });
 * expect(panel.frame.getColumn("unique_id").unique().toArray().sort()).toEqual(["1_1", "1_2"]);
 * ```
 */
export const storeItem: Dataset = {
  profile,
  title: "Items in stores, daily, without any other data",
  competition: "demand-forecasting-kernels-only",
  tables,
  toPanel(raw, { asOf, only } = {}) {
    requiredTables(raw, tables, profile.name);
    const test = raw.test === undefined ? undefined : dated(raw.test);
    const origin = forecastOrigin({ train: dated(raw.train!), test }, { dataset: "store-item", step: 1, asOf });
    const days = origin.test === undefined
      ? dayRows(origin.train)
      : pl.concat([dayRows(origin.train), dayRows(origin.test)]);
    const own = ownRows(days, profile.keys, only);
    const { frame: regular, added, pauses } = layOut(own, { keys: profile.keys, step: 1, fill: (steps) => steps });
    const frame = regular.select("unique_id", "ds", "y", ...Object.keys(profile.roles));
    const zeros = countWhere(ownRows(origin.train, profile.keys, only), pl.col("sales").eq(0));
    const unscored: CleaningNote[] = zeros === 0 && only === undefined ? [] : [{
      table: "train",
      issue: "unscored",
      column: "sales",
      rows: zeros,
      found: `${zeros} days on which an item did not sell`,
      done: "kept: selling nothing is a target like any other",
      ofSeries: true,
    }];
    return {
      panel: { frame, profile, asOf: origin.asOf },
      cleaning: [
        duplicateNote("train", ["store", "item", "date"]),
        ...unscored,
        ...gapNotes("train", added, pauses),
        ...outlierNotes("train", frame, profile.keys),
      ],
    };
  },
  // Of other series, only their dates matter: the panel's origin is the step after the last.
  streaming: {
    table: "train",
    series: profile.keys,
    others: (rows) => rows.unique({ subset: ["date"], keep: "first", maintainOrder: true }),
  },
  generate: storeItemFiles,
  submission(test, forecasts) {
    return laySubmission(dated(test), forecasts, {
      id: pl.col("id"),
      uniqueId: pl.concatString({ exprs: [pl.col("store").cast(pl.String), pl.col("item").cast(pl.String)], sep: "_" }),
      target: "sales",
    });
  },
};
