/**
 * What the routes and pages of a server may use.
 *
 * @module
 */
import type { Logger } from "@logtape/logtape";
import type { Dataset } from "@/core/dataset.ts";
import type { ModelVersion } from "@/core/registry.ts";
import type { ApprovedUsers } from "@/governance/mod.ts";
import type { LocalStore } from "@/core/store.ts";
import type { DatasetParams } from "@/pipeline/params.ts";
import type { ForecastStore } from "@/serving/stores/forecast_store.ts";
import type { Models } from "@/serving/models.ts";
import type { PredictionLog } from "@/serving/prediction_log.ts";
import type { Metrics } from "@/serving/metrics.ts";
import type { Settings } from "@/serving/settings.ts";

/** Everything that a server works with; made once, by the task or by a test. */
export interface Services {
  readonly dataset: Dataset;
  /** Who answers: the deployed model, its shadow, its canary. */
  readonly models: Models;
  /** Forecasts that were made, predictions that were served, and actual sales that came in. */
  readonly forecasts: ForecastStore;
  readonly served: PredictionLog;
  readonly metrics: Metrics;
  readonly settings: Settings;
  /** What errors cost, and the columns along which series add up. */
  readonly choices: Pick<DatasetParams, "costs" | "hierarchy">;
  /** All registered versions of the model, oldest first: for the page that compares them. */
  versions(): Promise<readonly ModelVersion[]>;
  /** Tells who may deploy, for signed requests; throws where nobody is listed. */
  users(): Promise<ApprovedUsers>;
  /** The working folder: pages read reports and cards from it. */
  readonly store: LocalStore;
  readonly log: Logger;
  now(): Temporal.Instant;
}
