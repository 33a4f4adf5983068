/**
 * The file that makes a folder of a run a model in MLflow's eyes.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { stringify } from "yaml";
import type { Files } from "@/core/regressor.ts";

/** The name of the file. */
export const MLMODEL = "MLmodel";

/** A model's flavour: ours, since no Python library reads its files. */
export interface Flavor {
  readonly kind: string;
  readonly data: ".";
}

/** What MLflow wants to know of a model in a run. */
export interface ModelInfo {
  readonly runId: string;
  /** The model's folder among the run's artifacts: `model`. */
  readonly path: string;
  /** The `kind` of the regressor that loads it. */
  readonly kind: string;
  /** Milliseconds since 1970. */
  readonly created: number;
}

/** The identity of a model, 32 hexadecimal digits: the same for the same folder of the same run. */
export function modelUuid({ runId, path }: ModelInfo): string {
  return createHash("md5").update(`${runId}/${path}`).digest("hex");
}

/** A moment in UTC as MLflow writes it: `2026-01-01 00:00:00.000000`. */
export function utcTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("T", " ").replace("Z", "000");
}

/**
 * Writes the text of a model's `MLmodel`, with the one flavour `shelfcast`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mlmodelText } from "@/stores/mlflow/model_files.ts";
 *
 * const text = mlmodelText({ runId: "0af7", path: "model", kind: "lightgbm", created: 0 });
 * expect(text).toContain("kind: lightgbm");
 * ```
 */
export function mlmodelText(info: ModelInfo): string {
  const flavor: Flavor = { kind: info.kind, data: "." };
  return stringify({
    artifact_path: info.path,
    flavors: { shelfcast: flavor },
    model_uuid: modelUuid(info),
    run_id: info.runId,
    utc_time_created: utcTime(info.created),
  }, { version: "1.1", lineWidth: 0 });
}

/** The model's kind as its card tells it; `unknown` when there is no card that says. */
export function kindOf(files: Files): string {
  try {
    const card = JSON.parse(new TextDecoder().decode(files["card.json"])) as Readonly<Record<string, unknown>> | null;
    const kind = card?.["kind"];
    return typeof kind === "string" ? kind : "unknown";
  } catch {
    return "unknown";
  }
}
