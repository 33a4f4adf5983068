/**
 * What the scale task has measured: one process per stage and part.
 *
 * @module
 */

/** A piece of work for a process of its own. `of` 0 stands for all series at once. */
export interface ScaleJob {
  readonly kind: "train" | "panel" | "index" | "summarize" | "join" | "featurize" | "forecast";
  /** The working folder; the model lies in `model/` beside it. */
  readonly workdir: string;
  readonly series: number;
  readonly steps: number;
  readonly of: number;
  readonly index: number;
  /** Parts from `index` to this one in one process: those without series of their own. */
  readonly until?: number;
  readonly what?: "features" | "forecast";
  readonly round?: number;
}

/** What a piece of work took. */
export interface ScaleMeasured {
  /** Seconds of processor time, which other programs on the machine do not change much. */
  readonly seconds: number;
  /** Seconds by the clock on the wall, which other programs on the machine do change. */
  readonly wall: number;
  readonly peakMb: number;
  readonly rows: number;
  /** Of a join: whether nothing was told any more. */
  readonly complete?: boolean;
}

/** A stage at one size: all of its processes. */
export interface ScaleStage {
  readonly stage: "features" | "forecast";
  readonly series: number;
  /** 1 for all series in one process. */
  readonly parts: number;
  /** Parts that were run; fewer than `parts` where one stands for all. */
  readonly ran: number;
  /** Seconds of processor time of all processes that were run, one after the other, summaries and joins included. */
  readonly seconds: number;
  /** Seconds by the clock on the wall, of all processes one after the other. */
  readonly wall: number;
  /** Seconds of processor time of the summaries and joins among them. */
  readonly exchange: number;
  /** The largest resident memory of any of them, in MB. */
  readonly peakMb: number;
  readonly rows: number;
}

/** The record that docs/scale.md is made of. */
export interface ScaleRecord {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly os: string;
    readonly deno: string;
  };
  readonly day: string;
  readonly steps: number;
  readonly horizon: number;
  readonly features: number;
  readonly stages: readonly ScaleStage[];
}
