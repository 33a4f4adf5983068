/**
 * Runs in MLflow's own directory, written without Python.
 *
 * @module
 */
import { join, resolve } from "node:path";
import type { Bytes } from "@/core/store.ts";
import type { Run, Tracker } from "@/core/tracker.ts";
import { openExperiment } from "@/stores/mlflow/experiments.ts";
import { FilesRun } from "@/stores/mlflow/files_run.ts";
import { fileUri, findRun, inNewFolder, stagingFolder } from "@/stores/mlflow/layout.ts";
import { type Meta, readBytes, readMeta, textField, writeMeta, writeWhole } from "@/stores/mlflow/meta.ts";
import { checkArtifactPath, clip, TAG_LIMIT } from "@/stores/mlflow/names.ts";
import { readRun, readRuns } from "@/stores/mlflow/read_run.ts";

/** What a tracker is told besides its place. */
export interface TrackerOptions {
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  /** Who runs: MLflow's `mlflow.user`. */
  readonly user?: string;
  /** What runs: MLflow's `mlflow.source.name`. */
  readonly source?: string;
  /** Makes the id of a run: 32 hexadecimal digits. */
  readonly newId?: () => string;
}

/** Makes a run's id as MLflow does: a random UUID without its dashes. */
export function randomRunId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

/**
 * Records runs where MLflow's own tools find them: `mlflow ui` on the same directory shows every run, metric and artifact.
 *
 * @param root The directory `mlruns`; made with the first run.
 * @returns A tracker. Its runs throw `RangeError` for a name that MLflow would refuse.
 *
 * @throws {RangeError} Its methods: if there is no such run, or it was deleted.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mlflowFiles, readRun } from "@/stores/mlflow/mod.ts";
 *
 * const root = await Deno.makeTempDir();
 * const tracker = mlflowFiles(root, { now: () => 1_767_225_600_000 });
 * const run = await tracker.start("rossmann", "lightgbm");
 * await run.metrics({ rmspe: 0.12 });
 * await run[Symbol.asyncDispose]();
 *
 * const record = await readRun(root, run.id);
 * expect(record.status).toBe("finished");
 * expect(record.metrics.rmspe).toEqual([{ value: 0.12, step: 0, timestamp: 1_767_225_600_000 }]);
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export function mlflowFiles(
  root: string,
  { now, user = "shelfcast", source = "shelfcast", newId = randomRunId }: TrackerOptions,
): Tracker {
  const base = resolve(root);

  async function start(experiment: string, name: string, options: { readonly parent?: string } = {}): Promise<Run> {
    const { id: experimentId, folder: experimentFolder } = await openExperiment(base, experiment, now());
    const id = newId();
    const folder = join(experimentFolder, id);
    const title = clip(name, TAG_LIMIT);
    const tags = runTags({ title, user, source, parent: options.parent });
    const staging = await stagingFolder(base);
    const meta: Meta = {
      artifact_uri: fileUri(folder, "artifacts"),
      deleted_time: null,
      end_time: null,
      entry_point_name: "",
      experiment_id: experimentId,
      lifecycle_stage: "active",
      run_id: id,
      run_name: title,
      source_name: "",
      source_type: 4,
      source_version: "",
      start_time: now(),
      status: 1,
      tags: [],
      user_id: user,
    };
    // MLflow complains of a run that is not whole, so it appears when it is.
    await inNewFolder(staging, async (made) => {
      for (const part of ["metrics", "params", "artifacts"]) await Deno.mkdir(join(made, part));
      for (const [tag, value] of Object.entries(tags)) await writeWhole(join(made, "tags", tag), value, staging);
      await writeMeta(made, meta, staging);
      await Deno.rename(made, folder);
    });
    return new FilesRun({ id, experiment, folder, staging, now });
  }

  async function resume(id: string): Promise<Run> {
    const found = await findRun(base, id);
    if (!found) {
      throw unknownRun("resume", id, base);
    }
    const meta = (await readMeta(found.folder))!;
    if (textField(meta, "lifecycle_stage") === "deleted") {
      throw new RangeError(`Cannot resume the run ${id} as it was deleted: restore it in MLflow first`);
    }
    const experiment = await readMeta(join(base, found.experimentId));
    const staging = await stagingFolder(base);
    await writeMeta(found.folder, { ...meta, status: 1, end_time: null }, staging);
    return new FilesRun({
      id,
      experiment: experiment ? textField(experiment, "name") : found.experimentId,
      folder: found.folder,
      staging,
      now,
    });
  }

  async function artifactOf(id: string, path: string): Promise<Bytes | undefined> {
    const found = await findRun(base, id);
    if (!found) throw unknownRun("read an artifact of", id, base);
    return await readBytes(join(found.folder, "artifacts", checkArtifactPath(path)));
  }

  return {
    start,
    resume,
    read: (id) => readRun(base, id),
    runs: (experiment) => readRuns(base, experiment),
    artifactOf,
  };
}

/** The tags that MLflow expects of every run. */
export function runTags({ title, user, source, parent }: {
  readonly title: string;
  readonly user: string;
  readonly source: string;
  readonly parent?: string | undefined;
}): Record<string, string> {
  return {
    "mlflow.runName": title,
    "mlflow.user": user,
    "mlflow.source.name": source,
    "mlflow.source.type": "LOCAL",
    ...(parent === undefined ? {} : { "mlflow.parentRunId": parent }),
  };
}

/** The error of a run that is not where it was looked for. */
export function unknownRun(what: string, id: string, place: string): RangeError {
  return new RangeError(`Cannot ${what} the run ${id} as ${place} has no such run: start one first`);
}
