/**
 * Rossmann: daily sales of German drug stores, with promotions, holidays and closed days.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { CleaningNote, ColumnSpec, Dataset, RawTables, TableSpec } from "@/core/dataset.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { dayOfWeek, dayText } from "@/datasets/calendar_day.ts";
import { countWhere, duplicateNote, gapNotes, missingNotes, outlierNotes } from "@/datasets/cleaning.ts";
import { firstRow } from "@/datasets/first_row.ts";
import { beforeOrigin, forecastOrigin } from "@/datasets/forecast_origin.ts";
import { knownStores } from "@/datasets/known_stores.ts";
import { layOut } from "@/datasets/lay_out.ts";
import { laySubmission } from "@/datasets/lay_submission.ts";
import { ownRows } from "@/datasets/own_rows.ts";
import { refusal } from "@/datasets/refusal.ts";
import { requiredTables } from "@/datasets/required_tables.ts";
import { externalTables, STATES, WEATHER_COLUMNS, withExternal } from "@/datasets/rossmann_external.ts";
import { rossmannFiles } from "@/datasets/synthetic/rossmann.ts";

const STATE_HOLIDAYS = ["0", "a", "b", "c"];
const STORE_TYPES = ["a", "b", "c", "d"];
const ASSORTMENTS = ["a", "b", "c"];
const PROMO_INTERVALS = ["Jan,Apr,Jul,Oct", "Feb,May,Aug,Nov", "Mar,Jun,Sept,Dec"];

/** What is true of Rossmann's stores. */
const profile: DatasetProfile = {
  name: "rossmann",
  frequency: "1d",
  horizon: 42,
  seasonLength: 7,
  yearLength: 364,
  keys: ["store"],
  roles: {
    store: "static",
    open: "known",
    promo: "known",
    state_holiday: "known",
    school_holiday: "known",
    customers: "observed",
    store_type: "static",
    assortment: "static",
    competition_distance: "static",
    competition_open_since_month: "static",
    competition_open_since_year: "static",
    promo2: "static",
    promo2_since_week: "static",
    promo2_since_year: "static",
    promo_interval: "static",
    state: "static",
    ...Object.fromEntries(WEATHER_COLUMNS.map((name) => [name, "observed" as const])),
    google_trend: "observed",
  },
  levels: {
    state_holiday: STATE_HOLIDAYS,
    store_type: STORE_TYPES,
    assortment: ASSORTMENTS,
    promo_interval: PROMO_INTERVALS,
    state: STATES,
  },
  metric: "rmspe",
  openColumn: "open",
  allowsNegative: false,
  events: ["promo", "state_holiday", "school_holiday"],
  targetTransform: "log1p",
  encodings: [
    ["store"],
    ["store", "day_of_week"],
    ["store", "promo"],
    ["store", "day_of_week", "promo"],
    ["store", "month"],
    ["store", "promo", "school_holiday"],
    ["store", "day_of_month"],
  ],
  slices: ["day_of_week", "store_type", "promo", "state_holiday"],
  holidays: { country: "DE" },
  unit: "EUR a day",
};

const store: ColumnSpec = { name: "Store", type: "integer", min: 1, max: 1_000_000 };
const dayColumns: readonly ColumnSpec[] = [
  { name: "DayOfWeek", type: "integer", min: 1, max: 7 },
  { name: "Date", type: "date" },
];
const promotion: readonly ColumnSpec[] = [
  { name: "Promo", type: "flag" },
  { name: "StateHoliday", type: "text", values: STATE_HOLIDAYS },
  { name: "SchoolHoliday", type: "flag" },
];

const tables: readonly TableSpec[] = [
  {
    name: "train",
    file: "train.csv",
    key: ["Store", "Date"],
    columns: [
      store,
      ...dayColumns,
      { name: "Sales", type: "number", min: 0, max: 1_000_000 },
      { name: "Customers", type: "integer", nullable: true, min: 0, max: 1_000_000 },
      { name: "Open", type: "flag" },
      ...promotion,
    ],
  },
  {
    name: "test",
    file: "test.csv",
    optional: true,
    key: ["Store", "Date"],
    columns: [
      { name: "Id", type: "integer", min: 0 },
      store,
      ...dayColumns,
      { name: "Open", type: "flag", nullable: true },
      ...promotion,
    ],
  },
  {
    name: "store",
    file: "store.csv",
    key: ["Store"],
    columns: [
      store,
      { name: "StoreType", type: "text", values: STORE_TYPES },
      { name: "Assortment", type: "text", values: ASSORTMENTS },
      { name: "CompetitionDistance", type: "number", nullable: true, min: 0, max: 1_000_000 },
      { name: "CompetitionOpenSinceMonth", type: "integer", nullable: true, min: 1, max: 12 },
      { name: "CompetitionOpenSinceYear", type: "integer", nullable: true, min: 1900, max: 2100 },
      { name: "Promo2", type: "flag" },
      { name: "Promo2SinceWeek", type: "integer", nullable: true, min: 1, max: 53 },
      { name: "Promo2SinceYear", type: "integer", nullable: true, min: 1990, max: 2100 },
      { name: "PromoInterval", type: "text", nullable: true, values: PROMO_INTERVALS },
    ],
  },
  ...externalTables,
];

