/**
 * What Prometheus looks up: the model's age and version, errors of forecasts whose truth is known, the log's state.
 *
 * @module
 */
import { lookedUp } from "@/serving/metrics.ts";
import type { Services } from "@/serving/services.ts";
import type { Outcome } from "@/serving/stores/forecast_store.ts";

/** Days over which errors are rolled, and how long a computation of them is good for. */
const ROLLING_DAYS = 28, GOOD_FOR_MS = 15_000;

/** How forecasts fared, of the days that are known. */
export interface RollingErrors {
  readonly rows: number;
  readonly rmse: number;
  /** Over rows with sales above zero, as a share. */
  readonly rmspe: number;
  /** Level → share of outcomes inside the interval. */
  readonly coverage: Readonly<Record<string, number>>;
}

/**
 * Computes errors of outcomes; NaN without any.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { rollingErrors } from "@/serving/monitoring_gauges.ts";
 *
 * const row = { uniqueId: "1", ds: "2015-08-01", model: "shop/1", origin: "2015-08-01" };
 * const errors = rollingErrors([{ ...row, yHat: 90, y: 100, intervals: { "80": [80, 95] } }]);
 * expect(errors).toEqual({ rows: 1, rmse: 10, rmspe: 0.1, coverage: { "80": 0 } });
 * ```
 */
export function rollingErrors(outcomes: readonly Outcome[]): RollingErrors {
  let squares = 0, shares = 0, scored = 0;
  const inside: Record<string, [held: number, of: number]> = {};
  for (const { y, yHat, intervals } of outcomes) {
    squares += (y - yHat) ** 2;
    if (y > 0) {
      shares += ((y - yHat) / y) ** 2;
      scored++;
    }
    for (const [level, [lo, hi]] of Object.entries(intervals)) {
      const counted = inside[level] ??= [0, 0];
      counted[1]++;
      if (y >= lo && y <= hi) counted[0]++;
    }
  }
  return {
    rows: outcomes.length,
    rmse: Math.sqrt(squares / outcomes.length),
    rmspe: Math.sqrt(shares / scored),
    coverage: Object.fromEntries(Object.entries(inside).map(([level, [held, of]]) => [level, held / of])),
  };
}

/** Registers the gauges. */
export function monitoringGauges({ metrics, models, forecasts, served, now }: Services): void {
  const one = (value: number | undefined) => value === undefined || Number.isNaN(value) ? [] : [{ labels: {}, value }];
  const model = () => models.state.ready ? models.state.model : undefined;
  lookedUp(metrics, "model_ready", "1 while a verified model answers", [], () => one(model() === undefined ? 0 : 1));
  lookedUp(metrics, "model_info", "1 for the version that answers", ["name", "version", "stage", "champion"], () => {
    const answering = model();
    if (answering === undefined) return [];
    const { name, version, stage, card } = answering;
    return [{ labels: { name, version, stage, champion: card.champion }, value: 1 }];
  });
  lookedUp(metrics, "model_age_seconds", "Time since the model was made", [], () => {
    const answering = model();
    return one(answering && now().since(Temporal.Instant.from(answering.card.created)).total("seconds"));
  });
  lookedUp(metrics, "shadow_difference_ratio", "Mean difference of the shadow's answers", ["version"], () => {
    const report = models.shadowReport;
    return report === undefined ? [] : [{ labels: { version: report.version }, value: report.meanDifference }];
  });
  lookedUp(metrics, "prediction_log_waiting_rows", "Served predictions not yet written", [], () => one(served.waiting));
  lookedUp(
    metrics,
    "prediction_log_forgotten_rows",
    "Served predictions lost, as too many waited",
    [],
    () => one(served.forgotten),
  );
  let at = -Infinity, known: Promise<RollingErrors | undefined> = Promise.resolve(undefined);
  const errors = () => {
    if (performance.now() - at > GOOD_FOR_MS) {
      at = performance.now();
      const answering = model();
      const from = answering?.dateOf(-ROLLING_DAYS);
      known = forecasts.outcomes(from === undefined ? {} : { from }).then(rollingErrors, () => undefined);
    }
    return known;
  };
  lookedUp(
    metrics,
    "forecast_rmse",
    "Root mean squared error of stored forecasts of known days",
    [],
    async () => one((await errors())?.rmse),
  );
  lookedUp(metrics, "forecast_rmspe", "The same, as a share of sales", [], async () => one((await errors())?.rmspe));
  lookedUp(
    metrics,
    "interval_coverage_ratio",
    "Share of known outcomes inside the interval",
    ["level"],
    async () =>
      Object.entries((await errors())?.coverage ?? {}).map(([level, value]) => ({ labels: { level }, value })),
  );
}
