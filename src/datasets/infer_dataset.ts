/**
 * From a CSV file to the description of a dataset: which columns name a series, how far apart steps are, what is known.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Role } from "@/core/panel.ts";
import { DatasetError } from "@/core/errors.ts";
import { calendarDay } from "@/datasets/calendar_day.ts";
import type { OwnColumn, OwnDescription } from "@/datasets/own_dataset.ts";

/** What a person may say; the rest is inferred. */
export interface InferOptions {
  /** The columns that together name a series. */
  readonly series?: readonly string[];
  /** The column of dates. */
  readonly date?: string;
  /** The column of numbers that is to be forecast. */
  readonly target?: string;
  /** Columns that are known for the future too. */
  readonly known?: readonly string[];
  /** Columns that are known only for the past. */
  readonly observed?: readonly string[];
  /** Steps ahead to forecast; a sixth of the history when left out, at most 28 days or 8 weeks. */
  readonly horizon?: number;
}

/** A description without the place of its file and without its suite. */
export type Inferred = Omit<OwnDescription, "format" | "folder" | "suite" | "title" | "name">;

/** Names by which people call what they plan: such columns are taken as known for the future. */
const PLANNED = /promo|holiday|event|campaign|discount|school|^open$|closed|feature|display|advert/i;
/** Names by which people call the target, the date and series, the likeliest first. */
const TARGETS = [
  /^(sales|units|quantity|qty|demand|sold)$/i,
  /sales|units|quantity|demand|sold|revenue|turnover|cups|count/i,
  /^y$/i,
];
const DATES = [/^(date|ds|day|week)$/i, /date|day|week|time/i];
const SERIES =
  /^(unique_id|store|shop|item|product|sku|dept|department|branch|city|region|article|material|series|id|.*_id|.*_nbr)$/i;
/** Names that features have. */
const TAKEN =
  /^(unique_id|ds|y|t|block|step|base|series|year|month|day_of_\w+|week_of_year|seasonal_naive|series_number)$/;
/** Texts of a column that are few enough to be codes. */
const MOST_LEVELS = 200;

/**
 * Infers a dataset from a table of texts, as it was read from the file.
 *
 * A column that never changes within a series is static. What is known for the future nobody can see in the past: columns
 * that have values after the last sale are, and columns whose names say that somebody plans them; everything
 * else counts as observed, which never leaks. Say `known` where that is wrong.
 *
 * @param table One row per series and step; every column as text.
 * @throws {DatasetError} If a column cannot be found, or steps are neither days nor weeks: hourly and monthly data.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { inferDataset } from "@/datasets/infer_dataset.ts";
 *
 * const days = Array.from({ length: 60 }, (_, k) => new Date(Date.UTC(2024, 0, 1 + k)).toISOString().slice(0, 10));
 * const table = pl.DataFrame({ date: days, shop: days.map(() => "Rome"), sales: days.map(() => "5") });
 * const { frequency, series, target, names } = inferDataset(table, "sales.csv");
 * expect([frequency, series, target, names]).toEqual(["1d", ["shop"], "sales", ["Rome"]]);
 * ```
 */
