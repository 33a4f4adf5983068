import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl, { type DataFrame } from "nodejs-polars";
import { type ExpectationResult, expectations, parseSuite, type ResultFormat, runSuite } from "@/checks/mod.ts";
import type { Json } from "@/core/json.ts";

interface Case {
  readonly table: string;
  readonly type: string;
  readonly kwargs: Record<string, Json>;
  readonly format: ResultFormat;
  readonly success: boolean;
  /** The real tool could not answer. */
  readonly raised?: boolean;
  readonly result?: Record<string, Json>;
}

interface Golden {
  readonly tables: Record<string, Record<string, { type: "float" | "int" | "text" | "date" | "flag"; values: Json[] }>>;
  readonly cases: readonly Case[];
}

const golden: Golden = JSON.parse(Deno.readTextFileSync(new URL("expectations.json", import.meta.url)));

const TYPES = { float: pl.Float64, int: pl.Int64, text: pl.Utf8, date: pl.Utf8, flag: pl.Bool };
const frames: Record<string, DataFrame> = Object.fromEntries(
  Object.entries(golden.tables).map(([name, table]) => [
    name,
    pl.DataFrame(
      Object.entries(table).map(([column, { type, values }]) => {
        const series = pl.Series(column, values, TYPES[type]);
        return type === "date" ? series.cast(pl.Date) : series;
      }),
    ),
  ]),
);

/**
 * Where our answer is better than the real one, on purpose: Python takes each NaN for a value of its own, so that its
 * counts list missing values one by one; and the order among NaN is arbitrary.
 */
function merged(counts: Json): Map<string, number> {
  const found = new Map<string, number>();
  for (const { value, count } of counts as unknown as { value: Json; count: number }[]) {
    const key = JSON.stringify(value);
    found.set(key, (found.get(key) ?? 0) + count);
  }
  return new Map([...found].toSorted());
}

/** Numbers without their last bits: sums of floating point numbers run in another order here. */
function rounded(value: Json): Json {
  if (typeof value === "number") return Number(value.toPrecision(12));
  if (Array.isArray(value)) return value.map((one) => rounded(one as Json));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rounded(one as Json)]));
}

/** Dates with gaps are Python objects beside NaN, which cannot be compared there; here they are dates. */
const answersMore = ({ table, type }: Case) => table === "gaps" && /expect_column_(min|max)_/.test(type);

/** What the real tool found, laid out to be compared: the head of a full list is a partial one. */
function theirs({ success, raised = false, result = {} }: Case) {
  const full = result.unexpected_list as Json[] | undefined;
  const heads = full === undefined ? {} : {
    partial_unexpected_list: full.slice(0, 20),
    partial_unexpected_index_list: (result.unexpected_index_list as Json[]).slice(0, 20),
  };
  // SQL's count of nothing is no number.
  const counted = result.unexpected_count === null ? { unexpected_count: 0 } : {};
  return { success, raised, result: { ...result, ...heads, ...counted } as Record<string, Json> };
}

/** SQLite, which answers for LIKE, does not tell capitals: it is asked about small letters. */
function tableOf(name: string, type: string): DataFrame {
  const frame = frames[name]!;
  if (!/_like_pattern/.test(type)) return frame;
  const texts = frame.columns.filter((column) => golden.tables[name]![column]!.type === "text");
  return frame.withColumns(...texts.map((column) => pl.col(column).str.toLowerCase()));
}

function ours({ table, type, kwargs, format, result: wanted }: Case) {
  const suite = parseSuite(JSON.stringify({ name: "golden", expectations: [{ type, kwargs }] }), "golden.json");
  const [{ success, exception_info, result }] = runSuite(tableOf(table, type), suite, { resultFormat: format })
    .results as [ExpectationResult];
  // SQLite, which answers for LIKE, tells less than pandas; and examples that Python cannot sort (text beside nothing) it
  // does not count.
  const untold = (key: string) =>
    !(key in (wanted ?? {})) && (/_like_pattern/.test(type) || key === "partial_unexpected_counts");
  const told = Object.fromEntries(Object.entries(result).filter(([key]) => !untold(key)));
  return { success, raised: exception_info.raised_exception, result: told };
}

function comparable({ success, raised, result }: ReturnType<typeof ours>) {
  const { partial_unexpected_counts: counts, ...fields } = result;
  const missing = counts !== undefined && JSON.stringify(counts).includes("null");
  return {
    success,
    raised,
    counts: missing ? merged(counts) : counts,
    ...Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, rounded(value)])),
  };
}

describe("expectations agree with the real Great Expectations", () => {
  for (const type of Object.keys(expectations)) {
    const cases = golden.cases.filter((one) => one.type === type);
    it(`${type}, in ${cases.length} cases`, () => {
      expect(cases.length).toBeGreaterThan(0);
      for (const one of cases) {
        const found = ours(one), place = { table: one.table, kwargs: one.kwargs };
        if (one.raised && answersMore(one)) expect({ place, raised: found.raised }).toEqual({ place, raised: false });
        else expect({ place, ...comparable(found) }).toEqual({ place, ...comparable(theirs(one)) });
      }
    });
  }
});
