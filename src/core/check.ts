/**
 * A judgement about data, as a value. Expectations and drift tests both answer with findings.
 *
 * @module
 */

/** One check's verdict. */
export interface Finding {
  /** The check's registered name: `expect_column_values_to_be_between`. */
  readonly check: string;
  /** The table it looked at: `train`, `panel`. */
  readonly table?: string;
  readonly column?: string;
  readonly slice?: string;
  readonly passed: boolean;
  readonly severity: "critical" | "warning";
  /** What was found, for a person: `-3 in row 17`. */
  readonly observed: number | string;
  /** What was expected, for a person: `between 0 and 50,000`. */
  readonly wanted: string;
}
