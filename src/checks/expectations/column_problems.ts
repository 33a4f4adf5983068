import type { Expectation } from "@/checks/expectations/expectation.ts";
import { expectations } from "@/checks/expectations/registry.ts";
import { conditionColumns, parseCondition } from "@/checks/expectations/row_condition.ts";
import type { Suite } from "@/checks/expectations/suite.ts";
import { didYouMean } from "@/core/names.ts";

/**
 * Says which rules of a suite are about columns that a table does not have, before any of its rows is read.
 *
 * @param columns The table's columns.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { columnProblems, parseSuite } from "@/checks/expectations/mod.ts";
 *
 * const rule = { type: "expect_column_values_to_be_unique", kwargs: { column: "sale" } };
 * const suite = parseSuite(JSON.stringify({ name: "s", expectations: [rule] }), "s.json");
 * expect(columnProblems(suite, ["sales"])[0]).toContain('kwargs.column names "sale"');
 * ```
 */
export function columnProblems(suite: Suite, columns: readonly string[]): string[] {
  return suite.expectations.flatMap(({ type, kwargs }, at) => {
    const place = `expectations[${at}] (${type})`;
    const missing = (name: string) => !columns.includes(name);
    const found = (expectations[type] as Expectation).columns(kwargs).filter(missing).map((name) => {
      const key = Object.keys(kwargs).find((key) => {
        const value = kwargs[key];
        return value === name || (Array.isArray(value) && value.includes(name));
      });
      return `${place}: kwargs.${key} names "${name}", which the table does not have. ${didYouMean(name, columns)}`;
    });
    if (kwargs.row_condition == null) return found;
    return [
      ...found,
      ...conditionColumns(parseCondition(kwargs.row_condition)).filter(missing).map((name) =>
        `${place}: kwargs.row_condition names "${name}", which the table does not have. ${didYouMean(name, columns)}`
      ),
    ];
  });
}
