/**
 * The estimate of errors to come, put to the proof: a model's rolling origins, replayed as if they were live.
 *
 * @module
 */
import { DatasetError } from "@/core/errors.ts";
import type { Panel } from "@/core/panel.ts";
import type { LeadSummary } from "@/core/performance_report.ts";
import { type KnownLoss, type LossCalibration, lossCalibration } from "@/evaluation/mod.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { fitOnce, forecastSlice } from "@/pipeline/fit.ts";
import { contestant } from "@/pipeline/models.ts";
import { leadsOf, lossesOf } from "@/pipeline/monitor/expected_error.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { rowsOfBlock } from "@/pipeline/samples.ts";
import { daysOf } from "@/pipeline/time.ts";
import { trainingRows } from "@/pipeline/training_rows.ts";
import { alignTo, planRunWindows, windowFrame } from "@/pipeline/windows.ts";

/** What the replay says of one model on one panel. */
export interface LossProof {
  readonly dataset: string;
  readonly model: string;
  readonly series: number;
  /** Steps ahead. */
  readonly horizon: number;
  /** Origins that were forecast; those of them that others could teach were replayed. */
  readonly origins: readonly string[];
  /** Expected and found errors: MAPE as a share. */
  readonly calibration: LossCalibration;
  /** How early it would have warned: as history was, and with errors made larger. */
  readonly lead: readonly LeadSummary[];
}

/** What is replayed. */
export interface LossProofOptions {
  readonly model: string;
  /** Origins before the newest one. */
  readonly origins: number;
  readonly onOrigin?: (done: number, total: number) => void;
}

/**
 * Fits a model at each origin, forecasts the horizon from there, and asks before and during it how large the error will be.
 *
 * @throws {DatasetError} If the history is too short for four origins that do not overlap.
 */
export async function proveLoss(
  context: Context,
  panel: Panel,
  { model, origins: before, onOrigin = () => {} }: LossProofOptions,
): Promise<LossProof> {
  const { choices, params } = context, { profile } = panel;
  const plan = planRunWindows(panel, before), windows = [...plan.backtest, plan.holdout];
  const rival = contestant(model, profile, choices, params, { offsets: true });
  const table = buildFeatures(panel, recipe(profile), { origin: plan.holdout.origin, horizon: profile.horizon });
  const learnt = trainingRows(panel, { horizon: profile.horizon, warmup: choices.warmup });
  // One bar for all origins is enough.
  const quiet: Context = { ...context, progress: () => ({ update: () => {}, end: () => {} }) };
  const losses: KnownLoss[] = [];
  for (const [at, window] of windows.entries()) {
    const aligned = alignTo(window.origin, panel, table), ahead = rowsOfBlock(aligned.table, aligned.block);
    const known = learnt.before(aligned, rival);
    const { model: fitted } = await fitOnce(quiet, rival, known, { origin: window.origin, title: window.origin });
    using _fitted = fitted;
    const frame = windowFrame(aligned, window, ahead, { [model]: forecastSlice(fitted, ahead, profile) });
    losses.push(...lossesOf(frame, frame.getColumn(model).toArray() as number[], profile));
    releaseMemory();
    onOrigin(at + 1, windows.length);
  }
  const calibration = lossCalibration(losses, { stepDays: daysOf(profile.frequency), horizon: profile.horizon });
  if (calibration.bands.length === 0) {
    throw new DatasetError(
      `Cannot prove the estimate of errors to come as it needs four origins that do not overlap: ${windows.length} were ` +
        `forecast, ${profile.horizon} steps each`,
      { dataset: profile.name },
    );
  }
  return {
    dataset: profile.name,
    model,
    series: panel.frame.getColumn("unique_id").nUnique(),
    horizon: profile.horizon,
    origins: windows.map(({ origin }) => origin),
    calibration,
    lead: leadsOf(losses, profile),
  };
}
