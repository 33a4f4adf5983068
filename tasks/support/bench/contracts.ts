/**
 * What data contracts cost: a suite over a million rows, beside the real Great Expectations where it is at hand.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pl, { type DataFrame } from "nodejs-polars";
import type { Json } from "@/core/json.ts";
import type { Job } from "./job.ts";
import type { ContractsFigures } from "./record.ts";
import { runChild } from "./run_child.ts";
import { median, ratio } from "./statistics.ts";
import type { Seconds } from "./stopwatch.ts";

/** The share of Great Expectations' time that a suite may take. */
const AIM = 0.1;

/** How often each suite is run in one process. */
const RUNS = 3;

/** What the real tool measured. */
interface PeerContracts {
  readonly version: string;
  readonly runs: readonly Seconds[];
  readonly peak_mb: number;
  /** Rule by rule. */
  readonly verdicts: readonly boolean[];
}

/**
 * Runs 12 and 100 expectations over a table of made-up sales, in a process that reads it from a file; then the 12 in Python.
 *
 * @param options.python A Python with Great Expectations; left out, ours stand alone.
 */
export async function benchContracts(
  base: Pick<Job, "overrides" | "paramsFile" | "workdir">,
  { rows, folder, python, signal, notes }: {
    readonly rows: number;
    readonly folder: string;
    readonly python?: string | undefined;
    readonly signal: AbortSignal;
    readonly notes: string[];
  },
): Promise<ContractsFigures> {
  const table = join(folder, "sales.parquet"), few = join(folder, "few.json"), many = join(folder, "many.json");
  salesTable(rows).writeParquet(table);
  await Deno.writeTextFile(few, JSON.stringify({ name: "few", expectations: fewRules() }));
  await Deno.writeTextFile(many, JSON.stringify({ name: "many", expectations: manyRules() }));
  const { stages, facts, peakRssMb } = await runChild(
    { ...base, kind: "contracts", table, few, many, runs: RUNS },
    signal,
  );
  const middle = (suite: string): Seconds => {
    const own = Object.entries(stages).filter(([name]) => name.startsWith(`${suite} `)).map(([, seconds]) => seconds);
    return { wall: median(own.map(({ wall }) => wall)), cpu: median(own.map(({ cpu }) => cpu)) };
  };
  const ours = middle("few");
  const answer = python === undefined ? "there is no Python with Great Expectations (`make interop`)" : await runPeer(
    python,
    [table, few, String(RUNS)],
    signal,
  );
  if (typeof answer === "string") notes.push(`no comparison with Great Expectations: ${answer}`);
  const theirs = typeof answer === "string" ? null : {
    wall: median(answer.runs.map(({ wall }) => wall)),
    cpu: median(answer.runs.map(({ cpu }) => cpu)),
  };
  return {
    rows,
    columns: Number(facts["columns"]),
    few: ours,
    many: middle("many"),
    peakRssMb,
    aim: AIM,
    peer: theirs === null || typeof answer === "string" ? null : {
      version: answer.version,
      seconds: theirs,
      peakMb: answer.peak_mb,
      wallRatio: ratio(ours.wall, theirs.wall),
      cpuRatio: ratio(ours.cpu, theirs.cpu),
      sameVerdicts: facts["verdicts"] === answer.verdicts.map(Number).join(""),
    },
  };
}

async function runPeer(python: string, args: string[], signal: AbortSignal): Promise<PeerContracts | string> {
  const script = fileURLToPath(new URL("./great_expectations_peer.py", import.meta.url));
  try {
    const { success, stdout, stderr } = await new Deno.Command(python, {
      args: [script, ...args],
      env: { GX_ANALYTICS_ENABLED: "false", PYTHONDONTWRITEBYTECODE: "1", PYTHONWARNINGS: "ignore" },
      stdin: "null",
      signal,
    }).output();
    const decoder = new TextDecoder();
    if (!success) return `it failed: ${decoder.decode(stderr).trim().split("\n").at(-1)}`;
    return JSON.parse(decoder.decode(stdout).trim().split("\n").at(-1)!) as PeerContracts;
  } catch (error) {
    signal.throwIfAborted();
    return `it cannot be run: ${(error as Error).message}`;
  }
}

