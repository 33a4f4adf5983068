import type { Finding } from "@/core/check.ts";
import type { MetricName, Scores } from "@/core/metric.ts";
import { mean } from "simple-statistics";

/** How good a version was: what a project keeps of one version to hold the next one to. */
export interface VersionMetrics {
  /** The model that was put forward. */
  readonly champion: string;
  /** The naive model that its error is held against. */
  readonly baseline: string;
  /** The metric that decides. */
  readonly metric: string;
  /** The fingerprint of its data. */
  readonly fingerprint: string;
  /** Model → scores on the holdout. */
  readonly scores: Readonly<Record<string, Scores>>;
  /** The earlier windows, and every model's scores on each. */
  readonly backtest: readonly { readonly origin: string; readonly scores: Readonly<Record<string, Scores>> }[];
}

/**
 * Whether a new version is worse than the one before, by more than a share that chance explains.
 *
 * On the same data its error on the same windows counts. On other data, windows differ in how hard they are, so what counts
 * is its error as a share of the baseline's on the same windows: the backtest and the holdout, each window alike.
 *
 * @param options.tolerance The share that it may be worse by: 0.05 is 5 %.
 * @returns One finding for each comparison, critical when it failed.
 * @throws {RangeError} If the two were judged by different metrics, or one lacks the scores to compare.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { metricRegressions, score } from "@/evaluation/mod.ts";
 *
 * const version = (error: number) => ({
 *   champion: "lightgbm",
 *   baseline: "naive",
 *   metric: "mae",
 *   fingerprint: "a",
 *   scores: { lightgbm: score([100], [100 + error]), naive: score([100], [120]) },
 *   backtest: [],
 * });
 * expect(metricRegressions(version(10.2), version(10)).every(({ passed }) => passed)).toBe(true);
 * expect(metricRegressions(version(11), version(10)).some(({ passed }) => passed)).toBe(false);
 * ```
 */
export function metricRegressions(
  now: VersionMetrics,
  before: VersionMetrics,
  { tolerance = 0.05 }: { readonly tolerance?: number } = {},
): Finding[] {
  if (now.metric !== before.metric) {
    throw new RangeError(
      `Cannot compare versions as both must be judged by one metric: ${now.metric} now, ${before.metric} before`,
    );
  }
  const share = (own: VersionMetrics) => errorOf(own, own.champion) / errorOf(own, own.baseline);
  const judged = (check: string, found: number, limit: number): Finding => ({
    check,
    passed: found <= limit,
    severity: "critical",
    observed: found,
    wanted: `at most ${limit.toPrecision(4)}, ${(100 * tolerance).toFixed(0)} % above the version before`,
  });
  const findings = [
    judged(`${now.metric} as a share of ${now.baseline}'s`, share(now), share(before) * (1 + tolerance)),
  ];
  if (now.fingerprint === before.fingerprint) {
    const limit = errorOf(before, before.champion) * (1 + tolerance);
    findings.push(judged(`${now.metric} on the same data`, errorOf(now, now.champion), limit));
  }
  return findings;
}

/** A model's mean error over the windows of the backtest and the holdout. */
function errorOf({ metric, scores, backtest }: VersionMetrics, model: string): number {
  const errors = [...backtest.map((window) => window.scores), scores].map((all) => all[model]?.[metric as MetricName]);
  if (errors.some((error) => typeof error !== "number" || !(error > 0))) {
    throw new RangeError(`Cannot compare versions as ${model} needs a ${metric} above 0 in every window`);
  }
  return mean(errors as number[]);
}