/** Refuses rows that contradict the calendar, themselves, or store.csv. */
function consistent(table: DataFrame, file: string, stores: DataFrame): void {
  const place = { dataset: "rossmann", file };
  // 1970-01-01 was a Thursday, the fourth day of the week.
  const weekday = pl.col("Date").cast(pl.Int32).plus(3).modulo(7).plus(1);
  const odd = firstRow(table, pl.col("DayOfWeek").neq(weekday));
  if (odd !== undefined) {
    const day = Number(table.getColumn("Date").cast(pl.Int32).get(odd - 1));
    throw refusal(
      { ...place, row: odd, column: "DayOfWeek" },
      `${dayOfWeek(day)}, as ${dayText(day)} has it`,
      String(table.getColumn("DayOfWeek").get(odd - 1)),
    );
  }
  if (table.columns.includes("Sales")) {
    const sold = firstRow(table, pl.col("Open").eq(0).and(pl.col("Sales").gt(0)));
    if (sold !== undefined) {
      const sales = table.getColumn("Sales").get(sold - 1);
      throw refusal({ ...place, row: sold, column: "Sales" }, "0, as the store is closed (Open is 0)", String(sales));
    }
  }
  knownStores(table, stores, { dataset: "rossmann", file, storesFile: "store.csv" });
}

/** The columns of a panel that train and test share. */
function dayRows(table: DataFrame): DataFrame {
  const has = new Set(table.columns);
  const open = has.has("Sales") ? pl.col("Open") : pl.col("Open").fillNull(pl.lit(1));
  return table.select(
    pl.col("Store").cast(pl.Int32).alias("store"),
    pl.col("Date").alias("ds"),
    (has.has("Sales") ? pl.col("Sales") : pl.lit(null)).cast(pl.Float64).alias("y"),
    open.cast(pl.Int32).alias("open"),
    pl.col("Promo").alias("promo"),
    pl.col("StateHoliday").alias("state_holiday"),
    pl.col("SchoolHoliday").alias("school_holiday"),
    (has.has("Customers") ? pl.col("Customers") : pl.lit(null)).cast(pl.Float32).alias("customers"),
  );
}

/** One row per store: its type, competition, second promotion and state. */
function storeRows(stores: DataFrame, states: DataFrame | undefined): DataFrame {
  const left = { on: "Store", how: "left", maintainOrder: "left" } as const;
  const located = states === undefined
    ? stores.withColumn(pl.lit(null).cast(pl.String).alias("State"))
    : stores.join(states, left);
  const number = (from: string, to: string) => pl.col(from).cast(pl.Float32).alias(to);
  return located.select(
    pl.col("Store").cast(pl.Int32).alias("store"),
    pl.col("StoreType").alias("store_type"),
    pl.col("Assortment").alias("assortment"),
    number("CompetitionDistance", "competition_distance"),
    number("CompetitionOpenSinceMonth", "competition_open_since_month"),
    number("CompetitionOpenSinceYear", "competition_open_since_year"),
    pl.col("Promo2").alias("promo2"),
    number("Promo2SinceWeek", "promo2_since_week"),
    number("Promo2SinceYear", "promo2_since_year"),
    pl.col("PromoInterval").alias("promo_interval"),
    pl.col("State").alias("state"),
  );
}

/** Per group: the value of a column that most rows have (the smallest of equals). */
function mostCommon(rows: DataFrame, by: readonly string[], column: string): DataFrame {
  return rows.groupBy(...by, column).agg(pl.col("ds").count().alias("rows"))
    .sort(["rows", column], [true, false])
    .unique({ subset: [...by], keep: "first", maintainOrder: true })
    .select(...by.map((name) => pl.col(name)), pl.col(column));
}

/** Completes added steps with what the other stores' rows say about their date: promotions and holidays are shared. */
function fillFrom(rows: DataFrame, stores: DataFrame) {
  return (steps: DataFrame): DataFrame => {
    const left = { how: "left", maintainOrder: "left" } as const;
    const located = (frame: DataFrame) => frame.join(stores.select("store", "state"), { on: "store", ...left });
    const sameDays = located(rows.join(steps.select("ds").unique(), { on: "ds", how: "semi" }));
    let filled: DataFrame = located(steps).join(mostCommon(sameDays, ["ds"], "promo"), { on: "ds", ...left });
    for (const column of ["state_holiday", "school_holiday"]) {
      const inState = mostCommon(sameDays.filter(pl.col("state").isNotNull()), ["ds", "state"], column);
      const anywhere: DataFrame = mostCommon(sameDays, ["ds"], column).withColumn(pl.col(column).alias("anywhere"));
      filled = filled.join(inState, { on: ["ds", "state"], ...left })
        .join(anywhere.select("ds", "anywhere"), { on: "ds", ...left })
        .withColumn(pl.col(column).fillNull(pl.col("anywhere")).alias(column))
        .drop("anywhere");
    }
    return filled;
  };
}

