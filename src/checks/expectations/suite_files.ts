/**
 * Which suite is about which table: a naming rule.
 *
 * @module
 */

/** The stages of a pipeline that have data contracts. */
export type SuiteStage = "raw" | "panel" | "features" | "predictions";

/** A suite's file (in the folder of suites) and the table that it is about. */
export interface SuiteFile {
  /** The file's name, without a folder: `rossmann_panel.json`. */
  readonly file: string;
  /** The raw table's name, or the stage's. */
  readonly table: string;
}

/** Suites that already had a name when the rule was made. */
const NAMED: Readonly<Record<string, string>> = {
  walmart_raw: "sales_expectation_suite.json",
  walmart_features: "feature_expectation_suite.json",
};

/**
 * Returns the files that hold the data contracts of a dataset's stage: `rossmann_panel.json`.
 *
 * The raw stage has one suite for the table `train` (`rossmann_raw.json`) and may have one for each further table
 * (`rossmann_raw_store.json`); a table without such a file has no contract.
 *
 * @param tables The dataset's raw tables.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { suitesFor } from "@/checks/expectations/mod.ts";
 *
 * expect(suitesFor("rossmann", "panel")).toEqual([{ file: "rossmann_panel.json", table: "panel" }]);
 * expect(suitesFor("rossmann", "raw", ["train", "store"]).map(({ file }) => file))
 *   .toEqual(["rossmann_raw.json", "rossmann_raw_store.json"]);
 * ```
 */
export function suitesFor(dataset: string, stage: SuiteStage, tables: readonly string[] = ["train"]): SuiteFile[] {
  const named = (base: string) => NAMED[base] ?? `${base}.json`;
  if (stage !== "raw") return [{ file: named(`${dataset}_${stage}`), table: stage }];
  return tables.map((table) => ({
    file: named(table === "train" ? `${dataset}_raw` : `${dataset}_raw_${table}`),
    table,
  }));
}
