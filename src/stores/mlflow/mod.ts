/**
 * Runs and registered models in MLflow's own directory layout, read and written without Python.
 *
 * @module
 */
export * from "./files_registry.ts";
export { mlflowFiles, type TrackerOptions } from "./files_tracker.ts";
export { type ForeignFlavors, MLMODEL, mlmodelText, type ModelInfo, pythonEnvironment } from "./model_files.ts";
export * from "./read_run.ts";
export * from "./server/mod.ts";
