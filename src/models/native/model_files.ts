/**
 * The files of a native model: what the library wrote, and beside it what we know about it, with a digest.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { ModelUnavailableError } from "@/core/errors.ts";
import type { Files } from "@/core/regressor.ts";
import { readModel, writeModel } from "@/models/model_json.ts";

/** What we know about a native model, besides its bytes. */
export interface ModelFacts {
  /** The native library's version, `4.7.0`. */
  readonly library: string;
  readonly features: readonly string[];
  readonly categorical: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** Rounds that the model has; fewer than asked for after an early stop. */
  readonly rounds: number;
}

/**
 * Packs a native model: its bytes as `file`, its facts and the bytes' digest as `model.json`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { packModel, unpackModel } from "@/models/native/model_files.ts";
 *
 * const facts = { library: "4.7.0", features: ["promo"], categorical: [], params: {}, seed: 1, rounds: 10 };
 * const files = packModel("lightgbm", "model.txt", Uint8Array.of(1, 2, 3), facts);
 * expect(unpackModel("lightgbm", "model.txt", files).facts.features).toEqual(["promo"]);
 * const damaged = { ...files, "model.txt": Uint8Array.of(1, 2, 4) };
 * expect(() => unpackModel("lightgbm", "model.txt", damaged)).toThrow("was changed");
 * ```
 */
export function packModel(kind: string, file: string, bytes: Uint8Array<ArrayBuffer>, facts: ModelFacts): Files {
  return { [file]: bytes, ...writeModel(kind, { ...facts, sha256: digest(bytes) }) };
}

/**
 * Unpacks a native model, and vouches that its bytes are the ones that were saved: a damaged model would not be refused
 * by the library, it would end the process.
 *
 * @throws {ModelUnavailableError} If a file is missing or damaged.
 */
export function unpackModel(kind: string, file: string, files: Files): {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly facts: ModelFacts;
} {
  const { sha256, ...facts } = readModel<ModelFacts & { readonly sha256: string }>(kind, files);
  const bytes = files[file];
  if (bytes === undefined) {
    throw new ModelUnavailableError(
      `Cannot load a ${kind} model as its file ${file} is missing: there are ${Object.keys(files).join(", ")}`,
    );
  }
  const found = digest(bytes);
  if (found !== sha256) {
    throw new ModelUnavailableError(
      `Cannot load a ${kind} model as its file ${file} must have sha256 ${sha256}: it has ${found}, so it was changed`,
    );
  }
  demandFacts(kind, facts);
  return { bytes, facts };
}

function demandFacts(kind: string, facts: Partial<ModelFacts>): void {
  const areNames = (value: unknown) => Array.isArray(value) && value.every((name) => typeof name === "string");
  const broken = !areNames(facts.features)
    ? "features"
    : !areNames(facts.categorical)
    ? "categorical"
    : facts.params === null || typeof facts.params !== "object"
    ? "params"
    : undefined;
  if (broken !== undefined) {
    throw new ModelUnavailableError(`Cannot load a ${kind} model as its file model.json has no proper "${broken}"`);
  }
}

function digest(bytes: Uint8Array<ArrayBuffer>): string {
  return createHash("sha256").update(bytes).digest("hex");
}
