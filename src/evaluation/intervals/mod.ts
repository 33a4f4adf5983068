/**
 * Intervals: how far outcomes lie from forecasts, learnt from earlier windows, applied row by row, judged walking forward.
 *
 * @module
 */
export * from "@/evaluation/intervals/error_space.ts";
export * from "@/evaluation/intervals/error_spread.ts";
export * from "@/evaluation/intervals/interval_method.ts";
export * from "@/evaluation/intervals/interval_recipe.ts";
export * from "@/evaluation/intervals/interval_rows.ts";
export * from "@/evaluation/intervals/intervals.ts";
export * from "@/evaluation/intervals/judge_intervals.ts";