export function inferDataset(table: DataFrame, file: string, options: InferOptions = {}): Inferred {
  const place = { file };
  if (table.height === 0) throw new DatasetError(`Cannot make a dataset of ${file}: it has no rows`, place);
  const texts = (name: string) => table.getColumn(name).toArray() as (string | null)[];
  const date = options.date ?? guess(table.columns.filter((name) => looksLikeDates(texts(name))), DATES);
  if (date === undefined) {
    throw new DatasetError(
      `Cannot find the dates of ${file}: no column has dates such as 2024-01-31; name it by --date, and write dates as YYYY-MM-DD`,
      place,
    );
  }
  demandColumns(table, [date, ...options.series ?? [], ...options.target === undefined ? [] : [options.target]], file);
  demandDates(texts(date), date, file);
  const numeric = table.columns.filter((name) => name !== date && isNumeric(texts(name)));
  const target = options.target ??
    guess(numeric.filter((name) => !SERIES.test(name) && !PLANNED.test(name)), TARGETS);
  if (target === undefined) {
    throw new DatasetError(
      `Cannot find what is to be forecast in ${file}: name the column of numbers by --target`,
      place,
    );
  }
  if (!numeric.includes(target)) {
    throw new DatasetError(`Cannot forecast the column "${target}" of ${file}: it holds texts that are no numbers`, {
      ...place,
      column: target,
    });
  }
  const series = options.series ?? seriesOf(table, date, target);
  const ids = Array.from({ length: table.height }, (_, row) => row);
  const columns = series.map(texts), days = texts(date).map((text) => calendarDay(text!.slice(0, 10)));
  const idOf = (row: number) => columns.map((column) => column[row]).join(" / ");
  const bySeries = Map.groupBy(ids, idOf);
  const frequency = frequencyOf([...bySeries.values()].map((rows) => rows.map((row) => days[row]!)), {
    date,
    series,
    file,
  });
  const sold = texts(target), last = Math.max(...ids.filter((row) => given(sold[row])).map((row) => days[row]!));
  const step = frequency === "1d" ? 1 : 7;
  const steps = (last - Math.min(...days)) / step + 1;
  if (steps < 30) {
    throw new DatasetError(`Cannot forecast ${file} as its history has ${steps} steps: 30 are the least`, place);
  }
  const future = ids.filter((row) => days[row]! > last);
  const names = new Set<string>();
  const others = table.columns.filter((name) => ![date, target].includes(name) && !series.includes(name));
  const own = [...series, ...others].flatMap((column): OwnColumn[] => {
    const values = texts(column), known = values.filter(given) as string[];
    const levels = [...new Set(known)].sort();
    const number = isNumeric(values) && !series.includes(column);
    // A text per row (a name, a comment) says nothing that repeats; a single value says nothing at all.
    if (
      known.length === 0 || (!number && levels.length > MOST_LEVELS) || (levels.length < 2 && !series.includes(column))
    ) {
      return [];
    }
    const name = panelName(column, names);
    const role = roleOf(column);
    if (!number) return role === "observed" ? [] : [{ column, name, role, type: "text", levels }];
    const flag = levels.every((value) => value === "0" || value === "1");
    const whole = known.every((value) => /^[+-]?\d{1,9}$/.test(value));
    return [{ column, name, role, type: flag ? "flag" : whole ? "integer" : "number" }];

    function roleOf(column: string): Role {
      if (options.known?.includes(column)) return "known";
      if (options.observed?.includes(column)) return "observed";
      const still = [...bySeries.values()].every((rows) => new Set(rows.map((row) => values[row])).size === 1);
      if (still) return "static";
      if (future.length > 0 && future.every((row) => given(values[row]))) return "known";
      return PLANNED.test(column) && known.length === values.length ? "known" : "observed";
    }
  });
  const allowsNegative = sold.some((value) => given(value) && Number(value) < 0);
  return {
    file,
    frequency,
    horizon: options.horizon ?? Math.max(1, Math.min(frequency === "1d" ? 28 : 8, Math.floor(steps / 6))),
    series,
    date,
    target,
    allowsNegative,
    metric: allowsNegative ? "wmae" : "smape",
    unit: `${target} a ${frequency === "1d" ? "day" : "week"}`,
    columns: own,
    names: series.length === 0 ? [target] : [...bySeries.keys()].sort(byNumberOrText),
  };
}

const given = (value: string | null | undefined): value is string => value != null && value !== "" && value !== "NA";

function looksLikeDates(values: readonly (string | null)[]): boolean {
  const known = values.filter(given).slice(0, 50);
  return known.length > 0 && known.every((value) => /^\d{4}-\d{2}-\d{2}/.test(value));
}

function isNumeric(values: readonly (string | null)[]): boolean {
  const known = values.filter(given);
  return known.length > 0 && known.every((value) => value.trim() !== "" && Number.isFinite(Number(value)));
}

function guess(names: readonly string[], patterns: readonly RegExp[]): string | undefined {
  for (const pattern of patterns) {
    const found = names.find((name) => pattern.test(name));
    if (found !== undefined) return found;
  }
  return names.length === 1 ? names[0] : undefined;
}

/** Columns whose names say that they name something; text columns where those do not tell rows of a date apart. */
function seriesOf(table: DataFrame, date: string, target: string): string[] {
  // A number per row names rows, not series.
  const named = table.columns.filter((name) =>
    name !== date && name !== target && SERIES.test(name) && table.getColumn(name).nUnique() < table.height
  );
  const apart = (names: readonly string[]) => table.select(date, ...names).unique().height === table.height;
  if (apart(named)) return named;
  const texts = table.columns.filter((name) =>
    ![date, target, ...named].includes(name) && !isNumeric(table.getColumn(name).toArray() as (string | null)[])
  );
  for (const name of texts) if (apart([...named, name])) return [...named, name];
  return apart([...named, ...texts]) ? [...named, ...texts] : named;
}

