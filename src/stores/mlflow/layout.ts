/**
 * Where things are in MLflow's own directory, `mlruns`.
 *
 * ```text
 * <experiment>/meta.yaml
 * <experiment>/datasets/<id>/meta.yaml
 * <experiment>/<run>/meta.yaml  metrics/  params/  tags/  artifacts/  inputs/
 * models/<name>/meta.yaml  aliases/<alias>  version-<n>/meta.yaml  version-<n>/tags/
 * ```
 *
 * @module
 */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { listFolders, type Meta, readMeta, textField } from "@/stores/mlflow/meta.ts";
import { checkRunId } from "@/stores/mlflow/names.ts";
import { claimFolder, sweepUnfinished } from "@/stores/atomic.ts";

/** The folder of the model registry, which is no experiment. */
export const MODELS = "models";

/** An experiment's folder, by its id. */
export interface ExperimentFolder {
  readonly id: string;
  readonly folder: string;
  readonly meta: Meta;
}

/** A run's folder, by its id. */
export interface RunFolder {
  readonly id: string;
  readonly experimentId: string;
  readonly folder: string;
}

/**
 * The folder for what is not whole yet.
 *
 * MLflow takes every folder of the root for an experiment, and fails on one without metadata, unless its name ends
 * with `.trash`.
 */
export async function stagingFolder(root: string): Promise<string> {
  const folder = join(root, ".staging.trash");
  await Deno.mkdir(folder, { recursive: true });
  // What killed runs left there; once per process, as others may be writing a thousand small files.
  if (!swept.has(folder)) {
    swept.add(folder);
    await sweepUnfinished(folder);
  }
  return folder;
}

const swept = new Set<string>();

/** Lets work fill a folder aside, which it may rename to where it belongs; what it leaves behind is removed. */
export async function inNewFolder<Result>(
  staging: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const { temp, lock } = await claimFolder(join(staging, "new"));
  try {
    return await work(temp);
  } finally {
    await Deno.remove(temp, { recursive: true }).catch(() => {});
    lock?.close();
  }
}

/** Renames a folder to where it belongs; false when something is there already. */
export async function appear(made: string, folder: string): Promise<boolean> {
  try {
    await Deno.rename(made, folder);
    return true;
  } catch (error) {
    // Systems differ in what they say of a folder that is not empty, so look.
    if (await Deno.stat(folder).then(() => true, () => false)) return false;
    throw error;
  }
}

/**
 * A path as MLflow writes it: an absolute file URI.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { fileUri } from "@/stores/mlflow/layout.ts";
 *
 * expect(fileUri("/tmp/my runs", "1")).toBe("file:///tmp/my%20runs/1");
 * ```
 */
export function fileUri(...parts: readonly string[]): string {
  return pathToFileURL(resolve(...parts)).href;
}

/** Every experiment of the directory, deleted ones left out; empty when there is no such directory. */
export async function experimentFolders(root: string): Promise<ExperimentFolder[]> {
  const names = (await listFolders(root)).filter((name) => name !== MODELS && !name.endsWith(".trash"));
  const found = await Promise.all(names.map(async (id) => {
    const folder = join(root, id);
    const meta = await readMeta(folder);
    return meta && { id, folder, meta };
  }));
  return found.filter((experiment) => experiment !== undefined);
}

/** The folder of a run, whichever experiment it is in; undefined when there is no such run. */
export async function findRun(root: string, id: string): Promise<RunFolder | undefined> {
  checkRunId(id);
  for (const experimentId of await listFolders(root)) {
    if (experimentId === MODELS || experimentId.endsWith(".trash")) continue;
    const folder = join(root, experimentId, id);
    const meta = await readMeta(folder);
    if (meta && textField(meta, "run_id") === id) return { id, experimentId, folder };
  }
  return undefined;
}
