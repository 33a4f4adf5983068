/**
 * Where runs and registered models are kept: in files of ours, or on a server of the team's.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { ParamsError } from "@/core/errors.ts";
import type { Registry } from "@/core/registry.ts";
import type { Tracker } from "@/core/tracker.ts";
import {
  type MlflowClient,
  mlflowClient,
  mlflowFiles,
  mlflowFilesRegistry,
  mlflowServer,
  mlflowServerRegistry,
  type ServerAwayError,
  spooledRegistry,
  spooledTracker,
} from "@/stores/mod.ts";

/** A tracker and a registry that belong together. */
export interface Tracking {
  readonly tracker: Tracker;
  readonly registry: Registry;
}

/** What is needed to open them. */
export interface TrackingOptions {
  /** The folder of our own files. */
  readonly mlruns: string;
  /** Environment variables by name. */
  readonly env: (name: string) => string | undefined;
  readonly now: () => number;
  /** Hears, once per run, that the server is away and the run goes on in the spool. */
  readonly onAway?: (error: ServerAwayError, run: string) => void;
}

/**
 * Opens the tracker and the registry that the environment names, as MLflow's own tools do: `MLFLOW_TRACKING_URI` is the
 * address of a server, or of a folder; without it, everything is in `mlruns`.
 *
 * @throws {ParamsError} If it names something else.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openTracking } from "@/pipeline/tracking.ts";
 *
 * const env = () => "sqlite:///mlflow.db";
 * expect(() => openTracking({ mlruns: "mlruns", env, now: Date.now })).toThrow("mlflow server");
 * ```
 */
export function openTracking({ mlruns, env, now, onAway }: TrackingOptions): Tracking {
  const client = serverOf(env);
  if (client) {
    const folder = spoolFolder(mlruns);
    return {
      tracker: spooledTracker(mlflowServer(client, { now }), { folder, now, ...(onAway ? { onAway } : {}) }),
      registry: spooledRegistry(mlflowServerRegistry(client), { folder }),
    };
  }
  const root = folderOf(env) ?? mlruns;
  return { tracker: mlflowFiles(root, { now }), registry: mlflowFilesRegistry(root, { now }) };
}

/** Where runs wait for a server. MLflow leaves folders alone whose name ends so. */
export const spoolFolder = (mlruns: string): string => `${mlruns}/.spool.trash`;

/** The server that the environment names; undefined when it names none. */
export function serverOf(env: (name: string) => string | undefined): MlflowClient | undefined {
  const uri = env("MLFLOW_TRACKING_URI") ?? "";
  if (!/^https?:\/\//i.test(uri)) return undefined;
  return mlflowClient(uri, {
    username: env("MLFLOW_TRACKING_USERNAME"),
    password: env("MLFLOW_TRACKING_PASSWORD"),
    token: env("MLFLOW_TRACKING_TOKEN"),
  });
}

function folderOf(env: (name: string) => string | undefined): string | undefined {
  const uri = env("MLFLOW_TRACKING_URI") ?? "";
  if (uri === "") return undefined;
  if (uri.startsWith("file:")) return fileURLToPath(uri);
  if (!/^[a-z][a-z0-9+.-]+:/i.test(uri)) return uri;
  throw new ParamsError(
    `Cannot record runs at MLFLOW_TRACKING_URI=${
      uri.replace(/\/\/[^@/]*@/, "//")
    }: it must be the address of a server ` +
      "(http:// or https://) or a folder; for a database, start `mlflow server --backend-store-uri …` and name its address",
  );
}
