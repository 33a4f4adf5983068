/**
 * Hierarchies: series that add up, and forecasts that do.
 *
 * @module
 */
export * from "@/evaluation/hierarchy/covariance.ts";
export * from "@/evaluation/hierarchy/error_shares.ts";
export * from "@/evaluation/hierarchy/hierarchy.ts";
export * from "@/evaluation/hierarchy/reconcile.ts";
