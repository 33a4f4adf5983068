/**
 * A run's model on its way into the registry: complete, and sealed.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { ModelUnavailableError } from "@/core/errors.ts";
import type { Files } from "@/core/regressor.ts";
import { kindOf, MLMODEL, mlmodelText } from "@/stores/mlflow/model_files.ts";
import { CHECKSUMS, sealed, verified } from "@/stores/model_bundle.ts";

/** Where a model that is registered comes from. */
export interface ModelSource {
  /** The registered model's name, for messages. */
  readonly name: string;
  readonly runId: string;
  /** The model's folder among the run's artifacts. */
  readonly path: string;
  /** The run's time, not the registration's: the same run and files make the same copy. Milliseconds since 1970. */
  readonly created: number;
}

/**
 * Adds what is missing to a model's files: `MLmodel` where the run wrote none, and the checksums.
 *
 * @throws {ModelUnavailableError} If there are no files, or if they do not match the checksums that they came with.
 */
export function sealedModel(files: Files, { name, runId, path, created }: ModelSource): Files {
  if (Object.keys(files).length === 0) {
    throw new ModelUnavailableError(`Cannot register ${name} from the run ${runId} as it has no files under ${path}/`);
  }
  if (files[CHECKSUMS]) return verified(files, `${name} of the run ${runId}`);
  if (files[MLMODEL]) return sealed(files);
  const text = mlmodelText({ runId, path, kind: kindOf(files), created });
  return sealed({ [MLMODEL]: new TextEncoder().encode(text), ...files });
}

/** A model's identity, from its checksums: 64 hexadecimal digits, the same for the same files. */
export function sealOf(whole: Files): string {
  return createHash("sha256").update(whole[CHECKSUMS]!).digest("hex");
}
