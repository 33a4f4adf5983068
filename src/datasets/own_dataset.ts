/**
 * A dataset that a description makes: one CSV file, with a row per series and step.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { ColumnSpec, Dataset, TableSpec } from "@/core/dataset.ts";
import type { DatasetProfile, Role } from "@/core/panel.ts";
import { random } from "@/core/random.ts";
import { calendarDay, dayText } from "@/datasets/calendar_day.ts";
import { countWhere, duplicateNote, gapNotes, outlierNotes } from "@/datasets/cleaning.ts";
import { forecastOrigin } from "@/datasets/forecast_origin.ts";
import { layOut } from "@/datasets/lay_out.ts";
import { ownRows } from "@/datasets/own_rows.ts";
import { refusal } from "@/datasets/refusal.ts";
import { requiredTables } from "@/datasets/required_tables.ts";

/** A column of the file beyond date, target and series. */
export interface OwnColumn {
  /** Its name in the file. */
  readonly column: string;
  /** Its name in the panel. */
  readonly name: string;
  /** Whether it never changes, is known for the future, or only for the past. */
  readonly role: Role;
  /** How its text is read: a flag is 0 or 1. */
  readonly type: "integer" | "number" | "text" | "flag";
  /** Of a text column: its values, in the order of their codes. */
  readonly levels?: readonly string[];
}

/** What `deno task init` writes: `src/datasets/own/<name>.json`. */
export interface OwnDescription {
  /** The version of this format. */
  readonly format: 1;
  /** The name on the command line. */
  readonly name: string;
  /** What it is, in one line for `--help`. */
  readonly title: string;
  /** The CSV file's name, and the folder it is in, from the folder of this description. */
  readonly file: string;
  /** The folder of the CSV file, seen from the folder of this description. */
  readonly folder: string;
  /** What stands between two values of a row; a comma when left out. */
  readonly separator?: string;
  /** How far apart two steps of a series are. */
  readonly frequency: DatasetProfile["frequency"];
  /** Steps ahead that are forecast. */
  readonly horizon: number;
  /** The columns that together name a series; none where the file has a single one. */
  readonly series: readonly string[];
  /** The file's column of dates, `YYYY-MM-DD`. */
  readonly date: string;
  /** The file's column that is forecast. */
  readonly target: string;
  /** Whether the target, and so its forecast, can be below zero. */
  readonly allowsNegative: boolean;
  /** The metric that decides promotion. */
  readonly metric: DatasetProfile["metric"];
  /** What one unit of the target is, for axes and tables: `cups a day`. */
  readonly unit: string;
  /** The columns that are used beyond date and target, also those of `series` that the models may read. */
  readonly columns: readonly OwnColumn[];
  /** Names of the series, joined by ` / `, in the order of their numbers: the panel knows them as 1, 2, … */
  readonly names: readonly string[];
  /** A draft of what raw rows must be like, in Great Expectations' format; a file in expectations/ wins over it. */
  readonly suite: unknown;
}

/** The key column of such a dataset: the number of a series. */
const KEY = "series_number";

/**
 * Makes a dataset of its description. Series are numbered in the order of `names`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { ownDataset } from "@/datasets/own_dataset.ts";
 * import { readTable } from "@/datasets/mod.ts";
 *
 * const cafe = ownDataset({
 *   format: 1, name: "cafe", title: "Cups", file: "cups.csv", folder: ".", frequency: "1d", horizon: 7,
 *   series: ["city"], date: "day", target: "cups", allowsNegative: false, metric: "smape", unit: "cups a day",
 *   columns: [], names: ["Berlin", "Rome"], suite: null,
 * });
 * const csv = new TextEncoder().encode("day,city,cups\n2024-01-01,Rome,5\n2024-01-02,Rome,7\n");
 * const { panel } = cafe.toPanel({ train: readTable(csv, cafe.tables[0]!, "cafe") });
 * expect(panel.frame.getColumn("unique_id").toArray()).toEqual(["2", "2"]);
 * expect(panel.asOf).toBe("2024-01-03");
 * ```
 */
