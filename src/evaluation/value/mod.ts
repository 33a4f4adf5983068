/**
 * Forecasts in money: what errors cost, what steps are worth, where to look first.
 *
 * @module
 */
export * from "@/evaluation/value/costliest.ts";
export * from "@/evaluation/value/forecast_value.ts";
export * from "@/evaluation/value/newsvendor.ts";
