/**
 * What happened in a run, in MLflow's words.
 *
 * @module
 */
import type { RunRecord } from "@/core/run_record.ts";
import type { Bytes } from "@/core/store.ts";

/** A table that a run used: MLflow's dataset input. */
export interface DatasetInput {
  readonly name: string;
  /** sha256 of the bytes, hexadecimal. */
  readonly digest: string;
  readonly source: string;
  readonly rows: number;
  readonly context: "training" | "validation" | "testing";
}

/** One run being recorded. Disposal without `fail` marks it finished. */
export interface Run extends AsyncDisposable {
  readonly id: string;
  readonly experiment: string;
  params(values: Readonly<Record<string, string | number | boolean>>): Promise<void>;
  /** Appends values; `step` is the round or the fold, 0 when left out. Non-finite values are skipped. */
  metrics(values: Readonly<Record<string, number>>, step?: number): Promise<void>;
  /** Appends a whole history at once: metric → values, one per step from 1. */
  history(values: Readonly<Record<string, readonly number[]>>): Promise<void>;
  tags(values: Readonly<Record<string, string>>): Promise<void>;
  input(dataset: DatasetInput): Promise<void>;
  artifact(path: string, value: Bytes | string): Promise<void>;
  /** Marks the run failed, with the error's message as a tag. */
  fail(error: unknown): Promise<void>;
}

/** Where runs are recorded. */
export interface Tracker {
  /** Opens a run in an experiment, which is made when it is not there. */
  start(experiment: string, name: string, options?: { readonly parent?: string }): Promise<Run>;
  /** Opens a run again to add to it: the stages of a pipeline are processes of their own, but one run. */
  resume(id: string): Promise<Run>;
  /** What was recorded of a run: params, metric histories, tags, inputs, and the paths of its artifacts. */
  read(id: string): Promise<RunRecord>;
  /** All runs of an experiment, oldest first; empty when there is no such experiment. */
  runs(experiment: string): Promise<readonly RunRecord[]>;
  /** One artifact of a run; undefined when the run has none of that path. */
  artifactOf(id: string, path: string): Promise<Bytes | undefined>;
}
