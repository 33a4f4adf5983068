/**
 * Quarantine: rows that break critical rules are set aside with the reason, and the rest goes on.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { columnsOf, wantedInWords } from "@/checks/expectations/findings.ts";
import { runSuite, type ValidationResult } from "@/checks/expectations/run_suite.ts";
import type { Suite } from "@/checks/expectations/suite.ts";

/** A table in two parts. */
export interface Quarantined {
  /** The rows that keep every critical rule about rows; the table itself where all do. */
  readonly kept: DataFrame;
  /** The others, with two columns more: `row`, its number in the table (1 for the first), and `reason`. */
  readonly aside: DataFrame;
}

/**
 * Splits a table into the rows that may go on and those that break a critical rule about rows. Rules about the table as a
 * whole (its columns, a mean) set no row aside; neither do rules that enough rows keep (`mostly`). The table is not changed.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { parseSuite, quarantine } from "@/checks/expectations/mod.ts";
 *
 * const rule = { type: "expect_column_values_to_be_between", kwargs: { column: "sales", min_value: 0 } };
 * const suite = parseSuite(JSON.stringify({ name: "s", expectations: [rule] }), "s.json");
 * const { kept, aside } = quarantine(pl.DataFrame({ sales: [3, -4, 5] }), suite);
 * expect(kept.getColumn("sales").toArray()).toEqual([3, 5]);
 * expect(aside.toRecords()).toEqual([{ sales: -4, row: 2, reason: "sales: at least 0" }]);
 * ```
 */
export function quarantine(frame: DataFrame, suite: Suite): Quarantined {
  const critical = suite.expectations.filter(({ severity }) => severity === "critical");
  const aside = brokenRows(frame, runSuite(frame, { ...suite, expectations: critical }, { resultFormat: "COMPLETE" }));
  if (aside.height === 0) return { kept: frame, aside };
  const keep = new Uint8Array(frame.height).fill(1);
  for (const row of aside.getColumn("row").toArray() as number[]) keep[row - 1] = 0;
  return { kept: frame.filter(pl.Series("keep", Array.from(keep, Boolean), pl.Bool)), aside };
}

/**
 * The rows that break a rule, each with the reason: every rule that it breaks, in words.
 *
 * @param result What a suite found in the table, in the format `COMPLETE`: the others do not number every row.
 * @returns The table's columns, and `row` (1 for the first) and `reason`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { brokenRows, columnsOf, parseSuite, runSuite, wantedInWords } from "@/checks/mod.ts";
 *
 * const config = { type: "expect_column_values_to_be_between", kwargs: { column: "sales", min_value: 0 } };
 * const suite = parseSuite(JSON.stringify({ name: "sales", expectations: [config] }), "sales.json");
 * const frame = pl.DataFrame({ sales: [12, -4, 7] });
 * const broken = brokenRows(frame, runSuite(frame, suite, { resultFormat: "COMPLETE" }));
 * expect([broken.height, Number(broken.getColumn("row").get(0))]).toEqual([1, 2]);
 * const [rule] = suite.expectations;
 * expect([columnsOf(rule!), wantedInWords(rule!)]).toEqual([["sales"], "at least 0"]);
 * ```
 */
export function brokenRows(frame: DataFrame, result: ValidationResult): DataFrame {
  const reasons = new Map<number, string[]>();
  for (const { success, result: found, expectation_config: rule } of result.results) {
    const rows = found.unexpected_index_list as readonly number[] | undefined;
    if (success || rows === undefined) continue;
    const reason = `${columnsOf(rule).join(", ")}: ${wantedInWords(rule)}`;
    for (const row of rows) {
      const known = reasons.get(row);
      if (known === undefined) reasons.set(row, [reason]);
      else known.push(reason);
    }
  }
  const rows = [...reasons.keys()].sort((a, b) => a - b);
  const broken = new Uint8Array(frame.height);
  for (const row of rows) broken[row] = 1;
  return frame.filter(pl.Series("broken", Array.from(broken, Boolean), pl.Bool)).withColumns(
    pl.Series("row", rows.map((row) => row + 1), pl.Int64),
    pl.Series("reason", rows.map((row) => reasons.get(row)!.join("; ")), pl.Utf8),
  );
}
