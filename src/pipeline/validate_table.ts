/**
 * Any suite over any table: what a data team runs by hand.
 *
 * @module
 */
import { basename } from "node:path";
import { columnProblems, findingsOf, parseSuite, type ResultFormat, runSuite } from "@/checks/mod.ts";
import type { SuiteParameters, ValidationResult } from "@/checks/mod.ts";
import type { Finding } from "@/core/check.ts";
import { ParamsError } from "@/core/errors.ts";
import type { Context } from "@/pipeline/context.ts";
import { recordValidation } from "@/pipeline/record_validation.ts";
import { readTableFile, tableFileColumns } from "@/stores/mod.ts";

/** A table's verdict. */
export interface TableVerdict {
  /** Great Expectations' result JSON. */
  readonly result: ValidationResult;
  readonly findings: readonly Finding[];
  /** A critical rule is broken. */
  readonly refused: boolean;
}

/**
 * Checks a table against a suite, and adds the verdict to the data docs. The table is not changed.
 *
 * Everything that is wrong with the suite (and a column that the table does not have) is said before a row is read.
 *
 * @param suiteFile A suite in either dialect of Great Expectations.
 * @param tableFile A CSV or Parquet file.
 * @throws {ParamsError} If the suite cannot be used.
 * @throws {DatasetError} If the table cannot be read.
 */
export async function validateTable(
  context: Context,
  suiteFile: string,
  tableFile: string,
  { resultFormat = "SUMMARY", parameters = {} }: {
    readonly resultFormat?: ResultFormat;
    readonly parameters?: SuiteParameters;
  } = {},
): Promise<TableVerdict> {
  const suite = parseSuite(await readSuiteText(suiteFile), suiteFile, parameters);
  const problems = columnProblems(suite, tableFileColumns(tableFile));
  if (problems.length > 0) {
    const more = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
    throw new ParamsError(`Cannot use expectation suite ${suiteFile}: ${problems[0]}${more}`, problems);
  }
  const frame = readTableFile(tableFile);
  const result = runSuite(frame, suite, { resultFormat });
  const findings = findingsOf(result, basename(tableFile));
  await recordValidation(context, { dataset: basename(tableFile), stage: "table" }, [
    { suite, table: basename(tableFile), frame, result: tellsRows(resultFormat) ? result : runSuite(frame, suite) },
  ]);
  return { result, findings, refused: findings.some(({ passed, severity }) => !passed && severity === "critical") };
}

/** A page shows examples, whatever was asked for on the command line. */
const tellsRows = (format: ResultFormat) => format === "SUMMARY" || format === "COMPLETE";

async function readSuiteText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : (error as Error).message;
    throw new ParamsError(`Cannot read expectation suite ${path} as ${reason}`);
  }
}
