/**
 * Reading what MLflow and DVC left in another project's folder.
 *
 * @module
 */
import { join } from "node:path";
import { parse } from "yaml";
import type { Context } from "@/pipeline/context.ts";
import { filesBelow, textOf } from "@/pipeline/maturity/area.ts";
import { dvcStages, hashPath } from "@/stores/dvc/mod.ts";

/** A run, as its files tell. */
export interface FoundRun {
  readonly finished: boolean;
  readonly params: number;
  readonly metrics: number;
  readonly commit: string | undefined;
}

/** MLflow's word for a run that finished. */
const FINISHED = 3;

/** Every run below `mlruns/`; folders whose `meta.yaml` says nothing are none. */
export async function mlflowFiles(context: Context): Promise<readonly FoundRun[]> {
  const keys = await filesBelow(context, "mlruns", /./);
  const runs = keys.map((key) => /^(mlruns\/[^/]+\/[^/]+)\/meta\.yaml$/.exec(key)?.[1]).filter((one) =>
    one !== undefined
  );
  const found: FoundRun[] = [];
  for (const run of runs) {
    const meta = readYaml(await textOf(context, `${run}/meta.yaml`) ?? "");
    if (meta["run_id"] === undefined && meta["run_uuid"] === undefined) continue;
    const below = (folder: string) => keys.filter((key) => key.startsWith(`${run}/${folder}/`)).length;
    const commit = (await textOf(context, `${run}/tags/mlflow.source.git.commit`))?.trim();
    found.push({
      finished: meta["status"] === FINISHED || meta["status"] === "FINISHED",
      params: below("params"),
      metrics: below("metrics"),
      commit: commit === "" ? undefined : commit,
    });
  }
  return found;
}

function readYaml(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(parse(text));
  } catch {
    return {};
  }
}

/** Files that DVC recorded: those that still have their hash, and those that have another. What is not here is neither. */
export async function dvcStatus(
  { project }: Context,
): Promise<{ readonly same: readonly string[]; readonly changed: readonly string[] }> {
  const same: string[] = [], changed: string[] = [];
  const stages = await dvcStages(project.location).catch(() => []);
  for (const { path, md5 } of stages.flatMap(({ deps, outs }) => [...deps, ...outs])) {
    const hashed = await hashPath(join(project.location, path));
    if (hashed === undefined || md5 === undefined) continue;
    (hashed.md5 === md5 ? same : changed).push(path);
  }
  return { same, changed };
}
