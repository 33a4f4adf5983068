/**
 * The outside world: where bytes are kept, and where raw data comes from.
 *
 * @module
 */
export * from "@/stores/append_log.ts";
export * from "@/stores/atomic.ts";
export * from "@/stores/directory_store.ts";
export * from "@/stores/dvc/mod.ts";
export * from "@/stores/frames.ts";
export * from "@/stores/key.ts";
export * from "@/stores/lineage.ts";
export * from "@/stores/memory_store.ts";
export * from "@/stores/memory_tracker.ts";
export * from "@/stores/mlflow/mod.ts";
export * from "@/stores/model_bundle.ts";
export * from "@/stores/notifications/mod.ts";
export * from "@/core/run_record.ts";
export * from "@/stores/s3/mod.ts";
export * from "@/stores/sources/mod.ts";
export * from "@/stores/table_file.ts";
