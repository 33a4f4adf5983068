/**
 * The whole pipeline: every step in order, timed, with one document at the end.
 *
 * @module
 */
import process from "node:process";
import type { Finding } from "@/core/check.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Scores } from "@/core/metric.ts";
import { type ProtocolIntervals, summary } from "@/pipeline/backtest/protocol_intervals.ts";
import type { Context } from "@/pipeline/context.ts";
import { evaluate, type Evaluated, type Evaluation, type WindowScores } from "@/pipeline/evaluate.ts";
import { featurize } from "@/pipeline/featurize.ts";
import { keep, layOut, type PanelCard, take } from "@/pipeline/ingest.ts";
import { writeJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { leakcheck, type LeakRecord } from "@/pipeline/leakcheck.ts";
import { peakRssMb } from "@/pipeline/peak_rss.ts";
import { everythingKnown, register } from "@/pipeline/register.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { writeReport } from "@/pipeline/report.ts";
import { train, type Trained } from "@/pipeline/train.ts";
import {
  type Quarantine,
  quarantinedRows,
  quarantineNotes,
  validateStage,
  withoutQuarantined,
} from "@/pipeline/validate.ts";

/** What a run of the pipeline has to say; the same document is in `reports/<dataset>/metrics.json`. */
export interface PipelineDocument {
  readonly dataset: string;
  readonly source: string;
  readonly asOf: string;
  readonly horizon: number;
  readonly holdout: { readonly from: string; readonly to: string; readonly rows: number };
  readonly metric: string;
  readonly champion: string;
  readonly baseline: string;
  /** Model → errors on the holdout; null where a metric is undefined. */
  readonly scores: Readonly<Record<string, Scores>>;
  readonly backtest: readonly WindowScores[];
  /** How the champion's intervals fared; null where no window came before another. */
  readonly intervals: ProtocolIntervals | null;
  readonly leak: { readonly passed: boolean; readonly checked: number };
  /** Wall and CPU seconds of each stage. */
  readonly stages: readonly { readonly name: string; readonly seconds: number; readonly cpuSeconds: number }[];
  readonly peakRssMb: number;
  readonly run: { readonly experiment: string; readonly id: string };
  readonly registered: { readonly name: string; readonly version: number } | null;
  /** What could not be done as asked, in sentences. */
  readonly notes: readonly string[];
  /** Rows that were set aside, by table, when that was allowed. */
  readonly quarantined?: Readonly<Record<string, number>>;
}

/** Everything that the parts of a finished run know, for the report. */
export interface RunFacts {
  readonly card: PanelCard;
  readonly findings: readonly Finding[];
  readonly leak: LeakRecord;
  readonly trained: Trained;
  readonly evaluated: Evaluated;
}

/**
 * Runs ingest, validate, featurize, leakcheck, train, evaluate and register, and writes the report.
 *
 * @throws {GateError} If a data contract is broken or a feature leaks: nothing is trained then.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { loadNewest, predictAhead } from "@/pipeline/forecast.ts";
 * import { futurePanel } from "@/pipeline/future_panel.ts";
 * import { readPlan } from "@/pipeline/horizon_table.ts";
 * import { readIngested } from "@/pipeline/ingest.ts";
 * import { pipeline } from "@/pipeline/pipeline.ts";
 *
 * const overrides = { series: 3, steps: 250, windows: 1, models: ["seasonal_naive", "group_median"] };
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * const { champion, registered, leak } = await pipeline(context);
 * expect([registered?.version, leak.passed]).toEqual([1, true]);
 *
 * // What the registered model says of the 42 days that come.
 * const { card, model: loaded } = await loadNewest(context);
 * using model = loaded;
 * const { panel } = await readIngested(context);
 * const ahead = futurePanel(panel, await readPlan(context, panel), card.horizon).panel;
 * expect([card.champion, predictAhead(ahead, card, model).height]).toEqual([champion, 3 * 42]);
 * ```
 */
export async function pipeline(
  context: Context,
  { quarantine }: { readonly quarantine?: Quarantine | undefined } = {},
): Promise<PipelineDocument> {
  const stages: { name: string; seconds: number; cpuSeconds: number }[] = [];
  const stage: Stage = async (name, step) => {
    context.signal.throwIfAborted();
    context.onStage(name);
    const started = performance.now(), cpu = process.cpuUsage();
    const result = await step();
    releaseMemory();
    const { user, system } = process.cpuUsage(cpu);
    stages.push({
      name,
      seconds: Math.round(performance.now() - started) / 1000,
      cpuSeconds: Math.round((user + system) / 1e4) / 100,
    });
    return result;
  };
  const { panel, card, verdicts } = await accept(context, stage, quarantine);
  let table: FeatureTable | undefined = await stage("featurize", () => featurize(context, panel));
  const leak = await stage("leakcheck", () => leakcheck(context, panel));
  const trained = await stage("train", () => train(context, { panel, card }, table!));
  const evaluated = await stage("evaluate", () => evaluate(context, trained));
  const { evaluation } = evaluated;
  const { version } = await stage("register", () => {
    const everything = everythingKnown(context, table!);
    // The last fit is the largest: the table, 300 MB of a million rows, makes room for it.
    table = undefined;
    releaseMemory();
    return register(context, { panel, card }, everything, evaluation, leak);
  });
  const findings = verdicts.flatMap((verdict) => verdict.findings);
  const registered = version === undefined ? null : { name: version.name, version: version.version };
  const facts: RunFacts = { card, findings, leak, trained, evaluated };
  await stage("report", () => writeReport(context, facts, { stages, registered }));
  const document = {
    ...documentOf(evaluation, card, leak, stages, registered),
    ...(quarantine === undefined ? {} : { quarantined: quarantinedRows(verdicts) }),
  };
  await writeJson(context.store, keysOf(context.profile.name).metrics, document);
  return document;
}

/** Runs a step as a stage of the pipeline: announced and timed. */
type Stage = <Result>(name: string, step: () => Promise<Result>) => Promise<Result>;

/** Takes the data and stores it only when its contracts accept it: refused data never replaces that of an earlier run. */
async function accept(context: Context, stage: Stage, quarantine: Quarantine | undefined) {
  const taken = await stage("ingest", () => take(context));
  return await stage("validate", async () => {
    const raw = await validateStage(context, "raw", taken.tables, [], quarantine);
    const rest = withoutQuarantined(taken.tables, raw);
    // Files are stored as they came; only what is made of them goes without the rows that were set aside.
    const accepted = rest === taken.tables ? taken : { ...taken, ...layOut(context, rest) };
    const verdicts = [...raw, ...await validateStage(context, "panel", { panel: accepted.panel.frame })];
    const { panel, card } = await keep(context, {
      ...accepted,
      cleaning: [...accepted.cleaning, ...quarantineNotes(raw)],
    });
    return { panel, card, verdicts };
  });
}

const PUT_OFF =
  "The model is not registered yet, as the MLflow server is away: run `deno task tracking:sync` when it is " +
  "back, with the same --workdir";

/** Puts the document of a run together. */
export function documentOf(
  evaluation: Evaluation,
  card: PanelCard,
  leak: LeakRecord,
  stages: PipelineDocument["stages"],
  registered: PipelineDocument["registered"],
): PipelineDocument {
  const { dataset, horizon, holdout, metric, champion, baseline, scores, backtest, run } = evaluation;
  const notes = registered === null ? [...evaluation.notes, PUT_OFF] : evaluation.notes;
  return {
    dataset,
    source: card.source,
    asOf: card.asOf,
    horizon,
    holdout: { from: holdout.from, to: holdout.to, rows: holdout.rows },
    metric,
    champion,
    baseline,
    scores,
    backtest,
    intervals: evaluation.intervals === null ? null : summary(evaluation.intervals),
    leak: { passed: leak.passed, checked: leak.checked },
    stages,
    peakRssMb: peakRssMb(),
    run,
    registered,
    notes,
  };
}