const STORES = 1115, WHOLE = ["Store", "DayOfWeek", "Sales", "Customers", "Open", "Promo", "SchoolHoliday"];

/** Sales like Rossmann's: a row for each store and day, in nine columns. */
function salesTable(rows: number): DataFrame {
  const column = (value: (row: number) => number) => Float64Array.from({ length: rows }, (_, row) => value(row));
  const day = (row: number) => Math.floor(row / STORES);
  const whole = {
    Store: column((row) => row % STORES + 1),
    DayOfWeek: column((row) => day(row) % 7 + 1),
    Sales: column((row) => day(row) % 7 === 6 ? 0 : 2000 + (row * 7919) % 9973),
    Customers: column((row) => day(row) % 7 === 6 ? 0 : 200 + (row * 31) % 1009),
    Open: column((row) => day(row) % 7 === 6 ? 0 : 1),
    Promo: column((row) => Math.floor(day(row) / 7) % 2),
    SchoolHoliday: column((row) => day(row) % 50 < 9 ? 1 : 0),
  };
  return pl.DataFrame(WHOLE.map((name) => pl.Series(name, whole[name as keyof typeof whole]).cast(pl.Int64)))
    .withColumns(
      pl.Series("Date", column((row) => day(row) * 86_400_000 + Date.UTC(2013, 0, 1))).cast(pl.Int64)
        .cast(pl.Datetime("ms")),
      pl.when(pl.col("Store").modulo(97).eq(0)).then(pl.lit("a")).otherwise(pl.lit("0")).alias("StateHoliday"),
    );
}

interface Rule {
  readonly type: string;
  readonly kwargs: Readonly<Record<string, Json>>;
}

/** Twelve rules as a team writes them; one is broken by a sixth of the rows. */
function fewRules(): Rule[] {
  const rule = (type: string, kwargs: Rule["kwargs"]): Rule => ({ type, kwargs });
  const between = (column: string, min_value: number, max_value: number) =>
    rule("expect_column_values_to_be_between", { column, min_value, max_value });
  const oneOf = (column: string, value_set: Json[]) => rule("expect_column_values_to_be_in_set", { column, value_set });
  return [
    rule("expect_table_row_count_to_be_between", { min_value: 1 }),
    rule("expect_table_columns_to_match_set", { column_set: [...WHOLE, "Date", "StateHoliday"] }),
    rule("expect_column_values_to_not_be_null", { column: "Store" }),
    rule("expect_column_values_to_not_be_null", { column: "Date" }),
    between("Store", 1, STORES),
    between("Sales", 0, 50_000),
    between("Customers", 0, 1_000),
    oneOf("DayOfWeek", [1, 2, 3, 4, 5, 6, 7]),
    oneOf("Open", [0, 1]),
    oneOf("StateHoliday", ["0", "a", "b", "c"]),
    rule("expect_column_mean_to_be_between", { column: "Sales", min_value: 1_000, max_value: 20_000 }),
    rule("expect_compound_columns_to_be_unique", { column_list: ["Store", "Date"] }),
  ];
}

/** A hundred rules: the twelve, and what can be said of each column of numbers. */
function manyRules(): Rule[] {
  const ofColumn = (column: string): Rule[] => [
    { type: "expect_column_to_exist", kwargs: { column } },
    { type: "expect_column_values_to_be_of_type", kwargs: { column, type_: "int64" } },
    { type: "expect_column_values_to_not_be_null", kwargs: { column } },
    { type: "expect_column_values_to_be_between", kwargs: { column, min_value: 0, max_value: 1e6 } },
    { type: "expect_column_values_to_not_be_in_set", kwargs: { column, value_set: [-1, 999_999] } },
    ...["min", "max", "mean", "median", "sum", "stdev"].map((what) => ({
      type: `expect_column_${what}_to_be_between`,
      kwargs: { column, min_value: 0 },
    })),
    { type: "expect_column_unique_value_count_to_be_between", kwargs: { column, min_value: 1 } },
    { type: "expect_column_value_z_scores_to_be_less_than", kwargs: { column, threshold: 10, double_sided: true } },
  ];
  return [...fewRules(), ...WHOLE.flatMap(ofColumn)].slice(0, 100);
}
