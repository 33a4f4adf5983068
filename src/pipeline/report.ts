/**
 * The report of a run: what the charts need, gathered from the run's artefacts.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { type ErrorSlice, modelName, renderReport, type ReportData, sentenceCase } from "@/charts/mod.ts";
import type { SeriesHistory, StepError, TrainingHistory } from "@/charts/mod.ts";
import type { MetricName } from "@/core/metric.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { horizonCurve, scoreBySlice, worstRows } from "@/evaluation/mod.ts";
import { numbers } from "@/pipeline/blend.ts";
import type { Context } from "@/pipeline/context.ts";
import type { Evaluated, Evaluation } from "@/pipeline/evaluate.ts";
import type { FitRecord } from "@/pipeline/fit.ts";
import { type PanelCard, readPanelColumns } from "@/pipeline/ingest.ts";
import { importanceOf } from "@/pipeline/importance.ts";
import { writeJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { levelName } from "@/pipeline/level_name.ts";
import type { PipelineDocument, RunFacts } from "@/pipeline/pipeline.ts";
import { plotlyText } from "@/pipeline/plotly_text.ts";
import { revision } from "@/pipeline/revision.ts";
import { addSteps } from "@/pipeline/time.ts";

/** How many series the report shows, and how much of their past. */
const SHOWN = { series: 6, seasonsBack: 1 };

/** Writes `reports/<dataset>/report.html`, one self-contained file, and the numbers in it as `report.json`. */
export async function writeReport(
  context: Context,
  facts: RunFacts,
  { stages, registered }: Pick<PipelineDocument, "stages" | "registered">,
): Promise<void> {
  const data = await reportData(context, facts, { stages, registered });
  const html = renderReport(data, { plotly: await plotlyText("basic") });
  const keys = keysOf(context.profile.name), { series: _, residuals: __, ...numbers } = data;
  await context.store.put(keys.report, html);
  await writeJson(context.store, keys.reportData, numbers);
  await using run = await context.tracker.resume(data.run!.id);
  await run.artifact("report.html", html);
}

/** Gathers what the charts of a run need from what its stages returned: for the report, and for notebooks. */
export async function reportData(
  context: Context,
  { card, findings, leak, trained, evaluated }: RunFacts,
  { stages, registered }: Pick<PipelineDocument, "stages" | "registered">,
): Promise<ReportData> {
  const { profile, dataset, params, project, now } = context;
  const { evaluation } = evaluated;
  const { champion, baseline, holdout, run } = evaluation;
  const metric = profile.metric;
  const models = Object.keys(evaluation.scores);
  const frame = evaluated.forecasts.filter(pl.col("origin").eq(pl.lit(holdout.origin)));
  const y = numbers(frame, "y"), yHat = numbers(frame, champion);
  const code = await revision(project);
  const importance = importanceOf(evaluation, trained.card.importance);
  return {
    dataset: profile.name,
    title: dataset.title,
    unit: profile.unit,
    frequency: profile.frequency,
    source: card.source,
    asOf: card.asOf,
    horizon: profile.horizon,
    holdout: { from: holdout.from, to: holdout.to, rows: holdout.rows },
    metric,
    champion,
    baseline,
    scores: evaluation.scores,
    backtest: evaluation.backtest,
    series: shownSeries(context, evaluated),
    errorBy: profile.slices.filter((slice) => frame.columns.includes(slice))
      .map((slice) => errorSlice(frame, slice, models, profile)),
    byStep: stepErrors(frame, models, metric),
    ...(importance === undefined ? {} : { importance }),
    training: watchedFits(trained.card.fits, evaluation),
    // A closed day that is forecast as closed is no feat: it would make half of the forecasts look perfect.
    residuals: y.map((actual, row) => yHat[row]! - actual).filter((_, row) => y[row] !== 0 || yHat[row] !== 0),
    worstRows: worst(frame, y, yHat, baseline),
    cleaning: card.cleaning,
    findings,
    leak: {
      passed: leak.passed,
      checked: leak.checked,
      guilty: leak.guilty.map(({ feature, column }) => `${feature}: ${column}`),
    },
    stages,
    panel: {
      rows: card.rows,
      series: card.series,
      from: card.firstDate,
      to: addSteps(card.asOf, -1, profile.frequency),
    },
    seed: params.seed,
    ...(registered === null ? {} : { registered: { ...registered, stage: "Staging" } }),
    run,
    revision: code["mlflow.source.git.commit"] ?? "not a git checkout",
    fingerprint: card.fingerprint,
    createdAt: now().toString(),
    notes: notesOf(card, evaluation),
  };
}

/** What a reader should know before trusting a number. */
function notesOf({ source }: PanelCard, { notes, reasons, blend, scores }: Evaluation): string[] {
  // A reason begins with the model that it is about.
  const inWords = (reason: string) => {
    const model = Object.keys(scores).find((name) => reason.startsWith(`${name} `));
    return model === undefined ? reason : modelName(model) + reason.slice(model.length);
  };
  const made = source.startsWith("synthetic")
    ? ["The data is synthetic: it shows how the project works, not how well."]
    : [];
  const why = `${reasons.map(inWords).map(sentenceCase).join(". ")}.`;
  const learnt = blend === null ? [] : [`Of the ensemble, ${blend.correction.reason}.`];
  return [...made, ...notes, why, ...learnt];
}

