/**
 * Error metrics: one file each, every one a pure function of actuals and forecasts.
 *
 * @module
 */
export * from "@/evaluation/metrics/bias.ts";
export type { Expansion } from "@/evaluation/metrics/exact_sum.ts";
export * from "@/evaluation/metrics/loss.ts";
export * from "@/evaluation/metrics/mae.ts";
export * from "@/evaluation/metrics/mape.ts";
export * from "@/evaluation/metrics/mase.ts";
export * from "@/evaluation/metrics/metric.ts";
export * from "@/evaluation/metrics/naive_scale.ts";
export * from "@/evaluation/metrics/registry.ts";
export * from "@/evaluation/metrics/rmse.ts";
export * from "@/evaluation/metrics/rmspe.ts";
export * from "@/evaluation/metrics/score.ts";
export * from "@/evaluation/metrics/score_sums.ts";
export * from "@/evaluation/metrics/smape.ts";
export * from "@/evaluation/metrics/wmae.ts";
