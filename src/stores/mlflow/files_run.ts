/**
 * One run in MLflow's own directory.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { Bytes } from "@/core/store.ts";
import type { DatasetInput, Run } from "@/core/tracker.ts";
import { mlflowDataset } from "@/stores/mlflow/dataset_input.ts";
import { readMeta, readText, writeMeta, writeWhole } from "@/stores/mlflow/meta.ts";
import { MetricBuffer } from "@/stores/mlflow/metric_buffer.ts";
import { checkArtifactPath, checkKey, clip, keyClash, PARAM_LIMIT, TAG_LIMIT } from "@/stores/mlflow/names.ts";

/** The tag that holds why a run failed. */
export const ERROR_TAG = "shelfcast.error";

/** MLflow's numbers for how a run ended. */
const FINISHED = 3, FAILED = 4;

interface Place {
  readonly id: string;
  readonly experiment: string;
  readonly folder: string;
  readonly staging: string;
  readonly now: () => number;
}

/** A run that is being recorded in a folder. */
export class FilesRun implements Run {
  readonly id: string;
  readonly experiment: string;
  readonly #folder: string;
  readonly #staging: string;
  readonly #now: () => number;
  readonly #buffer: MetricBuffer;
  #ended = false;

  constructor({ id, experiment, folder, staging, now }: Place) {
    this.id = id;
    this.experiment = experiment;
    this.#folder = folder;
    this.#staging = staging;
    this.#now = now;
    this.#buffer = new MetricBuffer(join(folder, "metrics"), now);
  }

  async params(values: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    this.#open("params");
    for (const name of Object.keys(values)) checkKey("param", name);
    for (const [name, value] of Object.entries(values)) {
      const text = clip(String(value), PARAM_LIMIT);
      const file = join(this.#folder, "params", name);
      const known = await readText(file);
      if (known !== undefined && known !== text) throw changedParam(name, this.id, known, text);
      if (known === undefined) await this.#write("param", name, file, text);
    }
  }

  async metrics(values: Readonly<Record<string, number>>, step = 0): Promise<void> {
    this.#open("metrics");
    for (const name of Object.keys(values)) checkKey("metric", name);
    for (const [name, value] of Object.entries(values)) this.#buffer.add(name, value, step);
    await this.#buffer.settle();
  }

  async history(values: Readonly<Record<string, readonly number[]>>): Promise<void> {
    this.#open("metrics");
    for (const name of Object.keys(values)) checkKey("metric", name);
    for (const [name, points] of Object.entries(values)) {
      points.forEach((value, i) => this.#buffer.add(name, value, i + 1));
    }
    await this.#buffer.settle();
  }

  async tags(values: Readonly<Record<string, string>>): Promise<void> {
    this.#open("tags");
    for (const name of Object.keys(values)) checkKey("tag", name);
    for (const [name, value] of Object.entries(values)) await this.#tag(name, value);
  }

  async input(dataset: DatasetInput): Promise<void> {
    this.#open("an input");
    const fields = mlflowDataset(dataset);
    const datasetId = md5(fields.name, fields.digest), inputId = md5(datasetId, this.id);
    const folder = join(dirname(this.#folder), "datasets", datasetId);
    await Deno.mkdir(folder, { recursive: true });
    await writeMeta(folder, { ...fields, schema: null }, this.#staging);
    const input = join(this.#folder, "inputs", inputId);
    await Deno.mkdir(input, { recursive: true });
    await writeMeta(input, {
      // MLflow writes the dataset's id here too, although the destination is the run.
      destination_id: datasetId,
      destination_type: "RUN",
      source_id: datasetId,
      source_type: "DATASET",
      tags: { "mlflow.data.context": dataset.context },
    }, this.#staging);
  }

  async artifact(path: string, value: Bytes | string): Promise<void> {
    this.#open("an artifact");
    await this.#write("artifact", path, join(this.#folder, "artifacts", checkArtifactPath(path)), value);
  }

  async fail(error: unknown): Promise<void> {
    this.#open("a failure");
    await this.#tag(ERROR_TAG, errorText(error));
    await this.#end(FAILED);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) await this.#end(FINISHED);
  }

  async #tag(name: string, value: string): Promise<void> {
    await this.#write("tag", name, join(this.#folder, "tags", name), clip(value, TAG_LIMIT));
  }

  async #write(kind: "param" | "tag" | "artifact", name: string, file: string, value: Bytes | string): Promise<void> {
    try {
      await writeWhole(file, value, this.#staging);
    } catch (error) {
      throw keyClash(kind, name, error);
    }
  }

  async #end(status: number): Promise<void> {
    this.#ended = true;
    try {
      await this.#buffer.flush();
    } finally {
      const meta = await readMeta(this.#folder);
      await writeMeta(this.#folder, { ...meta, status, end_time: this.#now() }, this.#staging);
    }
  }

  #open(what: string): void {
    if (this.#ended) throw endedRun(what, this.id);
  }
}

/** What a failed run says of its error. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** The error of a param that is recorded twice with different values: MLflow's params never change. */
export function changedParam(name: string, run: string, known: string, value: string): RangeError {
  return new RangeError(
    `Cannot record the param ${name} of the run ${run} as params never change: it was ${
      JSON.stringify(clip(known, 80))
    } and is now ${JSON.stringify(clip(value, 80))}`,
  );
}

/** The error of a run that is written to after its end. */
export function endedRun(what: string, run: string): TypeError {
  return new TypeError(`Cannot record ${what} in the run ${run} as it has ended: resume it first`);
}

function md5(...parts: readonly string[]): string {
  const hash = createHash("md5");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
