/**
 * Step 4: prove that no feature peeks past its origin, and stop when one does.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";
import type { Feature } from "@/core/feature.ts";
import { GateError } from "@/core/errors.ts";
import type { Panel } from "@/core/panel.ts";
import { type LeakVerdict, proveNoLeak, recipe } from "@/features/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { holdoutOrigin } from "@/pipeline/featurize.ts";
import { readJson, writeJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { seriesOf } from "@/pipeline/series.ts";
import { addSteps } from "@/pipeline/time.ts";

/** The prover's verdict on a dataset's features. */
export interface LeakRecord extends LeakVerdict {
  readonly dataset: string;
  /** How many series were rebuilt with noise. */
  readonly series: number;
}

/**
 * Rebuilds the features with noise in place of everything observed from the holdout's origin on (and from the origin before
 * it), on a sample of series, and demands the same bits wherever a forecaster could have stood.
 *
 * @param features The features to prove; the dataset's recipe by default.
 * @throws {GateError} If a feature peeks: one finding per feature, naming the column and the steps.
 */
export async function leakcheck(
  context: Context,
  panel: Panel,
  features: readonly Feature[] = recipe(panel.profile),
): Promise<LeakRecord> {
  const { profile, params, store, log } = context;
  const { horizon, frequency } = profile;
  const series = Math.min(params.leakcheck.series || Infinity, seriesOf(panel).length);
  const origin = holdoutOrigin(panel);
  const origins = [addSteps(origin, -horizon, frequency), origin];
  const verdict = proveNoLeak(panel, features, { origins, horizon, seed: params.seed, series });
  const record: LeakRecord = { dataset: profile.name, series, ...verdict };
  await writeJson(store, keysOf(profile.name).leak, record);
  log.info("leakcheck", { passed: record.passed, checked: record.checked, series: record.series });
  if (!record.passed) throw new GateError(refusal(record), leakFindings(record));
  return record;
}

/** Reads what `leakcheck` wrote. */
export function readLeak({ profile, store }: Context): Promise<LeakRecord> {
  return readJson<LeakRecord>(store, keysOf(profile.name).leak, "leakcheck");
}

/** One failed finding per feature that peeks. */
function leakFindings({ guilty }: LeakRecord): Finding[] {
  return guilty.map(({ feature, column, peeks }) => ({
    check: "leak_prover",
    table: "features",
    column: feature,
    passed: false,
    severity: "critical",
    observed: `reads ${column} ${peeks} steps after the origin`,
    wanted: "nothing observed at or after the origin",
  }));
}

function refusal({ guilty, checked }: LeakRecord): string {
  const names = [...new Set(guilty.map(({ feature }) => feature))];
  return `Refused the features as ${names.length} of ${checked} ${
    names.length === 1 ? "peeks" : "peek"
  } past the origin: ` +
    names.join(", ");
}
