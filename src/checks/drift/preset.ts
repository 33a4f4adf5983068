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
  /** The test that was chosen for the column. */
  readonly test: DriftTest;
  /** The test's number: a probability or a distance, as its `scale` says. */
  readonly value: number;
  /** What the number was held against. */
  readonly threshold: number;
  /** Whether the column has drifted. */
  readonly drifted: boolean;
  /** How likely the change is by chance, where the preset asks. */
  readonly p?: number;
}

/** A rule for whole tables. */
export interface Preset {
  /** The name by which it is asked for: `evidently`. */
  readonly name: string;
  /** When a column counts as drifted, in a phrase. */
  readonly about: string;
  /** The share of drifted columns from which the table counts as drifted. */
  readonly share: number;
  /** What a current column is compared as; `text` and `time` columns have no distribution worth comparing. */
  kindOf(column: Column): ColumnKind | "text" | "time" | "unknown";
  /** Compares two samples of a kind, each with at least one value. */
  judge(reference: Sample, current: Sample): ColumnVerdict;
}
