/**
 * The contract of a preset: which columns it compares as what, by which test, and when a whole table has drifted.
 *
 * @module
 */
import type { Column } from "@/checks/drift/column_of.ts";
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import type { ColumnKind, Sample } from "@/checks/drift/sample.ts";

/** A verdict on one column. */
export interface ColumnVerdict {
  readonly test: DriftTest;
  readonly value: number;
  readonly threshold: number;
  readonly drifted: boolean;
  /** How likely the change is by chance, where the preset asks. */
  readonly p?: number;
}

/** A rule for whole tables. */
export interface Preset {
  readonly name: string;
  readonly about: string;
  /** The share of drifted columns from which the table counts as drifted. */
  readonly share: number;
  /** What a current column is compared as; `text` and `time` columns have no distribution worth comparing. */
  kindOf(column: Column): ColumnKind | "text" | "time" | "unknown";
  judge(reference: Sample, current: Sample): ColumnVerdict;
}
