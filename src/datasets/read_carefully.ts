/**
 * The careful way through a CSV file: every value of every row is looked at, so that a wrong one can be named.
 *
 * @module
 */
import pl, { type DataFrame, type Series } from "nodejs-polars";
import Papa from "papaparse";
import type { ColumnSpec, TableSpec } from "@/core/dataset.ts";
import type { DataPlace } from "@/core/errors.ts";
import type { Bytes } from "@/core/store.ts";
import { calendarDay } from "@/datasets/calendar_day.ts";
import type { CsvHeader } from "@/datasets/csv_header.ts";
import { quoted, refusal } from "@/datasets/refusal.ts";

/** A column under construction: throws what was expected instead when it cannot take a text. */
interface Builder {
  add(text: string): void;
  /** Adds a missing value. */
  skip(): void;
  series(): Series;
}

/** What a column would have taken. */
class Unfit extends Error {
  readonly expected: string;
  constructor(expected: string) {
    super(expected);
    this.expected = expected;
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const FLAGS: Readonly<Record<string, number>> = { "0": 0, "1": 1, "0.0": 0, "1.0": 1, false: 0, true: 1 };

const isMissing = (text: string): boolean => text === "" || text === "NA";

/** Numbers in a typed array that grows by doubling; NaN marks a missing value. */
function numbers(name: string, dtype: "Int64" | "Float64" | "Int32" | "Date") {
  let data = new Float64Array(1024), length = 0;
  function push(value: number) {
    if (length === data.length) {
      const longer = new Float64Array(2 * length);
      longer.set(data);
      data = longer;
    }
    data[length++] = value;
  }
  function series(): Series {
    const values = pl.col(name);
    const present = pl.when(values.isNan()).then(pl.lit(null)).otherwise(values);
    const cast = dtype === "Date" ? present.cast(pl.Int32).cast(pl.Date) : present.cast(pl[dtype]);
    return pl.DataFrame([pl.Series(name, data.slice(0, length))]).select(cast.alias(name)).getColumn(name);
  }
  return { push, skip: () => push(NaN), series };
}

function numberBuilder(spec: ColumnSpec): Builder {
  const whole = spec.type === "integer";
  const { min = -Infinity, max = Infinity } = spec;
  const bounds = [
    ...(Number.isFinite(min) ? [`at least ${min}`] : []),
    ...(Number.isFinite(max) ? [`at most ${max}`] : []),
  ].join(" and ");
  const expected = `${whole ? "a whole number" : "a number"}${bounds === "" ? "" : ` of ${bounds}`}`;
  const column = numbers(spec.name, whole ? "Int64" : "Float64");
  return {
    add(text) {
      const value = NUMBER.test(text) ? Number(text) : NaN;
      const fits = Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isSafeInteger(value));
      if (!fits) throw new Unfit(expected);
      column.push(value);
    },
    skip: column.skip,
    series: column.series,
  };
}

function flagBuilder(spec: ColumnSpec): Builder {
  const column = numbers(spec.name, "Int32");
  return {
    add(text) {
      const value = FLAGS[text.toLowerCase()];
      if (value === undefined) throw new Unfit("0 or 1 (or FALSE or TRUE)");
      column.push(value);
    },
    skip: column.skip,
    series: column.series,
  };
}

function dateBuilder(spec: ColumnSpec): Builder {
  const column = numbers(spec.name, "Date");
  const days = new Map<string, number>();
  return {
    add(text) {
      const day = days.get(text) ?? calendarDay(text);
      if (Number.isNaN(day)) throw new Unfit("a date as YYYY-MM-DD");
      days.set(text, day);
      column.push(day);
    },
    skip: column.skip,
    series: column.series,
  };
}

function textBuilder(spec: ColumnSpec): Builder {
  const values: (string | null)[] = [];
  return {
    add(text) {
      if (isMissing(text)) throw new Unfit("a text");
      if (spec.values !== undefined && !spec.values.includes(text)) {
        throw new Unfit(`one of ${spec.values.map(quoted).join(", ")}`);
      }
      values.push(text);
    },
    skip: () => values.push(null),
    series: () => pl.Series(spec.name, values, pl.String),
  };
}

const BUILDERS = {
  integer: numberBuilder,
  number: numberBuilder,
  flag: flagBuilder,
  date: dateBuilder,
  text: textBuilder,
} as const;

/**
 * Reads a CSV file row by row, with papaparse's understanding of quotes, and names the first value that does not fit.
 *
 * Blank lines are skipped and not counted; numbers may be quoted, surrounded by spaces, or written as `5.0`.
 *
 * @param text The file's bytes, as `rawText` returns them.
 * @throws {DatasetError} At the first row with too few or too many fields, a broken quote, or an unfit value.
 */
export function readCarefully(text: Bytes, header: CsvHeader, spec: TableSpec, place: DataPlace): DataFrame {
  const builders = header.columns.map(({ spec: column, at }) => ({
    column,
    at,
    values: BUILDERS[column.type](column),
  }));
  const body = new TextDecoder().decode(text.subarray(header.end)).replaceAll("\r\n", "\n");
  const width = header.names.length;
  let row = 0;
  Papa.parse<string[]>(body, {
    delimiter: spec.separator ?? ",",
    newline: "\n",
    skipEmptyLines: "greedy",
    step({ data, errors }) {
      row++;
      if (errors.length > 0) {
        throw refusal({ ...place, row }, "every quote to be closed", errors[0]!.message.toLowerCase());
      }
      if (data.length !== width) {
        throw refusal({ ...place, row }, `${width} fields as in the header`, `${data.length}`);
      }
      for (const { column, at, values } of builders) {
        // Spaces around numbers mean nothing; inside a text they are part of it.
        const value = column.type === "text" ? data[at]! : data[at]!.trim();
        try {
          if (column.nullable && isMissing(value)) values.skip();
          else values.add(value);
        } catch (error) {
          if (!(error instanceof Unfit)) throw error;
          const found = isMissing(value) ? `a missing value, ${quoted(value)}` : quoted(value);
          throw refusal({ ...place, row, column: column.name }, error.expected, found);
        }
      }
    },
  });
  return pl.DataFrame(builders.map(({ values }) => values.series()));
}
