/**
 * The routes of the API, in the order of the documentation. One line each.
 *
 * @module
 */
import type { Routes } from "@/serving/route.ts";
import { adminRoutes } from "@/serving/routes/admin.ts";
import { actualsRoutes } from "@/serving/routes/actuals.ts";
import { explainRoutes } from "@/serving/routes/explain.ts";
import { forecastRoutes } from "@/serving/routes/forecast.ts";
import { modelInfoRoutes } from "@/serving/routes/model_info.ts";
import { openInferenceRoutes } from "@/serving/routes/open_inference.ts";
import { overrideRoutes } from "@/serving/routes/overrides.ts";
import { predictRoutes } from "@/serving/routes/predict.ts";
import { predictBatchRoutes } from "@/serving/routes/predict_batch.ts";
import { healthRoutes } from "@/serving/routes/health.ts";
import { metricsRoutes } from "@/serving/routes/metrics.ts";

/** Makers of all routes. */
export const routes: readonly Routes[] = [
  predictRoutes,
  predictBatchRoutes,
  forecastRoutes,
  explainRoutes,
  modelInfoRoutes,
  actualsRoutes,
  overrideRoutes,
  healthRoutes,
  metricsRoutes,
  openInferenceRoutes,
  adminRoutes,
];
