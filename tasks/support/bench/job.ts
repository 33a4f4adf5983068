/**
 * What a process of its own is asked to measure, and what it answers.
 *
 * @module
 */
import type { Overrides } from "@/pipeline/params.ts";
import type { Seconds } from "./stopwatch.ts";

/** Measures each stage once, as a call of the pure functions behind it. */
export interface StagesJob {
  readonly kind: "stages";
  /** The folder of raw files. */
  readonly folder: string;
  /** The raw tables that make up the stage `read`; the others are `read_more`. */
  readonly reads: readonly string[];
  /** Trees that LightGBM grows. */
  readonly rounds: number;
  /** Where the matrix that LightGBM learnt from is left, for a peer to learn from the same one. */
  readonly exchange?: string;
}

/** Measures the first four steps of the pipeline with everything that they read and write. */
export interface StepsJob {
  readonly kind: "steps";
  readonly folder: string;
}

/** Measures what forecasting so many made-up series costs. */
export interface SizeJob {
  readonly kind: "size";
  readonly series: number;
  readonly steps: number;
}

/** Runs suites over a table. */
export interface ContractsJob {
  readonly kind: "contracts";
  /** A Parquet file, and two suites of Great Expectations: some rules, and many. */
  readonly table: string;
  readonly few: string;
  readonly many: string;
  /** How often each suite is run. */
  readonly runs: number;
}

/** A job, with the choices of the run that it belongs to. */
export type Job = (StagesJob | StepsJob | SizeJob | ContractsJob) & {
  readonly overrides: Overrides;
  readonly paramsFile?: string;
  /** A folder that may be written to. */
  readonly workdir: string;
};

/** What one process measured. */
export interface Measured {
  readonly stages: Readonly<Record<string, Seconds>>;
  /** CPU seconds of the calibration loop: the mean of before and after the work. */
  readonly calibration: number;
  readonly peakRssMb: number;
  /** Rows of the panel, columns of the matrix and the like. */
  readonly facts: Readonly<Record<string, number | string>>;
}
