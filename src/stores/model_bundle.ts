/**
 * A model's files, sealed: a checksum of each travels with them, so that a damaged file is found before anything loads it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { ModelUnavailableError } from "@/core/errors.ts";
import type { Files } from "@/core/regressor.ts";

/** The name of the file that holds the checksums. */
export const CHECKSUMS = "checksums.json";

/**
 * Adds the checksums of a model's files to them.
 *
 * `checksums.json` maps every other file's name to the sha256 of its bytes, hexadecimal; names are sorted, so the same
 * files always have the same seal.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { sealed, verified } from "@/stores/model_bundle.ts";
 *
 * const files = sealed({ "model.txt": new TextEncoder().encode("tree") });
 * expect(Object.keys(files)).toEqual(["model.txt", "checksums.json"]);
 * expect(verified(files, "rossmann 1")).toEqual(files);
 * ```
 */
export function sealed(files: Files): Files {
  const { [CHECKSUMS]: _old, ...others } = files;
  const sums = Object.fromEntries(Object.keys(others).sort().map((name) => [name, sha256(others[name]!)]));
  return { ...others, [CHECKSUMS]: new TextEncoder().encode(JSON.stringify(sums, null, 2) + "\n") };
}

/**
 * Returns a model's files, once every one of them matches its checksum.
 *
 * A file that has no checksum is left out: MLflow, for one, puts a note of its own beside the files that it hands out.
 *
 * @param files The files, `checksums.json` among them.
 * @param what Names the model in the message: `rossmann version 3`.
 * @throws {ModelUnavailableError} If a file is damaged or missing, or if there are no checksums; names the file.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { sealed, verified } from "@/stores/model_bundle.ts";
 *
 * const files = sealed({ "model.txt": new TextEncoder().encode("tree") });
 * const damaged = { ...files, "model.txt": new TextEncoder().encode("twig") };
 * expect(() => verified(damaged, "rossmann 1")).toThrow("model.txt");
 * ```
 */
export function verified(files: Files, what: string): Files {
  const refuse = (why: string, cause?: unknown) =>
    new ModelUnavailableError(`Cannot use the model ${what}: ${why}`, cause === undefined ? undefined : { cause });
  const seal = files[CHECKSUMS];
  if (!seal) throw refuse(`it has no ${CHECKSUMS}, so its files cannot be verified`);
  const sums = parse(seal, (cause) => refuse(`its ${CHECKSUMS} is not a JSON object of checksums`, cause));
  const whole = Object.entries(sums).map(([name, wanted]) => {
    const bytes = Object.hasOwn(files, name) ? files[name] : undefined;
    if (!bytes) throw refuse(`its file ${name} is missing`);
    const found = sha256(bytes);
    if (found !== wanted) throw refuse(`its file ${name} has the sha256 ${found} where ${CHECKSUMS} has ${wanted}`);
    return [name, bytes] as const;
  });
  return { ...Object.fromEntries(whole), [CHECKSUMS]: seal };
}

function parse(seal: Uint8Array, refuse: (cause?: unknown) => Error): Readonly<Record<string, string>> {
  let sums: unknown;
  try {
    sums = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(seal));
  } catch (error) {
    throw refuse(error);
  }
  if (
    typeof sums !== "object" || sums === null || Array.isArray(sums) ||
    Object.values(sums).some((sum) => typeof sum !== "string")
  ) {
    throw refuse();
  }
  return sums as Record<string, string>;
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
