/**
 * What "good" means: metrics, time windows to measure them in, and choices made from earlier windows only.
 *
 * @module
 */
export * from "@/evaluation/champion.ts";
export * from "@/evaluation/conformal.ts";
export * from "@/evaluation/correction.ts";
export * from "@/evaluation/diebold_mariano.ts";
export * from "@/evaluation/heavy_rows.ts";
export * from "@/evaluation/hierarchy/mod.ts";
export * from "@/evaluation/horizon_curve.ts";
export * from "@/evaluation/intervals/mod.ts";
export * from "@/evaluation/losses.ts";
export * from "@/evaluation/losses/mod.ts";
export * from "@/evaluation/metrics/mod.ts";
export * from "@/evaluation/noise_floor.ts";
export * from "@/evaluation/performance/mod.ts";
export * from "@/evaluation/regression.ts";
export * from "@/evaluation/row_loss.ts";
export * from "@/evaluation/search/mod.ts";
export * from "@/evaluation/slices.ts";
export * from "@/evaluation/splits.ts";
export * from "@/evaluation/spread.ts";
export * from "@/evaluation/value/mod.ts";
export * from "@/evaluation/worst_rows.ts";
