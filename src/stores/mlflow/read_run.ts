/**
 * Reads runs back from MLflow's own directory, whoever wrote them.
 *
 * @module
 */
import { join, resolve } from "node:path";
import type { DatasetInput } from "@/core/tracker.ts";
import { readMlflowDataset } from "@/stores/mlflow/dataset_input.ts";
import { experimentFolders, findRun } from "@/stores/mlflow/layout.ts";
import {
  listFolder,
  listFolders,
  type Meta,
  numberField,
  readMeta,
  readText,
  textField,
} from "@/stores/mlflow/meta.ts";
import type { MetricPoint, RunRecord, RunStatus } from "@/core/run_record.ts";

const STATUS: readonly RunStatus[] = ["running", "running", "scheduled", "finished", "failed", "killed"];

/**
 * Reads a run: params, whole metric histories, tags, dataset inputs, and the paths of its artifacts.
 *
 * @param root The directory `mlruns`.
 * @throws {RangeError} If there is no such run.
 * @throws {SyntaxError} If one of its `meta.yaml` files is damaged; names the file.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readRun } from "@/stores/mlflow/mod.ts";
 *
 * await expect(readRun("/nowhere/mlruns", "0af7651916cd43dd8448eb211c80319c")).rejects.toThrow("Cannot read the run");
 * ```
 */
export async function readRun(root: string, id: string): Promise<RunRecord> {
  const found = await findRun(resolve(root), id);
  if (!found) throw new RangeError(`Cannot read the run ${id} as ${root} has no such run`);
  const experiment = await readMeta(join(root, found.experimentId));
  return await recordOf(found.folder, experiment ? textField(experiment, "name") : found.experimentId);
}

/**
 * Reads all runs of an experiment, oldest first; deleted ones are left out. Empty when there is no such experiment.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readRuns } from "@/stores/mlflow/mod.ts";
 *
 * expect(await readRuns("/nowhere/mlruns", "rossmann")).toEqual([]);
 * ```
 */
export async function readRuns(root: string, experiment: string): Promise<RunRecord[]> {
  const known = (await experimentFolders(resolve(root))).find(({ meta }) => textField(meta, "name") === experiment);
  if (!known) return [];
  const records: RunRecord[] = [];
  for (const id of await listFolders(known.folder)) {
    const meta = await readMeta(join(known.folder, id));
    if (!meta || textField(meta, "run_id") !== id || textField(meta, "lifecycle_stage") === "deleted") continue;
    records.push(await recordOf(join(known.folder, id), experiment));
  }
  return records.sort((a, b) => a.started - b.started || (a.id < b.id ? -1 : 1));
}

async function recordOf(folder: string, experiment: string): Promise<RunRecord> {
  const meta = (await readMeta(folder)) as Meta;
  const tags = await texts(join(folder, "tags"));
  const metrics = Object.entries(await texts(join(folder, "metrics")));
  return {
    id: textField(meta, "run_id"),
    experiment,
    name: textField(meta, "run_name") || (tags["mlflow.runName"] ?? ""),
    status: STATUS[numberField(meta, "status")] ?? "running",
    started: numberField(meta, "start_time"),
    ...(meta.end_time === null || meta.end_time === undefined ? {} : { ended: numberField(meta, "end_time") }),
    params: await texts(join(folder, "params")),
    metrics: Object.fromEntries(metrics.map(([name, text]) => [name, points(text)])),
    tags,
    inputs: await inputs(folder),
    artifacts: await listFolder(join(folder, "artifacts")),
  };
}

async function texts(folder: string): Promise<Record<string, string>> {
  const entries = (await listFolder(folder)).map(async (path) =>
    [path, await readText(join(folder, path)) ?? ""] as const
  );
  return Object.fromEntries(await Promise.all(entries));
}

function points(text: string): MetricPoint[] {
  // A line is `timestamp value step`; MLflow adds a dataset's name and digest in some, and left the step out once.
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [timestamp, value, step] = line.split(" ");
    return { value: pythonFloat(value ?? ""), step: Number(step ?? 0), timestamp: Number(timestamp) };
  });
}

function pythonFloat(text: string): number {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite) return infinite[1] === "-" ? -Infinity : Infinity;
  return Number(text);
}

async function inputs(folder: string): Promise<DatasetInput[]> {
  const found: DatasetInput[] = [];
  for (const id of await listFolders(join(folder, "inputs"))) {
    const input = await readMeta(join(folder, "inputs", id));
    if (!input || input.source_type !== "DATASET") continue;
    const dataset = await readMeta(join(folder, "..", "datasets", textField(input, "source_id")));
    if (!dataset) continue;
    found.push(readMlflowDataset(dataset, (input.tags as Meta | null)?.["mlflow.data.context"]));
  }
  return found.sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
