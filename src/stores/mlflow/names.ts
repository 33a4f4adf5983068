/**
 * MLflow's rules for names. Names become files, so they are checked before anything is written.
 *
 * @module
 */

/** Longest value of a param that MLflow keeps. */
export const PARAM_LIMIT = 6_000;
/** Longest value of a run's tag that MLflow keeps. */
export const TAG_LIMIT = 8_000;

/**
 * Checks the name of a param, a metric or a tag as MLflow would: letters, digits, `_ - . :`, spaces, and `/` between
 * folders; at most 250 characters.
 *
 * @throws {RangeError} If MLflow would refuse the name, or if it would escape its folder.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { checkKey } from "@/stores/mlflow/names.ts";
 *
 * expect(checkKey("metric", "fold 1/rmspe")).toBe("fold 1/rmspe");
 * expect(() => checkKey("metric", "../rmspe")).toThrow(RangeError);
 * ```
 */
export function checkKey(kind: "param" | "metric" | "tag", name: string): string {
  const needs = (rule: string) =>
    new RangeError(`Cannot record the ${kind} ${JSON.stringify(name)} as MLflow needs its name ${rule}`);
  if (!/^[\p{L}\p{N}_/.\- :]+$/u.test(name)) {
    throw needs("to have only letters, digits, spaces and the characters _ - . : /");
  }
  if (!isPlainPath(name)) throw needs("to be a plain relative path: no empty part, no . and no ..");
  if (name.length > 250) throw needs(`to have at most 250 characters: it has ${name.length}`);
  return name;
}

/**
 * Says in the user's words why a checked name could still not be written: names are paths, so `rmspe` and `rmspe/fold 1`
 * cannot both be there. Any other error is returned as it is.
 */
export function keyClash(kind: "param" | "metric" | "tag" | "artifact", name: string, error: unknown): unknown {
  const { AlreadyExists, NotADirectory, IsADirectory } = Deno.errors;
  if (![AlreadyExists, NotADirectory, IsADirectory].some((clash) => error instanceof clash)) return error;
  return new RangeError(
    `Cannot record the ${kind} ${JSON.stringify(name)} as names are paths and another ${kind}'s name is in its way: ` +
      "choose another name",
    { cause: error },
  );
}

/**
 * Checks the path of an artifact: relative, with `/`, and never leaving its run's folder.
 *
 * @throws {RangeError} If it is anything else.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { checkArtifactPath } from "@/stores/mlflow/names.ts";
 *
 * expect(checkArtifactPath("model/card.json")).toBe("model/card.json");
 * expect(() => checkArtifactPath("/etc/passwd")).toThrow(RangeError);
 * ```
 */
export function checkArtifactPath(path: string): string {
  // deno-lint-ignore no-control-regex
  if (!isPlainPath(path) || /[\\\x00-\x1f]/.test(path) || /^[A-Za-z]:/.test(path)) {
    throw new RangeError(
      `Cannot use ${JSON.stringify(path)} as an artifact's path: it must be relative, with / and without . or .. parts`,
    );
  }
  return path;
}

/**
 * Checks the name of a registered model: one folder name, without `/ \ : %` and control characters.
 *
 * @throws {RangeError} If MLflow would refuse it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { checkModelName } from "@/stores/mlflow/names.ts";
 *
 * expect(checkModelName("store-item")).toBe("store-item");
 * expect(() => checkModelName("a/b")).toThrow('Cannot register a model as "a/b"');
 * ```
 */
export function checkModelName(name: string): string {
  // deno-lint-ignore no-control-regex
  if (name.trim() === "" || /[/\\:%\x00-\x1f]/.test(name) || !isPlainPath(name) || name.length > 250) {
    throw new RangeError(
      `Cannot register a model as ${JSON.stringify(name)}: MLflow's names have 1 to 250 characters without / \\ : %`,
    );
  }
  return name;
}

/**
 * Checks an alias of a model version: letters, digits, `_` and `-`; `latest` and `v1`, `v2`, … are MLflow's own.
 *
 * @throws {RangeError} If MLflow would refuse it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { checkAlias } from "@/stores/mlflow/names.ts";
 *
 * expect(checkAlias("champion")).toBe("champion");
 * expect(() => checkAlias("v3")).toThrow(RangeError);
 * ```
 */
export function checkAlias(alias: string): string {
  if (!/^[\p{L}\p{N}_-]{1,255}$/u.test(alias) || /^(latest|v\d+)$/i.test(alias)) {
    throw new RangeError(
      `Cannot use the alias ${JSON.stringify(alias)}: MLflow needs 1 to 255 letters, digits, _ and -, ` +
        "and keeps latest and v1, v2, … to itself",
    );
  }
  return alias;
}

/**
 * Checks an experiment's name, which is text and never a path: 1 to 500 characters.
 *
 * @throws {RangeError} If MLflow would refuse it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { checkExperimentName } from "@/stores/mlflow/names.ts";
 *
 * expect(checkExperimentName("rossmann/spine")).toBe("rossmann/spine");
 * expect(() => checkExperimentName("")).toThrow(RangeError);
 * ```
 */
export function checkExperimentName(name: string): string {
  if (name.trim() === "" || name.length > 500) {
    throw new RangeError(
      `Cannot open the experiment ${JSON.stringify(name)}: MLflow needs a name of 1 to 500 characters`,
    );
  }
  return name;
}

/**
 * Checks a run's id: it is a folder's name.
 *
 * @throws {RangeError} If it cannot be one of MLflow's.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { checkRunId } from "@/stores/mlflow/names.ts";
 *
 * expect(checkRunId("0af7651916cd43dd8448eb211c80319c")).toHaveLength(32);
 * expect(() => checkRunId("../..")).toThrow(RangeError);
 * ```
 */
export function checkRunId(id: string): string {
  if (!/^[a-zA-Z0-9][\w-]{0,255}$/.test(id)) {
    throw new RangeError(`Cannot open the run ${JSON.stringify(id)}: an id has only letters, digits, _ and -`);
  }
  return id;
}

/**
 * Shortens a value to MLflow's limit; the last character then is an ellipsis.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { clip } from "@/stores/mlflow/names.ts";
 *
 * expect(clip("short", 6)).toBe("short");
 * expect(clip("much too long", 6)).toBe("much …");
 * ```
 */
export function clip(value: string, limit: number): string {
  return value.length <= limit ? value : value.slice(0, limit - 1).toWellFormed() + "…";
}

function isPlainPath(path: string): boolean {
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
