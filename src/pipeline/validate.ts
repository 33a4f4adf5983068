/**
 * Step 2: hold raw tables, the panel and the features to their data contracts, and stop when a critical one is broken.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import { stylesheet } from "@/charts/mod.ts";
import { findingsOf, parseSuite, quarantine, renderDataDocs, runSuite, suitesFor } from "@/checks/mod.ts";
import type { Suite, SuiteFile, SuiteStage, ValidationResult } from "@/checks/mod.ts";
import type { Finding } from "@/core/check.ts";
import { isOwn } from "@/datasets/mod.ts";
import type { CleaningNote } from "@/core/dataset.ts";
import { GateError } from "@/core/errors.ts";
import type { Context } from "@/pipeline/context.ts";
import { readJson, writeJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { type Checked, purposeOf, recordValidation } from "@/pipeline/record_validation.ts";
import { writeFrame } from "@/stores/mod.ts";

/** A suite's verdict on a table. */
export interface Verdict {
  readonly suite: string;
  readonly table: string;
  /** The rows that were judged: all, or those that were not set aside. */
  readonly frame: DataFrame;
  readonly result: ValidationResult;
  readonly findings: readonly Finding[];
  /** How many rows were set aside, and where they are. */
  readonly quarantined?: { readonly rows: number; readonly share: number; readonly file: string };
}

/** Whether rows that break a contract may be set aside. */
export interface Quarantine {
  /** The largest share of a table's rows that may be, 0 to 1. */
  readonly share: number;
}

/**
 * Runs the suites of a stage over its tables, writes the results to `reports/<dataset>/validation/` (as Great Expectations'
 * JSON, and as one page per stage), and lets nothing pass that breaks a critical expectation.
 *
 * With `quarantine`, rows that break a critical rule about rows are written to `reports/<dataset>/quarantine/` with the
 * reason, and the rest is judged; up to a share of the table, beyond which it is refused as a whole.
 *
 * @param tables Table name → frame; a table without a suite has no contract. With `quarantine`, the tables that are judged
 * are in the verdicts.
 * @param extra Suites of the stage besides those that the naming rule gives.
 * @throws {GateError} With every finding of the stage, if a critical expectation fails.
 */
export async function validateStage(
  context: Context,
  stage: SuiteStage,
  tables: Readonly<Record<string, DataFrame>>,
  extra: readonly SuiteFile[] = [],
  allowed?: Quarantine,
): Promise<readonly Verdict[]> {
  const { profile, dataset, store, log, now } = context;
  const keys = keysOf(profile.name);
  const verdicts: Verdict[] = [];
  const checked: Checked[] = [];
  for (const { file, table } of [...suitesFor(profile.name, stage, Object.keys(tables)), ...extra]) {
    const suite = await readSuite(context, file);
    const whole = tables[table];
    if (suite === undefined || whole === undefined) continue;
    const { frame, quarantined } = await setAside(context, `${stage}_${table}`, whole, suite, allowed);
    const result = runSuite(frame, suite);
    const findings = findingsOf(result, table);
    verdicts.push({ suite: suite.name, table, frame, result, findings, ...(quarantined ? { quarantined } : {}) });
    checked.push({ suite, table, frame, result, quarantined: quarantined?.rows ?? 0 });
    await writeJson(store, keys.validation(file.replace(/\.json$/, "")), result);
    log.info("validated", { stage, suite: suite.name, success: result.success, ...result.statistics });
  }
  const title = `${dataset.title}, ${stage} data`;
  await store.put(
    keys.dataDocs(stage),
    renderDataDocs(verdicts, { title, css: stylesheet(), validatedAt: now().toString(), purpose: purposeOf(stage) }),
  );
  await recordValidation(context, { dataset: profile.name, stage }, checked);
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

/** The tables that go on: without the rows that were set aside; the same object where there are none. */
export function withoutQuarantined<Tables extends Readonly<Record<string, DataFrame>>>(
  tables: Tables,
  verdicts: readonly Verdict[],
): Tables {
  const changed = verdicts.filter(({ quarantined }) => quarantined !== undefined);
  if (changed.length === 0) return tables;
  return { ...tables, ...Object.fromEntries(changed.map(({ table, frame }) => [table, frame])) };
}

/** How many rows of each table were set aside. */
export function quarantinedRows(verdicts: readonly Verdict[]): Record<string, number> {
  return Object.fromEntries(verdicts.map(({ table, quarantined }) => [table, quarantined?.rows ?? 0]));
}

/** What was set aside, for the report: beside what was cleaned. */
export function quarantineNotes(verdicts: readonly Verdict[]): CleaningNote[] {
  return verdicts.flatMap(({ table, quarantined }) =>
    quarantined === undefined ? [] : [{
      table,
      issue: "refused" as const,
      rows: quarantined.rows,
      found: `${(100 * quarantined.share).toPrecision(2)} % of the rows break a critical rule`,
      done: `set aside, with the reason, in ${quarantined.file}`,
    }]
  );
}

/** Takes the rows out that break a critical rule, where that is allowed, and keeps them with the reason. */
async function setAside(
  { profile, store, log }: Context,
  name: string,
  whole: DataFrame,
  suite: Suite,
  allowed: Quarantine | undefined,
): Promise<{ frame: DataFrame; quarantined?: NonNullable<Verdict["quarantined"]> }> {
  if (allowed === undefined) return { frame: whole };
  const { kept, aside } = quarantine(whole, suite);
  if (aside.height === 0) return { frame: whole };
  const share = aside.height / whole.height;
  // Too much is refused as it stands, with all of its findings.
  if (share > allowed.share) {
    log.warn("quarantine refused", { table: name, rows: aside.height, share, allowed: allowed.share });
    return { frame: whole };
  }
  const file = keysOf(profile.name).quarantine(name);
  await writeFrame(store, file, aside);
  log.warn("quarantined", { table: name, rows: aside.height, share, file });
  return { frame: kept, quarantined: { rows: aside.height, share, file } };
}

/** Where, what was expected and what was found, in one line. */
function findingText({ table, column, wanted, observed }: Finding): string {
  const where = [table, column === undefined ? "" : `column "${column}"`].filter(Boolean).join(", ");
  return `${where}: expected ${wanted}, found ${observed}`;
}

/** Reads a suite of the project, or the draft that a dataset of one's own brings along; undefined where there is none. */
export async function readSuite({ project, dataset }: Context, file: string): Promise<Suite | undefined> {
  const bytes = await project.get(`expectations/${file}`);
  if (bytes === undefined && isOwn(dataset) && dataset.own.suite && file === `${dataset.profile.name}_raw.json`) {
    return parseSuite(JSON.stringify(dataset.own.suite), file);
  }
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
