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
  /** The column it is about; left out where it is about the table as a whole. */
  readonly column?: string;
  /** The group of rows it is about, where it is not about all: `promo`. */
  readonly slice?: string;
  /** Whether what was found is as wanted. */
  readonly passed: boolean;
  /** How bad a failure is: a `critical` one stops the pipeline or the promotion, a `warning` is only told. */
  readonly severity: "critical" | "warning";
  /** What was found, for a person: `-3 in row 17`. */
  readonly observed: number | string;
  /** What was expected, for a person: `between 0 and 50,000`. */
  readonly wanted: string;
}