export function ownDataset(description: OwnDescription): Dataset & { readonly own: OwnDescription } {
  const { name, series, date, target, frequency, file } = description;
  const step = frequency === "1d" ? 1 : 7, profile = profileOf(description), table = tableOf(description);
  const numbers = new Map(description.names.map((one, at) => [one, at + 1]));
  return {
    own: description,
    profile,
    title: description.title,
    competition: "",
    tables: [table],
    toPanel(raw, { asOf, only } = {}) {
      requiredTables(raw, [table], name);
      const known = raw.train!.filter(pl.col(target).isNotNull());
      const origin = forecastOrigin({ train: known.withColumn(pl.col(date).alias("Date")) }, {
        dataset: name,
        step,
        asOf,
      });
      const rows = numbered(origin.train);
      const { frame: regular, added, pauses } = layOut(ownRows(rows, [KEY], only), {
        keys: [KEY],
        step,
        fill: filled(rows),
      });
      const frame = regular.select("unique_id", "ds", "y", ...Object.keys(profile.roles));
      const zeros = countWhere(origin.train, pl.col(target).eq(0));
      return {
        panel: { frame, profile, asOf: origin.asOf },
        cleaning: [
          duplicateNote("train", [...series, date]),
          ...zeros === 0 ? [] : [{
            table: "train",
            issue: "unscored" as const,
            column: target,
            rows: zeros,
            found: `${zeros} steps on which nothing was sold`,
            done: "kept: selling nothing is a target like any other",
          }],
          ...gapNotes("train", added, pauses),
          ...outlierNotes("train", frame, [KEY]),
        ],
      };
    },
    generate: ({ series: count, steps = 420, seed }) => ({ [file]: madeUp(description, count, steps, seed) }),
    submission: (test) => {
      throw refusal({ dataset: name, file: "test.csv" }, "a competition's form", `a table of ${test.height} rows`);
    },
  };

  /** The rows under the names of the panel, with the number of each series. */
  function numbered(train: DataFrame): DataFrame {
    const parts = series.map((column) => train.getColumn(column).cast(pl.Utf8).toArray() as string[]);
    const ids = Int32Array.from({ length: train.height }, (_, row) => {
      const own = series.length === 0 ? description.names[0]! : parts.map((column) => column[row]).join(" / ");
      const number = numbers.get(own);
      if (number !== undefined) return number;
      throw refusal(
        { dataset: name, file, row: row + 1 },
        `one of the ${numbers.size} series that \`deno task init\` saw`,
        `"${own}": run init again to take it in`,
      );
    });
    return train.select(
      pl.col(date).alias("ds"),
      pl.col(target).cast(pl.Float64).alias("y"),
      ...description.columns.map(({ column, name, type }) =>
        pl.col(column).cast(type === "text" ? pl.Utf8 : type === "number" ? pl.Float32 : pl.Int32).alias(name)
      ),
    ).withColumn(pl.Series(KEY, ids, pl.Int32));
  }

  /** Added steps know what never changes; what happened on them, nobody wrote down: flags are off. */
  function filled(rows: DataFrame) {
    const statics = description.columns.filter(({ role }) => role === "static").map(({ name }) => name);
    const about = statics.length === 0
      ? undefined
      : rows.groupBy(KEY).agg(...statics.map((name) => pl.col(name).first().alias(name)));
    const off = description.columns.filter(({ role, type }) => role === "known" && type === "flag");
    return (steps: DataFrame): DataFrame => {
      const told = about === undefined ? steps : steps.join(about, { on: KEY, how: "left", maintainOrder: "left" });
      return off.length === 0 ? told : told.withColumns(...off.map(({ name }) => pl.lit(0).cast(pl.Int32).alias(name)));
    };
  }
}

function profileOf(description: OwnDescription): DatasetProfile {
  const { name, frequency, horizon, metric, allowsNegative, unit, columns } = description;
  const daily = frequency === "1d", flags = columns.filter(({ role, type }) => role === "known" && type === "flag");
  const statics = columns.filter(({ role, levels }) => role === "static" && levels !== undefined);
  return {
    name,
    frequency,
    horizon,
    seasonLength: daily ? 7 : 52,
    yearLength: daily ? 364 : 52,
    keys: [KEY],
    roles: { [KEY]: "static", ...Object.fromEntries(columns.map(({ name, role }) => [name, role])) },
    levels: Object.fromEntries(columns.flatMap(({ name, levels }) => levels === undefined ? [] : [[name, levels]])),
    metric,
    allowsNegative,
    events: flags.map(({ name }) => name),
    targetTransform: allowsNegative ? "identity" : "log1p",
    encodings: [[KEY], [KEY, daily ? "day_of_week" : "month"]],
    slices: [...statics.map(({ name }) => name), ...flags.map(({ name }) => name), ...daily ? ["day_of_week"] : []],
    unit,
  };
}

function tableOf({ file, series, date, target, allowsNegative, columns, separator }: OwnDescription): TableSpec {
  const others = columns.filter(({ column }) => !series.includes(column)).map((
    { column, type, levels },
  ): ColumnSpec => ({
    name: column,
    type,
    nullable: true,
    ...levels !== undefined && { values: levels },
  }));
  return {
    name: "train",
    file,
    key: [...series, date],
    columns: [
      { name: date, type: "date" },
      ...series.map((name): ColumnSpec => ({ name, type: "text" })),
      { name: target, type: "number", nullable: true, ...!allowsNegative && { min: 0 } },
      ...others,
    ],
    ...separator !== undefined && { separator },
  };
}

/** Rows of the same shape, made up: levels by series, weeks with a pattern. The same seed gives the same bytes. */
function madeUp(description: OwnDescription, count: number, steps: number, seed: number): string {
  const { series, date, target, columns, names, frequency, separator = "," } = description;
  const others = columns.filter(({ column }) => !series.includes(column)), stride = frequency === "1d" ? 1 : 7;
  const first = calendarDay("2022-01-03"), used = names.slice(0, count);
  const lines = [[date, ...series, target, ...others.map(({ column }) => column)].join(separator)];
  used.forEach((name, at) => {
    const chance = random(seed, at), level = 50 * (1 + at % 5), parts = series.length === 0 ? [] : name.split(" / ");
    const fixed = others.map(({ type, levels }) => type === "text" ? levels![at % levels!.length]! : String(at % 2));
    for (let k = 0; k < steps; k++) {
      const values = others.map(({ role, type, levels }, c) =>
        role === "static"
          ? fixed[c]!
          : type === "text"
          ? levels![chance.integer(levels!.length)]!
          : String(chance.integer(2))
      );
      const sold = Math.round(
        level * (1 + 0.3 * Math.sin(2 * Math.PI * k / (frequency === "1d" ? 7 : 52)) + 0.1 * chance.next()),
      );
      lines.push([dayText(first + k * stride), ...parts, String(sold), ...values].join(separator));
    }
  });
  return `${lines.join("\n")}\n`;
}