function demandColumns(table: DataFrame, names: readonly string[], file: string): void {
  for (const name of names) {
    if (table.columns.includes(name)) continue;
    throw new DatasetError(`Cannot find the column "${name}" in ${file}: it has ${table.columns.join(", ")}`, { file });
  }
}

/** Dates without a time of day. */
function demandDates(values: readonly (string | null)[], column: string, file: string): void {
  const timed = values.findIndex((value) =>
    given(value) && /^\S{10}[T ]/.test(value) && !/[T ]00:00(:00(\.0+)?)?Z?$/.test(value)
  );
  if (timed >= 0) {
    throw new DatasetError(
      `Cannot forecast ${file} as it is hourly data, or finer (row ${timed + 1} has "${
        values[timed]
      }"): steps are days ` +
        "or weeks here. Sum the hours of each day first",
      { file, row: timed + 1, column },
    );
  }
  values.forEach((value, at) => {
    const row = at + 1;
    if (!given(value) || Number.isNaN(calendarDay(value.slice(0, 10)))) {
      throw new DatasetError(
        `Cannot use the column "${column}" of ${file} as dates: expected YYYY-MM-DD, found "${
          value ?? ""
        }" in row ${row}`,
        { file, row, column },
      );
    }
    if (value.length > 10) {
      throw new DatasetError(
        `Cannot use the column "${column}" of ${file}: expected dates alone, as 2024-01-31, found "${value}" in row ${row}`,
        { file, row, column },
      );
    }
  });
}

/** The distance between steps that most series have most often. */
function frequencyOf(
  series: readonly (readonly number[])[],
  { date, series: names, file }: { readonly date: string; readonly series: readonly string[]; readonly file: string },
): "1d" | "1w" {
  const counts = new Map<number, number>();
  for (const days of series) {
    const sorted = [...days].sort((a, b) => a - b);
    for (let k = 1; k < sorted.length; k++) {
      const apart = sorted[k]! - sorted[k - 1]!;
      counts.set(apart, (counts.get(apart) ?? 0) + 1);
    }
  }
  if ((counts.get(0) ?? 0) > 0) {
    throw new DatasetError(
      `Cannot tell series apart in ${file}: ${counts.get(0)} rows have the same ${[...names, date].join(" and ")} as ` +
        "another; name the columns that tell them apart by --series",
      { file },
    );
  }
  const [usual] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [0];
  if (usual === 1) return "1d";
  const aligned = series.flat().every((day, _, [first]) => (day - first!) % 7 === 0);
  if (usual === 7 && aligned) return "1w";
  const found = usual >= 28 && usual <= 31 ? "monthly" : usual === 7 ? "on several weekdays" : `${usual} days apart`;
  throw new DatasetError(`Cannot forecast ${file} as its steps are ${found}: expected days, or weeks on one weekday`, {
    file,
    column: date,
  });
}

/** A name as the panel wants it, once each. */
function panelName(column: string, used: Set<string>): string {
  const plain = column.normalize("NFKD").replaceAll(/[^A-Za-z0-9]+/g, "_").replaceAll(/^_+|_+$/g, "").toLowerCase() ||
    "column";
  let name = TAKEN.test(plain) || /^\d/.test(plain) ? `own_${plain}` : plain;
  while (used.has(name)) name = `${name}_2`;
  used.add(name);
  return name;
}

function byNumberOrText(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  return Number.isFinite(x) && Number.isFinite(y) ? x - y : a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Reads a CSV file as texts, whatever separates its columns.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readTexts } from "@/datasets/infer_dataset.ts";
 *
 * const { table, separator } = readTexts("date;sales\n2024-01-01;5,5\n");
 * expect([separator, table.columns, table.row(0)]).toEqual([";", ["date", "sales"], ["2024-01-01", "5,5"]]);
 * ```
 */
export function readTexts(text: string): { readonly table: DataFrame; readonly separator: string } {
  const head = text.slice(0, text.search(/[\r\n]|$/)).replace(/^\ufeff/, "");
  const count = (mark: string) => head.split(mark).length;
  const separator = [",", ";", "\t", "|"].reduce((best, mark) => count(mark) > count(best) ? mark : best);
  const table = pl.readCSV(text.replace(/^\ufeff/, ""), { sep: separator, inferSchemaLength: 0 });
  return { table, separator };
}
