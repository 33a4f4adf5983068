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
  readonly value: number;
  /** The round or the fold; 0 for a metric without steps. */
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

/** A run as it was recorded. */
export interface RunRecord {
  readonly id: string;
  readonly experiment: string;
  readonly name: string;
  readonly status: RunStatus;
  /** Milliseconds since 1970. */
  readonly started: number;
  /** Milliseconds since 1970; undefined while the run is open. */
  readonly ended?: number;
  readonly params: Readonly<Record<string, string>>;
  /** Metric → its values, in the order of their recording. */
  readonly metrics: Readonly<Record<string, readonly MetricPoint[]>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly inputs: readonly DatasetInput[];
  /** Paths of the artifacts, sorted. */
  readonly artifacts: readonly string[];
}