/** The fits of one learner, newest window first: the champion, or the member of it that counts most. */
function watchedFits(fits: readonly FitRecord[], { champion, blend }: Evaluation): TrainingHistory[] {
  const weight = (model: string) => model === champion ? 2 : blend?.weights[model] ?? 0;
  const watched = fits.filter(({ history }) => Object.keys(history).length > 0);
  const [learner] = [...new Set(watched.map(({ model }) => model))].toSorted((a, b) => weight(b) - weight(a));
  return watched.filter(({ model }) => model === learner).toReversed().flatMap(({ model, origin, history }) =>
    Object.entries(history).slice(0, 1)
      .map(([metric, values]) => ({ model, label: `window of ${origin}`, metric, values }))
  );
}

/** A few series from the largest to the smallest, with their last year and what was forecast for the holdout. */
function shownSeries(context: Context, { evaluation, forecasts }: Evaluated): SeriesHistory[] {
  const { profile } = context;
  const { champion, baseline, holdout } = evaluation;
  const { keys, events, openColumn } = profile;
  const shownColumns = [...keys, ...events, ...(openColumn === undefined ? [] : [openColumn])];
  const frame = readPanelColumns(context, ["unique_id", "ds", "y", ...shownColumns]);
  const scored = forecasts.filter(pl.col("origin").eq(pl.lit(holdout.origin)));
  // A series that ended before the holdout has nothing to show beside its forecast.
  const sizes = frame.join(scored.select("unique_id").unique(), { on: "unique_id", how: "semi" })
    .groupBy("unique_id").agg(pl.col("y").sum().alias("total"), pl.col("y").count().alias("known"))
    .sort(["total", "unique_id"], [true, false]);
  const long = sizes.filter(pl.col("known").gt(profile.horizon));
  const ids = (long.height > 0 ? long : sizes).getColumn("unique_id").toArray() as string[];
  const count = Math.min(SHOWN.series, ids.length);
  const shown = Array.from(
    { length: count },
    (_, k) => ids[Math.floor(k * (ids.length - 1) / Math.max(1, count - 1))]!,
  );
  const from = addSteps(holdout.from, -SHOWN.seasonsBack * profile.yearLength, profile.frequency);
  // Dates become text only where they are few: a million of them take a third of a second.
  const since = frame.filter(pl.col("unique_id").isIn(shown)).filter(pl.col("ds").cast(pl.Utf8).gtEq(pl.lit(from)));
  const models = [...new Set([champion, baseline])];
  const held = scored.filter(pl.col("unique_id").isIn(shown));
  const predicted = since.select("unique_id", "ds")
    .join(held.select("unique_id", "ds", ...models), { on: ["unique_id", "ds"], how: "left" });
  const flag = (own: DataFrame, name: string | undefined, test: (value: unknown) => boolean) =>
    name !== undefined && own.columns.includes(name)
      ? (own.getColumn(name).toArray() as unknown[]).map(test)
      : undefined;
  return shown.map((id) => {
    const own = since.filter(pl.col("unique_id").eq(pl.lit(id)));
    const theirs = predicted.filter(pl.col("unique_id").eq(pl.lit(id)));
    const promo = flag(own, profile.events.find((name) => name.includes("promo")), (value) => Number(value) > 0);
    const holiday = flag(
      own,
      profile.events.find((name) => name.includes("holiday")),
      (value) => value !== null && value !== "0" && value !== 0,
    );
    const closed = flag(own, profile.openColumn, (value) => value === 0);
    return {
      id,
      label: profile.keys.map((key) => `${key} ${own.getColumn(key).get(0)}`).join(", "),
      ds: own.withColumn(pl.col("ds").cast(pl.Utf8)).getColumn("ds").toArray() as string[],
      y: own.getColumn("y").toArray() as (number | null)[],
      ...(promo ? { promo } : {}),
      ...(holiday ? { holiday } : {}),
      ...(closed ? { closed } : {}),
      predictions: Object.fromEntries(
        models.map((model) => [model, theirs.getColumn(model).toArray() as (number | null)[]]),
      ),
    };
  });
}

function errorSlice(
  frame: DataFrame,
  slice: string,
  models: readonly string[],
  profile: DatasetProfile,
): ErrorSlice {
  const codes = numbers(frame, slice), y = numbers(frame, "y"), weight = numbers(frame, "weight");
  const byModel = models.map((model) => scoreBySlice<number>(y, numbers(frame, model), codes, { weight }));
  return {
    slice,
    title: slice.replaceAll("_", " "),
    levels: byModel[0]!.map(({ level, rows }, k) => ({
      level: levelName(slice, level, profile),
      rows,
      values: Object.fromEntries(models.map((model, m) => [model, byModel[m]![k]!.scores[profile.metric]])),
    })),
  };
}

function stepErrors(frame: DataFrame, models: readonly string[], metric: MetricName): StepError[] {
  const y = numbers(frame, "y"), step = numbers(frame, "step"), weight = numbers(frame, "weight");
  const curves = models.map((model) => horizonCurve(y, numbers(frame, model), step, { weight }));
  return curves[0]!.map(({ from, rows }, k) => ({
    step: from,
    rows,
    values: Object.fromEntries(models.map((model, m) => [model, curves[m]![k]!.scores[metric]])),
  }));
}

function worst(frame: DataFrame, y: Float64Array, yHat: Float64Array, baseline: string): ReportData["worstRows"] {
  const naive = numbers(frame, baseline);
  const days = frame.withColumn(pl.col("ds").cast(pl.Utf8));
  return worstRows(y, yHat, { count: 12 }).map(({ row, share, ...values }) => ({
    id: String(days.getColumn("unique_id").get(row)),
    ds: String(days.getColumn("ds").get(row)),
    y: values.y,
    predicted: values.yHat,
    baseline: naive[row]!,
    note: `${(share * 100).toFixed(1)} % of the squared percentage error`,
  }));
}
