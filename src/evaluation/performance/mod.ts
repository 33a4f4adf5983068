/**
 * How forecasts fare in production: joined with what was sold, watched, and estimated before it is known.
 *
 * @module
 */
export * from "@/evaluation/performance/concept_drift.ts";
export * from "@/evaluation/performance/join_actuals.ts";
export * from "@/evaluation/performance/loss_calibration.ts";
export * from "@/evaluation/performance/loss_estimate.ts";
export * from "@/evaluation/performance/loss_lead.ts";
export * from "@/evaluation/performance/regression_report.ts";
export * from "@/evaluation/performance/rolling_errors.ts";
export * from "@/evaluation/performance/taught_origins.ts";
