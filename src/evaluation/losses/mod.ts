/**
 * Losses of utilsforecast beyond those of the scores table, under its names: of points, of quantiles, of intervals.
 *
 * @module
 */
export * from "@/evaluation/losses/calibration.ts";
export * from "@/evaluation/losses/cfe.ts";
export * from "@/evaluation/losses/coverage.ts";
export * from "@/evaluation/losses/crps.ts";
export * from "@/evaluation/losses/linex.ts";
export * from "@/evaluation/losses/mean_error.ts";
export * from "@/evaluation/losses/mqloss.ts";
export * from "@/evaluation/losses/mse.ts";
export * from "@/evaluation/losses/msse.ts";
export * from "@/evaluation/losses/pis.ts";
export * from "@/evaluation/losses/quantile_loss.ts";
export * from "@/evaluation/losses/rmae.ts";
export * from "@/evaluation/losses/rmsse.ts";
export * from "@/evaluation/losses/scaled_crps.ts";
export * from "@/evaluation/losses/scaled_mqloss.ts";
export * from "@/evaluation/losses/scaled_quantile_loss.ts";
export * from "@/evaluation/losses/spis.ts";
export * from "@/evaluation/losses/tweedie_deviance.ts";
export * from "@/evaluation/losses/wape.ts";
export * from "@/evaluation/losses/winkler_score.ts";
