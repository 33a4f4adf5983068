/**
 * The panel: many series in one table, and what is true of its columns.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import type { MetricName } from "@/core/metric.ts";

/** When a column's value is known, relative to the moment a forecast is made. */
export type Role =
  /** Never changes for a series: store type, item family. */
  | "static"
  /** Known for the future too: promotion plan, holiday, planned opening. */
  | "known"
  /** Known only for the past: customers, temperature. */
  | "observed";

/** How far apart two steps of a series are: a day, or a week. */
export type Frequency = "1d" | "1w";

/** What is true of a dataset, independent of any run. */
export interface DatasetProfile {
  /** The name on the command line: `rossmann`. */
  readonly name: string;
  /** How far apart two steps of a series are. */
  readonly frequency: Frequency;
  /** Steps ahead that the business asks for. */
  readonly horizon: number;
  /** Steps after which the short season repeats: 7 for daily, 52 for weekly data. */
  readonly seasonLength: number;
  /** Steps that reach the same season last year, on the same weekday: 364 for daily, 52 for weekly data. */
  readonly yearLength: number;
  /** The integer columns that together identify a series; `unique_id` joins them with `_`. Static by definition. */
  readonly keys: readonly string[];
  /** The role of every column beyond unique_id, ds, y (the keys included, as static). */
  readonly roles: Readonly<Record<string, Role>>;
  /** The values that a text column may take, in the order of their integer codes. */
  readonly levels: Readonly<Record<string, readonly string[]>>;
  /** The metric that decides promotion. */
  readonly metric: MetricName;
  /**
   * Rows that count more when scoring: the weight where the known column equals the value. Every other row counts 1.
   * (Whether a row with y = 0 counts at all is the metric's own business.)
   */
  readonly scoreWeight?: { readonly column: string; readonly equals: number; readonly weight: number };
  /** The known column that is 0 when a series does not trade: its forecast is 0, and its rows are not trained on. */
  readonly openColumn?: string;
  /** Whether y, and so its forecast, can be negative (returns may exceed sales in a week). */
  readonly allowsNegative: boolean;
  /** Known 0/1 columns (or coded ones, 0 = none) whose starts and ends matter: promotions, holidays. */
  readonly events: readonly string[];
  /** Whether sales are told by their ratios (`log1p`) or by their amounts (`identity`, where y can be negative). */
  readonly targetTransform: "log1p" | "identity";
  /** Groups of columns, of the panel or of the calendar, whose past averages foretell: day of week and promotion. */
  readonly encodings: readonly (readonly string[])[];
  /** Columns, of the panel or of the calendar features, by which errors are reported. */
  readonly slices: readonly string[];
  /** The country (ISO 3166: `DE`), and where it matters the region, whose public holidays apply. */
  readonly holidays?: { readonly country: string; readonly region?: string };
  /** What one unit of y is, for axes and tables: `EUR a day`. */
  readonly unit: string;
}

/**
 * A regular panel: sorted by the key columns, then `ds`; no step missing between the first and the last of a series.
 *
 * Columns: `unique_id` (string), `ds` (Date), `y` (Float64; null where the target is not known: a step that the source
 * left out, or the future), then the profile's columns. Text columns hold a value of `profile.levels`, flags are numbers.
 */
export interface Panel {
  /** The rows, with the columns above. */
  readonly frame: DataFrame;
  /** The dataset's profile. */
  readonly profile: DatasetProfile;
  /** The first date whose target is not known, `YYYY-MM-DD`: forecasts start here. */
  readonly asOf: string;
}
