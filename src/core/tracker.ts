/**
 * What happened in a run, in MLflow's words.
 *
 * @module
 */
import type { RunRecord } from "@/core/run_record.ts";
import type { Bytes } from "@/core/store.ts";

/** A table that a run used: MLflow's dataset input. */
export interface DatasetInput {
  /** The table's name, for people: `rossmann`. */
  readonly name: string;
  /** sha256 of the bytes, hexadecimal. */
  readonly digest: string;
  /** Where the table came from: a folder's path, a URL. */
  readonly source: string;
  /** How many rows it has. */
  readonly rows: number;
  /** What the run used it for. */
  readonly context: "training" | "validation" | "testing";
}

/** One run being recorded. Disposal without `fail` marks it finished. */
export interface Run extends AsyncDisposable {
  /** The tracker's id of the run, for `resume` and `read`. */
  readonly id: string;
  /** The name of the experiment it belongs to. */
  readonly experiment: string;
  /** Records parameters as text. A param is set once: another value under its name is refused. */
  params(values: Readonly<Record<string, string | number | boolean>>): Promise<void>;
  /** Appends values; `step` is the round or the fold, 0 when left out. Non-finite values are skipped. */
  metrics(values: Readonly<Record<string, number>>, step?: number): Promise<void>;
  /** Appends a whole history at once: metric → values, one per step from 1. */
  history(values: Readonly<Record<string, readonly number[]>>): Promise<void>;
  /** Sets tags; those of the same name are replaced. */
  tags(values: Readonly<Record<string, string>>): Promise<void>;
  /** Records a table that the run used. */
  input(dataset: DatasetInput): Promise<void>;
  /** Writes one file of the run; the path is relative, with `/`, and what was there is replaced. */
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
