/**
 * Step 2: hold raw tables, the panel and the features to their data contracts, and stop when a critical one is broken.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import { stylesheet } from "@/charts/mod.ts";
import { findingsOf, parseSuite, renderDataDocs, runSuite, suitesFor } from "@/checks/mod.ts";
import type { Suite, SuiteFile, SuiteStage, ValidationResult } from "@/checks/mod.ts";
import type { Finding } from "@/core/check.ts";
import { GateError } from "@/core/errors.ts";
import type { Context } from "@/pipeline/context.ts";
import { readJson, writeJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";

/** A suite's verdict on a table. */
export interface Verdict {
  readonly suite: string;
  readonly table: string;
  readonly result: ValidationResult;
  readonly findings: readonly Finding[];
}

/**
 * Runs the suites of a stage over its tables, writes the results to `reports/<dataset>/validation/` (as Great Expectations'
 * JSON, and as one page per stage), and lets nothing pass that breaks a critical expectation.
 *
 * @param tables Table name → frame; a table without a suite has no contract.
 * @param extra Suites of the stage besides those that the naming rule gives.
 * @throws {GateError} With every finding of the stage, if a critical expectation fails.
 */
export async function validateStage(
  context: Context,
  stage: SuiteStage,
  tables: Readonly<Record<string, DataFrame>>,
  extra: readonly SuiteFile[] = [],
): Promise<readonly Verdict[]> {
  const { profile, dataset, store, log, now } = context;
  const keys = keysOf(profile.name);
  const verdicts: Verdict[] = [];
  for (const { file, table } of [...suitesFor(profile.name, stage, Object.keys(tables)), ...extra]) {
    const suite = await readSuite(context, file);
    const frame = tables[table];
    if (suite === undefined || frame === undefined) continue;
    const result = runSuite(frame, suite);
    const findings = findingsOf(result, table);
    verdicts.push({ suite: suite.name, table, result, findings });
    await writeJson(store, keys.validation(file.replace(/\.json$/, "")), result);
    log.info("validated", { stage, suite: suite.name, success: result.success, ...result.statistics });
  }
  const title = `${dataset.title}, ${stage} data`;
  await store.put(
    keys.dataDocs(stage),
    renderDataDocs(verdicts, { title, css: stylesheet(), validatedAt: now().toString() }),
  );
  const findings = verdicts.flatMap((verdict) => verdict.findings);
  const broken = findings.filter(({ passed, severity }) => !passed && severity === "critical");
  if (broken.length > 0) {
    const count = broken.length === 1
      ? "1 critical expectation failed"
      : `${broken.length} critical expectations failed, the first`;
    throw new GateError(
      `Refused the ${stage} data of ${profile.name} as ${count}: ${findingText(broken[0]!)}; ` +
        `see ${store.path(keys.dataDocs(stage))}`,
      findings,
    );
  }
  return verdicts;
}

/** Where, what was expected and what was found, in one line. */
function findingText({ table, column, wanted, observed }: Finding): string {
  const where = [table, column === undefined ? "" : `column "${column}"`].filter(Boolean).join(", ");
  return `${where}: expected ${wanted}, found ${observed}`;
}

async function readSuite({ project }: Context, file: string): Promise<Suite | undefined> {
  const bytes = await project.get(`expectations/${file}`);
  return bytes === undefined ? undefined : parseSuite(new TextDecoder().decode(bytes), file);
}

/** What the data contracts said of the data that a model was made from. */
export interface Validation {
  readonly suites: number;
  readonly expectations: number;
  /** Critical expectations that were broken, in words; a model made in spite of them does not pass the gate. */
  readonly broken: readonly string[];
}

/** Reads what `validate` wrote, over all suites of the dataset; null where it never ran. */
export async function readValidation({ profile, store }: Context): Promise<Validation | null> {
  const keys = await Array.fromAsync(store.list(`reports/${profile.name}/validation/`));
  const results = await Promise.all(
    keys.filter((key) => key.endsWith(".json")).map((key) => readJson<ValidationResult>(store, key, "validate")),
  );
  if (results.length === 0) return null;
  const findings = results.flatMap((result) => findingsOf(result, result.suite_name));
  return {
    suites: results.length,
    expectations: findings.length,
    broken: findings.filter(({ passed, severity }) => !passed && severity === "critical").map(findingText),
  };
}
