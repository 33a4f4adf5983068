/**
 * Exploration: what a person wants to know of sales before anything is forecast.
 *
 * @module
 */
export * from "@/exploration/autocorrelation.ts";
export * from "@/exploration/event_effect.ts";
export * from "@/exploration/holiday_profile.ts";
export * from "@/exploration/loess.ts";
export { weekday } from "@/exploration/rows.ts";
export * from "@/exploration/seasonal_grid.ts";
export * from "@/exploration/stl.ts";
export * from "@/exploration/totals.ts";
