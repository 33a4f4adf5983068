/**
 * The archive of validations: a page and the failing rows of each run, and an index of all of them.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import { stylesheet } from "@/charts/mod.ts";
import {
  brokenRows,
  renderDataDocs,
  renderDataDocsIndex,
  runSuite,
  type Suite,
  type ValidationEntry,
  type ValidationResult,
} from "@/checks/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { appendLocked, isUnfinished, sweepUnfinished, writeFrame } from "@/stores/mod.ts";

/** The folder of the data docs, in the working folder. */
export const DATA_DOCS = "reports/data_docs";

/** What the tables of a stage are for, in words. */
export function purposeOf(stage: string): string {
  return { table: "use", predictions: "plan with" }[stage] ?? "forecast from";
}

/** A table that was checked. */
export interface Checked {
  readonly suite: Suite;
  readonly table: string;
  readonly frame: DataFrame;
  readonly result: ValidationResult;
  /** How many rows were set aside before. */
  readonly quarantined?: number;
}

/**
 * Writes the page of a validation run with its failing rows (CSV and Parquet), and adds it to the index.
 *
 * @returns The page's key.
 */
export async function recordValidation(
  { store, now }: Context,
  { dataset, stage }: { readonly dataset: string; readonly stage: string },
  checked: readonly Checked[],
): Promise<string> {
  const at = now().toString({ fractionalSecondDigits: 3 });
  const id = `${at.replaceAll(/[:.]/g, "-")}_${dataset}_${stage}`.replaceAll(/[^\w.-]/g, "_");
  const folder = `${DATA_DOCS}/${id}`;
  const downloads: Record<string, readonly string[]> = {};
  for (const { suite, table, frame, result } of checked) {
    const failed = suite.expectations.filter((_, k) => !result.results[k]!.success);
    if (failed.length === 0) continue;
    const complete = runSuite(frame, { ...suite, expectations: failed }, { resultFormat: "COMPLETE" });
    const rows = brokenRows(frame, complete);
    if (rows.height === 0) continue;
    const name = `${table.replaceAll(/[^\w.-]/g, "_")}_failing_rows`;
    for (const ending of ["csv", "parquet"]) await writeFrame(store, `${folder}/${name}.${ending}`, rows);
    downloads[table] = [`${name}.csv`, `${name}.parquet`];
  }
  const title = stage === "table" ? dataset : `${dataset}, ${stage} data`;
  const quarantined = Object.fromEntries(checked.map(({ table, quarantined = 0 }) => [table, quarantined]));
  await store.put(
    `${folder}/index.html`,
    renderDataDocs(checked, {
      title,
      css: stylesheet(),
      validatedAt: at,
      purpose: purposeOf(stage),
      downloads,
      quarantined,
      index: "../index.html",
    }),
  );
  const results = checked.flatMap(({ result }) => result.results);
  const broken = (critical: boolean) =>
    results.filter(({ success, expectation_config }) =>
      !success && (expectation_config.severity === "critical") === critical
    ).length;
  const entry: ValidationEntry = {
    at,
    dataset,
    stage,
    tables: checked.map(({ table }) => table),
    rules: results.length,
    critical: broken(true),
    warnings: broken(false),
    rows: checked.reduce((sum, { frame }) => sum + frame.height, 0),
    page: `${id}/index.html`,
  };
  let all = "";
  await appendLocked(store.path(`${DATA_DOCS}/validations.jsonl`), (text) => {
    const line = JSON.stringify(entry);
    all = `${text}${line}\n`;
    return line;
  }, () => store.put(`${DATA_DOCS}/index.html`, renderDataDocsIndex(entriesOf(all), stylesheet())));
  await sweepAbandoned(store, entriesOf(all));
  return `${folder}/index.html`;
}

/** Removes what killed runs left in folders that no line of the archive names: nobody writes to those again. */
async function sweepAbandoned({ path }: Context["store"], entries: readonly ValidationEntry[]): Promise<void> {
  const named = new Set(entries.map(({ page }) => page.slice(0, page.indexOf("/"))));
  for await (const { name, isDirectory } of Deno.readDir(path(DATA_DOCS))) {
    if (isDirectory && !isUnfinished(name) && !named.has(name)) await sweepUnfinished(path(`${DATA_DOCS}/${name}`));
  }
}

/** Reads the archive's lines; what a killed writer left half-written is skipped. */
export function entriesOf(text: string): ValidationEntry[] {
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as ValidationEntry];
    } catch {
      return [];
    }
  });
}
