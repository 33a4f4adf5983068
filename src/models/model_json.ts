import { ModelUnavailableError } from "@/core/errors.ts";
import type { Files } from "@/core/regressor.ts";

/** The file that holds what a model of ours has learnt. */
const MODEL_FILE = "model.json";

/**
 * Writes what a model has learnt as one JSON file; numbers come back bit for bit.
 *
 * @throws {RangeError} If it holds a number that JSON cannot say (NaN, infinity).
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readModel, writeModel } from "@/models/model_json.ts";
 *
 * const files = writeModel("seasonal_naive", { level: 0.1 + 0.2 });
 * expect(readModel<{ level: number }>("seasonal_naive", files).level).toBe(0.1 + 0.2);
 * ```
 */
export function writeModel(kind: string, learnt: Readonly<Record<string, unknown>>, file = MODEL_FILE): Files {
  const text = JSON.stringify({ kind, ...learnt }, (key, value) => {
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new RangeError(`Cannot save a ${kind} model as every number in it must be finite: ${key} is ${value}`);
    }
    return value;
  });
  return { [file]: new TextEncoder().encode(text) };
}

/**
 * Reads what `writeModel` wrote.
 *
 * @throws {ModelUnavailableError} If the file is missing, unreadable, or another kind of model's.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readModel } from "@/models/model_json.ts";
 *
 * expect(() => readModel("factor_model", {})).toThrow("model.json is missing");
 * ```
 */
export function readModel<Learnt>(kind: string, files: Files, file = MODEL_FILE): Learnt {
  const bytes = files[file];
  if (!bytes) {
    throw new ModelUnavailableError(
      `Cannot load a ${kind} model as its file ${file} is missing: there are ${
        Object.keys(files).join(", ") || "no files"
      }`,
    );
  }
  let learnt: unknown;
  try {
    learnt = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ModelUnavailableError(`Cannot load a ${kind} model as its file ${file} is not JSON`, { cause });
  }
  const found = learnt !== null && typeof learnt === "object" && "kind" in learnt ? learnt.kind : "none";
  if (found !== kind) {
    throw new ModelUnavailableError(
      `Cannot load a ${kind} model as its file ${file} must name that kind: it names ${found}`,
    );
  }
  return learnt as Learnt;
}

/**
 * The files of a model that is kept below a prefix of its own, under the names that it gave them.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { filesUnder } from "@/models/model_json.ts";
 *
 * const files = { "model.json": new Uint8Array(1), "band-1/model.txt": new Uint8Array(2) };
 * expect(Object.keys(filesUnder("band-1/", files))).toEqual(["model.txt"]);
 * ```
 */
export function filesUnder(prefix: string, files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).filter(([name]) => name.startsWith(prefix))
      .map(([name, bytes]) => [name.slice(prefix.length), bytes]),
  );
}