function notes(raw: RawTables, train: DataFrame, rows: DataFrame): CleaningNote[] {
  const closed = countWhere(train, pl.col("Open").eq(0));
  const unscored = countWhere(train, pl.col("Open").eq(1).and(pl.col("Sales").eq(0)));
  const found: CleaningNote[] = [
    ...missingNotes("store", raw.store!, [
      "CompetitionDistance",
      "CompetitionOpenSinceMonth",
      "Promo2SinceWeek",
      "PromoInterval",
    ]),
    ...missingNotes("train", train, ["Customers"]),
    duplicateNote("train", ["Store", "Date"]),
  ];
  if (raw.test !== undefined) {
    found.push(...missingNotes("test", raw.test, ["Open"], "read as open: a store trades unless it says otherwise"));
  }
  if (raw.store_states !== undefined) {
    const lacking = countWhere(rows, pl.col("state").isNull());
    if (lacking > 0) {
      found.push({
        table: "store_states",
        issue: "missing",
        column: "State",
        rows: lacking,
        found: `${lacking} steps are of stores without a state`,
        done: "left empty, and with them the weather and the search index",
        ofSeries: true,
      });
    }
  }
  if (closed > 0) {
    found.push({
      table: "train",
      issue: "closed",
      column: "Sales",
      rows: closed,
      found: `${closed} rows of days on which a store was closed, with zero sales`,
      done: "kept as steps with target 0: not trained on, and forecast as 0",
    });
  }
  if (unscored > 0) {
    found.push({
      table: "train",
      issue: "unscored",
      column: "Sales",
      rows: unscored,
      found: `${unscored} rows of open days with zero sales`,
      done: "kept; rmspe, which divides by sales, does not score them",
    });
  }
  return found;
}

/**
 * Rossmann's drug stores, one series per store, one step per day.
 *
 * Raw tables: train, store, and where given test, store_states, weather, googletrend. The panel has the profile's
 * columns; those of the weather and of the search index (observed) only where their files are there, and its profile's
 * roles say so. A day without a row gets promotion and holidays from the other stores, and an unknown `open`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readTable } from "@/datasets/read_table.ts";
 * import { rossmann } from "@/datasets/rossmann.ts";
 *
 * const files = rossmann.generate({ series: 3, seed: 1, steps: 60 });
 * const raw = Object.fromEntries(
 *   rossmann.tables.filter((table) => table.file in files).map((table) => [
 *     table.name,
 *     readTable(new TextEncoder().encode(files[table.file]), table, "rossmann"),
 *   ]),
 * );
 * const { panel } = rossmann.toPanel(raw);
 * expect(panel.frame.getColumn("unique_id").nUnique()).toBe(3);
 * ```
 */
export const rossmann: Dataset = {
  profile,
  title: "Rossmann drug stores, daily",
  competition: "rossmann-store-sales",
  tables,
  toPanel(raw, { asOf, only } = {}) {
    requiredTables(raw, tables, profile.name);
    const stores = raw.store!;
    consistent(raw.train!, "train.csv", stores);
    if (raw.test !== undefined) consistent(raw.test, "test.csv", stores);
    const origin = forecastOrigin({ train: raw.train!, test: raw.test }, { dataset: "rossmann", step: 1, asOf });
    const days = origin.test === undefined
      ? dayRows(origin.train)
      : pl.concat([dayRows(origin.train), dayRows(origin.test)]);
    const about = storeRows(stores, raw.store_states);
    const own = ownRows(days, profile.keys, only);
    const { frame: regular, added, pauses } = layOut(own, { keys: ["store"], step: 1, fill: fillFrom(days, about) });
    const joined = withExternal(regular.join(about, { on: "store", how: "left", maintainOrder: "left" }), raw);

    const observed = joined.columns.filter((name) => name === "google_trend" || WEATHER_COLUMNS.includes(name));
    const past = beforeOrigin(origin.asOf);
    const columns = [
      "unique_id",
      "ds",
      "y",
      ...Object.keys(profile.roles).filter((name) => joined.columns.includes(name)),
    ];
    // The files of weather and searches run on beyond the origin, where a forecaster could not have read them.
    const frame = observed.length === 0 ? joined.select(...columns) : joined.select(
      ...columns.map((name) =>
        observed.includes(name) ? pl.when(past).then(pl.col(name)).otherwise(pl.lit(null)).alias(name) : pl.col(name)
      ),
    );
    const roles = Object.fromEntries(Object.entries(profile.roles).filter(([name]) => columns.includes(name)));
    return {
      panel: { frame, profile: { ...profile, roles }, asOf: origin.asOf },
      cleaning: [
        ...notes(raw, origin.train, joined),
        ...gapNotes("train", added, pauses),
        ...outlierNotes("train", frame, profile.keys),
      ],
    };
  },
  generate: rossmannFiles,
  submission(test, forecasts) {
    return laySubmission(test, forecasts, {
      id: pl.col("Id"),
      uniqueId: pl.col("Store").cast(pl.String),
      target: "Sales",
    });
  },
};
