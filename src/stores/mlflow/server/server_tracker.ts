/**
 * Runs on an MLflow server, over its REST interface.
 *
 * @module
 */
import type { MetricPoint, RunRecord, RunStatus } from "@/core/run_record.ts";
import type { Tracker } from "@/core/tracker.ts";
import { readMlflowDataset } from "@/stores/mlflow/dataset_input.ts";
import { runTags, type TrackerOptions, unknownRun } from "@/stores/mlflow/files_tracker.ts";
import { checkArtifactPath, checkExperimentName, checkRunId, clip, TAG_LIMIT } from "@/stores/mlflow/names.ts";
import { artifactFolder } from "@/stores/mlflow/server/artifacts.ts";
import { type Answer, type MlflowClient, orMissing, pages, ServerRefusalError } from "@/stores/mlflow/server/client.ts";
import { ServerRun } from "@/stores/mlflow/server/server_run.ts";

/** A tracker whose runs also take values that were measured earlier. */
export interface ServerTracker extends Tracker {
  /** Starts a run in an experiment, which is made where there is none of the name. */
  start(...args: Parameters<Tracker["start"]>): Promise<ServerRun>;
  /** Opens a run again, to record more in it. */
  resume(id: string): Promise<ServerRun>;
}

/**
 * Records runs on an MLflow server. Artifacts go through the server too, so nothing else needs to be reachable.
 *
 * @param client The server: see `mlflowClient`.
 * @returns A tracker. It rejects with `ServerAwayError` when the server does not answer; see `spooledTracker`.
 *
 * @throws {RangeError} Its methods: if the run or its experiment was deleted.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mlflowClient, mlflowServer } from "@/stores/mod.ts";
 *
 * const away = () => Promise.reject(new TypeError("no route"));
 * const client = mlflowClient("http://localhost:5000", { fetch: away, attempts: 1 });
 * const tracker = mlflowServer(client, { now: () => 0 });
 * await expect(tracker.start("rossmann", "train")).rejects.toThrow("localhost:5000");
 * ```
 */
export function mlflowServer(
  client: MlflowClient,
  { now, user = "shelfcast", source = "shelfcast" }: Omit<TrackerOptions, "newId">,
): ServerTracker {
  async function experimentNamed(name: string): Promise<Answer | undefined> {
    const query = { experiment_name: checkExperimentName(name) };
    return (await orMissing(client.call("GET", "experiments/get-by-name", { query })))?.experiment;
  }

  async function openExperiment(name: string): Promise<string> {
    const known = await experimentNamed(name);
    if (known?.lifecycle_stage === "deleted") {
      throw new RangeError(
        `Cannot open the experiment "${name}" as it was deleted: restore it in MLflow, or choose another name`,
      );
    }
    if (known) return known.experiment_id;
    try {
      return (await client.call("POST", "experiments/create", { json: { name } })).experiment_id;
    } catch (error) {
      // Another process was faster.
      if (error instanceof ServerRefusalError && error.code === "RESOURCE_ALREADY_EXISTS") {
        return (await experimentNamed(name)).experiment_id;
      }
      throw error;
    }
  }

  async function getRun(what: string, id: string): Promise<Answer> {
    const found = await orMissing(client.call("GET", "runs/get", { query: { run_id: checkRunId(id) } }));
    if (!found) throw unknownRun(what, id, client.url);
    return found.run;
  }

  async function experimentName(id: string): Promise<string> {
    return (await client.call("GET", "experiments/get", { query: { experiment_id: id } })).experiment.name;
  }

  async function recordOf(run: Answer, experiment: string): Promise<RunRecord> {
    const { info, data = {}, inputs = {} } = run;
    const status = String(info.status).toLowerCase() as RunStatus;
    const names: string[] = (data.metrics ?? []).map((metric: Answer) => metric.key);
    const metrics: [string, MetricPoint[]][] = [];
    for (const name of names.sort()) metrics.push([name, await metricHistory(info.run_id, name)]);
    // A run that was opened again keeps its old end on the server.
    const ended = status === "running" || status === "scheduled" || !info.end_time ? {} : { ended: +info.end_time };
    return {
      id: info.run_id,
      experiment,
      name: info.run_name ?? "",
      status,
      started: Number(info.start_time),
      ...ended,
      params: pairs(data.params),
      metrics: Object.fromEntries(metrics),
      tags: pairs(data.tags),
      inputs: (inputs.dataset_inputs ?? []).map(({ dataset, tags }: Answer) =>
        readMlflowDataset(dataset, pairs(tags)["mlflow.data.context"])
      ).sort((a: Answer, b: Answer) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
      artifacts: await artifactFolder(client, info.artifact_uri).list(),
    };
  }

  async function metricHistory(run: string, name: string): Promise<MetricPoint[]> {
    const points: MetricPoint[] = [];
    const fields = { run_id: run, metric_key: name, max_results: 10_000 };
    for await (const page of pages(client, "GET", "metrics/get-history", fields)) {
      for (const { value, step, timestamp } of page.metrics ?? []) {
        points.push({ value: Number(value), step: Number(step ?? 0), timestamp: Number(timestamp) });
      }
    }
    return points.sort((a, b) => a.timestamp - b.timestamp || a.step - b.step);
  }

  return {
    async start(experiment, name, { parent } = {}) {
      const id = await openExperiment(experiment), title = clip(name, TAG_LIMIT);
      const tags = Object.entries(runTags({ title, user, source, parent })).map(([key, value]) => ({ key, value }));
      const { run } = await client.call("POST", "runs/create", {
        json: { experiment_id: id, run_name: title, user_id: user, start_time: now(), tags },
      });
      const { run_id, artifact_uri } = run.info;
      return new ServerRun({ id: run_id, experiment, artifactUri: artifact_uri, params: {}, client, now });
    },
    async resume(id) {
      const { info, data } = await getRun("resume", id);
      if (info.lifecycle_stage === "deleted") {
        throw new RangeError(`Cannot resume the run ${id} as it was deleted: restore it in MLflow first`);
      }
      const experiment = await experimentName(info.experiment_id);
      await client.call("POST", "runs/update", { json: { run_id: id, status: "RUNNING" } });
      const params = pairs(data?.params);
      return new ServerRun({ id, experiment, artifactUri: info.artifact_uri, params, client, now });
    },
    async read(id) {
      const run = await getRun("read", id);
      return await recordOf(run, await experimentName(run.info.experiment_id));
    },
    async runs(experiment) {
      const known = await experimentNamed(experiment);
      if (!known) return [];
      const fields = {
        experiment_ids: [known.experiment_id],
        order_by: ["attributes.start_time ASC"],
        max_results: 1_000,
      };
      const records: RunRecord[] = [];
      for await (const page of pages(client, "POST", "runs/search", fields)) {
        for (const run of page.runs ?? []) records.push(await recordOf(run, experiment));
      }
      return records;
    },
    async artifactOf(id, path) {
      checkArtifactPath(path);
      const { info } = await getRun("read an artifact of", id);
      return await artifactFolder(client, info.artifact_uri).get(path);
    },
  };
}

/** MLflow's lists of keys and values, as one record. */
export function pairs(list: readonly { readonly key: string; readonly value?: string }[] = []): Record<string, string> {
  return Object.fromEntries(list.map(({ key, value }) => [key, value ?? ""]));
}
