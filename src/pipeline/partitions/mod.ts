/**
 * One dataset on many machines: stages that work on the series of a partition, and what joins their results.
 *
 * @module
 */
export * from "@/pipeline/partitions/blend_parts.ts";
export * from "@/pipeline/partitions/feature_parts.ts";
export * from "@/pipeline/partitions/fit_parts.ts";
export * from "@/pipeline/partitions/fit_rows.ts";
export * from "@/pipeline/partitions/horizon_parts.ts";
export * from "@/pipeline/partitions/monitor_parts.ts";
export * from "@/pipeline/partitions/panel_parts.ts";
export * from "@/pipeline/partitions/parts.ts";
export * from "@/pipeline/partitions/pooled_fit.ts";
export * from "@/pipeline/partitions/score_parts.ts";
export * from "@/pipeline/partitions/summaries.ts";
