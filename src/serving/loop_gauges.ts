/**
 * What Prometheus looks up about the loop of monitoring and retraining: what the last runs of their tasks left on disk.
 *
 * @module
 */
import { readDriftSummaryIfThere } from "@/pipeline/monitor/drift_summary.ts";
import { readRetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";
import { readRetrainState, RETRAIN_OUTCOMES } from "@/pipeline/retrain/retrain_state.ts";
import { lookedUp } from "@/serving/metrics.ts";
import type { Services } from "@/serving/services.ts";

/**
 * Registers the gauges. A gauge is missing, not zero, until the task that fills it has run.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { datasets } from "@/datasets/mod.ts";
 * import { loopGauges } from "@/serving/loop_gauges.ts";
 * import { openMetrics } from "@/serving/metrics.ts";
 * import { Models } from "@/serving/models.ts";
 * import { directoryStore } from "@/stores/mod.ts";
 *
 * const store = directoryStore(await Deno.makeTempDir()), metrics = openMetrics();
 * const models = new Models(() => Promise.reject(new Error("none")));
 * loopGauges({ metrics, models, store, dataset: datasets.rossmann! });
 * await store.put("reports/rossmann/drift_result.txt", "retraining is due: rossmann\n");
 * expect(await metrics.registry.metrics()).toContain("retrain_due 1");
 * expect(await metrics.registry.metrics()).not.toMatch(/^drift_share_ratio /m);
 * ```
 */
export function loopGauges(
  { metrics, models, store, dataset }: Pick<Services, "metrics" | "models" | "store" | "dataset">,
): void {
  const { name } = dataset.profile;
  const one = (value: number | undefined | null) =>
    value === undefined || value === null || Number.isNaN(value) ? [] : [{ labels: {}, value }];
  const seconds = (time: string | undefined | null) =>
    time === undefined || time === null ? undefined : Temporal.Instant.from(time).epochMilliseconds / 1000;
  const summary = () => readDriftSummaryIfThere(store, name);
  const columns = async () => Object.entries((await summary())?.columns ?? {});
  const state = () => readRetrainState(store, name);

  lookedUp(metrics, "drift_detected", "1 while the last look found that the data as a whole drifted", [], async () => {
    const found = await summary();
    return one(found && Number(found.dataset_drift));
  });
  lookedUp(
    metrics,
    "drift_share_ratio",
    "Share of columns that drifted, and the calendar does not explain it",
    [],
    async () => one((await summary())?.share),
  );
  lookedUp(
    metrics,
    "drift_column_value",
    "Distance of a column from what the calendar lets expect",
    ["column", "method"],
    async () =>
      (await columns()).flatMap(([column, { method, value }]) =>
        one(value).map((own) => ({ ...own, labels: { column, method } }))
      ),
  );
  lookedUp(
    metrics,
    "drift_column_drifted",
    "1 for a column that drifted",
    ["column"],
    async () => (await columns()).map(([column, { drifted }]) => ({ labels: { column }, value: Number(drifted) })),
  );
  lookedUp(
    metrics,
    "monitor_last_run_timestamp_seconds",
    "When drift was last looked for",
    [],
    async () => one(seconds((await summary())?.checkedAt)),
  );
  lookedUp(
    metrics,
    "retrain_due",
    "1 while a new model is asked for",
    [],
    async () => one(Number(await readRetrainFlag(store, name) !== undefined)),
  );
  lookedUp(metrics, "retrain_runs", "Runs of retraining so far, by how they ended", ["outcome"], async () => {
    const { runs } = await state();
    return RETRAIN_OUTCOMES.map((outcome) => ({ labels: { outcome }, value: runs[outcome] }));
  });
  lookedUp(metrics, "retrain_last_failed", "1 when the last run of retraining failed", [], async () => {
    const { last } = await state();
    return one(last && Number(last.outcome === "failed"));
  });
  lookedUp(
    metrics,
    "retrain_last_run_timestamp_seconds",
    "When retraining last ended, however it did",
    [],
    async () => one(seconds((await state()).last?.endedAt)),
  );
  lookedUp(
    metrics,
    "model_expected_error",
    "The answering model's error when it was evaluated: what its forecasts promised",
    ["metric"],
    () => {
      if (!models.state.ready) return [];
      const { champion, evaluation } = models.state.model.card;
      return Object.entries(evaluation.scores[champion] ?? {}).flatMap(([metric, value]) =>
        one(value).map((own) => ({ ...own, labels: { metric } }))
      );
    },
  );
}
