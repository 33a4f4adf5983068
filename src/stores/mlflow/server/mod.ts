/**
 * Runs and registered models on an MLflow server.
 *
 * @module
 */
export {
  type Answer,
  type ClientOptions,
  type MlflowClient,
  mlflowClient,
  type Request as MlflowRequest,
  ServerAwayError,
  ServerRefusalError,
} from "./client.ts";
export * from "./deliver_spool.ts";
export * from "./server_registry.ts";
export type { SentPoint, ServerRun } from "./server_run.ts";
export { mlflowServer, type ServerTracker } from "./server_tracker.ts";
export * from "./spooled_registry.ts";
export * from "./spooled_tracker.ts";
