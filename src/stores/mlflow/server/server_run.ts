/**
 * One run on an MLflow server.
 *
 * @module
 */
import type { Bytes } from "@/core/store.ts";
import type { DatasetInput, Run } from "@/core/tracker.ts";
import { changedParam, endedRun, ERROR_TAG, errorText } from "@/stores/mlflow/files_run.ts";
import { mlflowDataset } from "@/stores/mlflow/dataset_input.ts";
import { checkArtifactPath, checkKey, clip, PARAM_LIMIT, TAG_LIMIT } from "@/stores/mlflow/names.ts";
import { artifactFolder } from "@/stores/mlflow/server/artifacts.ts";
import type { MlflowClient } from "@/stores/mlflow/server/client.ts";

/** What one request may carry. */
const BATCH = { metrics: 1_000, params: 100, tags: 100 };
/** For how long values may wait in memory. */
const STALE_MS = 1_000;

/** One value of a metric on its way to the server. */
export interface SentPoint {
  /** The metric's name. */
  readonly key: string;
  /** Finite. */
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** The round or the fold; 0 where there is none. */
  readonly step: number;
}

interface Place {
  readonly id: string;
  readonly experiment: string;
  readonly artifactUri: string;
  /** Params that the run has already. */
  readonly params: Readonly<Record<string, string>>;
  readonly client: MlflowClient;
  readonly now: () => number;
}

/** A run that is being recorded on a server. Values of metrics wait until there are many, or a second has passed. */
export class ServerRun implements Run {
  /** 32 hexadecimal digits, given by the server. */
  readonly id: string;
  /** The name of its experiment. */
  readonly experiment: string;
  readonly #client: MlflowClient;
  readonly #artifactUri: string;
  readonly #now: () => number;
  readonly #params: Map<string, string>;
  #waiting: SentPoint[] = [];
  #sent: number;
  // One batch after another, so that the values of a metric stay in order.
  #queue: Promise<void> = Promise.resolve();
  #ended = false;

  /** @internal A tracker opens runs. */
  constructor({ id, experiment, artifactUri, params, client, now }: Place) {
    this.id = id;
    this.experiment = experiment;
    this.#artifactUri = artifactUri;
    this.#params = new Map(Object.entries(params));
    this.#client = client;
    this.#now = now;
    this.#sent = now();
  }

  /** Records params, cut to MLflow's length; one that is there with another value is refused. */
  async params(values: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    this.#open("params");
    for (const name of Object.keys(values)) checkKey("param", name);
    const texts = Object.entries(values).map(([name, value]) => [name, clip(String(value), PARAM_LIMIT)] as const);
    for (const [name, text] of texts) {
      const known = this.#params.get(name);
      if (known !== undefined && known !== text) throw changedParam(name, this.id, known, text);
    }
    const fresh = texts.filter(([name]) => !this.#params.has(name));
    for (const some of chunks(fresh, BATCH.params)) {
      await this.#batch({ params: some.map(([key, value]) => ({ key, value })) });
      for (const [name, text] of some) this.#params.set(name, text);
    }
  }

  /** Appends values measured now; `step` is the round or the fold. Non-finite values are skipped. */
  async metrics(values: Readonly<Record<string, number>>, step = 0): Promise<void> {
    this.#open("metrics");
    for (const name of Object.keys(values)) checkKey("metric", name);
    await this.points(this.pointsOf(Object.entries(values).map(([name, value]) => [name, value, step])));
  }

  /** Appends a whole history at once: metric → values, one per step from 1. */
  async history(values: Readonly<Record<string, readonly number[]>>): Promise<void> {
    this.#open("metrics");
    for (const name of Object.keys(values)) checkKey("metric", name);
    await this.points(this.pointsOf(historyEntries(values)));
  }

  /** Adds values that were measured earlier. */
  async points(points: readonly SentPoint[]): Promise<void> {
    this.#open("metrics");
    this.#waiting.push(...points);
    if (this.#waiting.length >= BATCH.metrics || this.#now() - this.#sent >= STALE_MS) await this.#flush();
  }

  /** Values measured now; those that are not finite are left out. */
  pointsOf(values: readonly (readonly [name: string, value: number, step: number])[]): SentPoint[] {
    const timestamp = this.#now();
    return values.filter(([, value]) => Number.isFinite(value)).map(([key, value, step]) => (
      { key, value, timestamp, step }
    ));
  }

  /** Takes out the values that have not reached the server. */
  unsent(): SentPoint[] {
    return this.#waiting.splice(0);
  }

  /** Sets tags, cut to MLflow's length; one that is there is replaced. */
  async tags(values: Readonly<Record<string, string>>): Promise<void> {
    this.#open("tags");
    for (const name of Object.keys(values)) checkKey("tag", name);
    const tags = Object.entries(values).map(([key, value]) => ({ key, value: clip(value, TAG_LIMIT) }));
    for (const some of chunks(tags, BATCH.tags)) await this.#batch({ tags: some });
  }

  /** Records a table that the run used. */
  async input(dataset: DatasetInput): Promise<void> {
    this.#open("an input");
    const tags = [{ key: "mlflow.data.context", value: dataset.context }];
    await this.#client.call("POST", "runs/log-inputs", {
      json: { run_id: this.id, datasets: [{ tags, dataset: mlflowDataset(dataset) }] },
    });
  }

  /** Stores a file among the run's artifacts, through the server. */
  async artifact(path: string, value: Bytes | string): Promise<void> {
    this.#open("an artifact");
    checkArtifactPath(path);
    await artifactFolder(this.#client, this.#artifactUri).put(path, value);
  }

  /** Marks the run failed, with the error's message as a tag. */
  async fail(error: unknown): Promise<void> {
    this.#open("a failure");
    await this.tags({ [ERROR_TAG]: errorText(error) });
    await this.#end("FAILED");
  }

  /** Sends what waits and marks the run finished, unless it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) await this.#end("FINISHED");
  }

  async #end(status: "FINISHED" | "FAILED"): Promise<void> {
    await this.#flush();
    await this.#client.call("POST", "runs/update", { json: { run_id: this.id, status, end_time: this.#now() } });
    this.#ended = true;
  }

  /** Sends what waits. What could not be sent waits on. */
  #flush(): Promise<void> {
    this.#sent = this.#now();
    const sent = this.#queue.then(async () => {
      while (this.#waiting.length > 0) {
        const some = this.#waiting.slice(0, BATCH.metrics);
        await this.#batch({ metrics: some });
        this.#waiting.splice(0, some.length);
      }
    });
    this.#queue = sent.catch(() => {});
    return sent;
  }

  async #batch(some: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#client.call("POST", "runs/log-batch", { json: { run_id: this.id, ...some } });
  }

  #open(what: string): void {
    if (this.#ended) throw endedRun(what, this.id);
  }
}

/** A whole history as single values: name, value, and step from 1. */
export function historyEntries(
  values: Readonly<Record<string, readonly number[]>>,
): (readonly [name: string, value: number, step: number])[] {
  return Object.entries(values).flatMap(([name, points]) => points.map((value, at) => [name, value, at + 1] as const));
}

function* chunks<T>(values: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < values.length; from += size) yield values.slice(from, from + size);
}
