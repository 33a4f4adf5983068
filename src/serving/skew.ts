/**
 * Training–serving skew: replays what was served through the way that training goes, and demands the same features.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { MissingInputError } from "@/core/errors.ts";
import type { Panel } from "@/core/panel.ts";
import { buildFeatures, dayNumber, matrixOf, recipe, rowsWhere } from "@/features/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { futurePanel } from "@/pipeline/future_panel.ts";
import { readPlan } from "@/pipeline/horizon_table.ts";
import { readIngested } from "@/pipeline/ingest.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { daysOf, stepsBetween } from "@/pipeline/time.ts";
import { firstDateOf } from "@/pipeline/windows.ts";
import { featureHashes, hashText } from "@/serving/model/feature_hash.ts";
import type { Known } from "@/serving/served_model.ts";
import type { ForecastStore, ServedPrediction } from "@/serving/stores/forecast_store.ts";

/** A served row whose features training would have computed otherwise. */
export interface Mismatch {
  readonly uniqueId: string;
  readonly ds: string;
  readonly served: string;
  readonly replayed: string;
  readonly requestId: string;
}

/** What a replay found. */
export interface SkewReport {
  readonly day: string;
  readonly rows: number;
  readonly matched: number;
  /** Rows of another origin: the panel they were served from is no longer here. */
  readonly elsewhere: number;
  /** Whole panels that were rebuilt. */
  readonly builds: number;
  /** The first of them. */
  readonly mismatches: readonly Mismatch[];
}

/** Steps → columns, as the log keeps them. */
type LoggedChanges = Readonly<Record<string, Known>>;

/**
 * Replays a day of the prediction log: the whole panel is laid out again with the plans that were asked for, its features
 * are built as in training, and the hash of each served row is compared.
 *
 * Plans of different series are rebuilt together; plans of one series one after the other.
 *
 * @param card The card of the model that served; its codes of series and time are part of the features.
 * @throws {MissingInputError} If nothing was served on that day, or nothing was ingested.
 */
export async function replayDay(
  context: Context,
  store: ForecastStore,
  card: ModelCard,
  day: string,
  { limit = 1_000_000 }: { readonly limit?: number } = {},
): Promise<SkewReport> {
  const { panel } = await readIngested(context);
  const served = await store.predictions(day, { limit });
  if (served.length === 0) throw new MissingInputError(`served predictions of ${day}`, "serve");
  const here = served.filter(({ origin }) => origin === panel.asOf);
  const { panel: whole } = futurePanel(panel, await readPlan(context, panel), card.horizon);
  const rounds = roundsOf(here);
  const mismatches: Mismatch[] = [];
  let matched = 0;
  for (const round of rounds) {
    const plans = new Map(Array.from(round, ([id, { changes }]) => [id, changes]));
    const hashes = hashesOf(replanned(whole, plans), card);
    for (const [uniqueId, { rows }] of round) {
      for (const { ds, hash, requestId } of rows) {
        const replayed = hashes.get(`${uniqueId} ${ds}`) ?? "none";
        if (replayed === hash) matched++;
        else if (mismatches.length < 100) mismatches.push({ uniqueId, ds, served: hash, replayed, requestId });
      }
    }
  }
  return {
    day,
    rows: here.length,
    matched,
    elsewhere: served.length - here.length,
    builds: rounds.length,
    mismatches,
  };
}

/** A series in a round: one plan, and the rows that were served under it. */
interface Turn {
  readonly changes: LoggedChanges;
  readonly rows: ServedPrediction[];
}

/** Puts each plan of a series into another round, so that a round has one plan per series. */
function roundsOf(served: readonly ServedPrediction[]): readonly ReadonlyMap<string, Turn>[] {
  const bySeries = new Map<string, Map<string, Turn>>();
  for (const row of served) {
    let plans = bySeries.get(row.uniqueId);
    if (plans === undefined) bySeries.set(row.uniqueId, plans = new Map());
    let turn = plans.get(row.changes);
    if (turn === undefined) plans.set(row.changes, turn = { changes: JSON.parse(row.changes), rows: [] });
    turn.rows.push(row);
  }
  const rounds: Map<string, Turn>[] = [];
  for (const [id, plans] of bySeries) {
    // The usual plan first, so that the first round disturbs nobody.
    const turns = [...plans.values()].sort((a, b) => Object.keys(a.changes).length - Object.keys(b.changes).length);
    turns.forEach((turn, k) => (rounds[k] ??= new Map()).set(id, turn));
  }
  return rounds;
}

/** The whole panel with other plans. */
function replanned(whole: Panel, plans: ReadonlyMap<string, LoggedChanges>): Panel {
  const { frame, profile, asOf } = whole, stride = daysOf(profile.frequency), first = dayNumber(asOf);
  const cells = Array.from(plans).flatMap(([id, changes]) =>
    Object.entries(changes).flatMap(([step, values]) =>
      Object.entries(values).map(([column, value]) => ({ id, day: first + Number(step) * stride, column, value }))
    )
  );
  let changed: DataFrame = frame;
  for (const [column, own] of Map.groupBy(cells, ({ column }) => column)) {
    const { dtype } = frame.getColumn(column), text = profile.levels[column] !== undefined;
    const values = own.map(({ value }) => value);
    const other = pl.DataFrame([
      pl.Series("unique_id", own.map(({ id }) => id)),
      pl.Series("ds", own.map(({ day }) => day), pl.Int32),
      text
        ? pl.Series("other", values.map((value) => value === null ? null : String(value)), pl.Utf8)
        : pl.Series("other", values.map((value) => value === null ? null : Number(value)), pl.Float64),
    ]).withColumns(pl.col("ds").cast(pl.Date), pl.col("other").cast(dtype));
    changed = changed.join(other, { on: ["unique_id", "ds"], how: "left", maintainOrder: "left" })
      .withColumn(pl.col("other").fillNull(pl.col(column)).alias(column)).drop("other");
  }
  return { ...whole, frame: changed };
}

/** `series date` → hash of its features, as training computes them. */
function hashesOf(panel: Panel, card: ModelCard): ReadonlyMap<string, string> {
  const { profile, asOf } = panel;
  const features = recipe(profile, { horizon: card.horizon });
  const built = buildFeatures(panel, features, { origin: asOf, horizon: card.horizon, series: card.series });
  const offset = stepsBetween(card.firstDate, firstDateOf(panel), profile.frequency);
  const frame = offset === 0
    ? built.frame
    : built.frame.withColumn(pl.col("t").add(offset).cast(pl.Float32).alias("t"));
  const table = { ...built, frame };
  const rows = rowsWhere(table, pl.col("block").eq(0));
  const hashes = featureHashes(matrixOf(table, { rows }), built.features.map(({ name }) => name));
  const names = frame.filter(pl.col("block").eq(0)).select(pl.col("unique_id"), pl.col("ds").cast(pl.Utf8)).rows() as [
    string,
    string,
  ][];
  return new Map(names.map(([id, ds], row) => [`${id} ${ds}`, hashText(hashes, row)]));
}
