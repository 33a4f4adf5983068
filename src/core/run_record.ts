/**
 * What was recorded of a run, read back.
 *
 * @module
 */
import type { DatasetInput } from "@/core/tracker.ts";

/** How a run stands. */
export type RunStatus = "running" | "scheduled" | "finished" | "failed" | "killed";

/** One recorded value of a metric. */
export interface MetricPoint {
  /** The number as it was recorded. */
  readonly value: number;
  /** The round or the fold; 0 for a metric without steps. */
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

/** A run as it was recorded. */
export interface RunRecord {
  /** The tracker's id of the run. */
  readonly id: string;
  /** The name of the experiment it belongs to. */
  readonly experiment: string;
  /** The run's name, as people see it. */
  readonly name: string;
  /** How it stands. */
  readonly status: RunStatus;
  /** Milliseconds since 1970. */
  readonly started: number;
  /** Milliseconds since 1970; undefined while the run is open. */
  readonly ended?: number;
  /** Param → its value as text, however it was given. */
  readonly params: Readonly<Record<string, string>>;
  /** Metric → its values, in the order of their recording. */
  readonly metrics: Readonly<Record<string, readonly MetricPoint[]>>;
  /** Tag → its text. */
  readonly tags: Readonly<Record<string, string>>;
  /** The tables that it used. */
  readonly inputs: readonly DatasetInput[];
  /** Paths of the artifacts, sorted. */
  readonly artifacts: readonly string[];
}
