/**
 * The contract of a dataset: what its raw files look like, and how they become a panel.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import type { DatasetProfile, Panel } from "@/core/panel.ts";

/** One column of a raw file. */
export interface ColumnSpec {
  /** Its name in the file's header. */
  readonly name: string;
  /**
   * How its text is read: `date` is `YYYY-MM-DD`, `flag` is 0/1 or TRUE/FALSE (read as 0 and 1), `integer` and `number`
   * may be quoted, `text` is kept.
   */
  readonly type: "integer" | "number" | "text" | "date" | "flag";
  /** The file may lack the column. */
  readonly optional?: boolean;
  /** Values may be empty or `NA`. */
  readonly nullable?: boolean;
  /** The only values that a text column may have. */
  readonly values?: readonly string[];
  /** The smallest and largest value that is not absurd. */
  readonly min?: number;
  /** The largest value that is not absurd, itself included. */
  readonly max?: number;
}

/** One raw file, or a family of files with the same columns. */
export interface TableSpec {
  /** The name of the table in messages, suites and `toPanel`: `train`. */
  readonly name: string;
  /** Path inside the source; a single `*` stands for any name, which is then given in the column `file`. */
  readonly file: string;
  /** The columns that are read; further ones in the file are left out. */
  readonly columns: readonly ColumnSpec[];
  /** Columns whose values together identify a row. */
  readonly key: readonly string[];
  /** The dataset can do without this file. */
  readonly optional?: boolean;
  /** What stands between two values of a row; a comma when left out. */
  readonly separator?: string;
}

/** Raw tables by name, typed as their specs say: Int64, Float64, String, Date, and Int32 for flags. */
export type RawTables = Readonly<Record<string, DataFrame>>;

/** What cleaning found in one class of rows, and what it did about it. */
export interface CleaningNote {
  /** The raw table that the rows are of: `train`. */
  readonly table: string;
  /** The class of the rows: what is odd about them. */
  readonly issue: "missing" | "duplicate" | "outlier" | "gap" | "negative" | "closed" | "unscored" | "refused";
  /** The raw column that it is about; left out where it is about whole rows. */
  readonly column?: string;
  /** How many rows, or with `ofSeries` steps, are of the class. */
  readonly rows: number;
  /** `180 stores have no rows from 2014-07-01 to 2014-12-31` */
  readonly found: string;
  /** `added as steps without a target: neither trained on nor scored` */
  readonly done: string;
  /** It counts steps of series, not rows of the raw table: of a part of the series, it counts theirs. */
  readonly ofSeries?: true;
}

/** What the synthetic generator is asked for. */
export interface SyntheticOptions {
  /** How many series to make. */
  readonly series: number;
  /** Same seed, series and steps: same bytes. */
  readonly seed: number;
  /** Steps of history; the dataset's default when left out. */
  readonly steps?: number;
}

/** How a table that grows with the number of series is read for some of them, without holding the rows of the others. */
export interface Streaming {
  /** The raw table: `train`. */
  readonly table: string;
  /** Its columns whose values, joined by `_`, are a series' id. */
  readonly series: readonly string[];
  /**
   * Of the rows of other series, the few that a panel of some series depends on: the dates there are, the holidays that
   * they tell. Of those of two blocks together it keeps what it would keep of the blocks.
   */
  others(rows: DataFrame): DataFrame;
}

/** A retail dataset: its profile, its raw files, and the way from them to a panel. */
export interface Dataset {
  /** What is true of its panel, whatever the run. */
  readonly profile: DatasetProfile;
  /** What it is, in one line for `--help`: `Rossmann drug stores, daily`. */
  readonly title: string;
  /** The Kaggle competition it comes from. */
  readonly competition: string;
  /** Its raw files, the optional ones included. */
  readonly tables: readonly TableSpec[];
  /**
   * Joins and cleans raw tables into a regular panel. Rows of the table `test`, where given, become future steps with a
   * null target. With `asOf`, rows of `train` from that date on are dropped: as if the data ended the day before. With
   * `only`, the panel holds the series that it accepts by their ids, each as it would be beside all the others.
   *
   * @throws {DatasetError} If the tables contradict each other or the profile.
   */
  toPanel(tables: RawTables, options?: { readonly asOf?: string; readonly only?: (id: string) => boolean }): {
    readonly panel: Panel;
    readonly cleaning: readonly CleaningNote[];
  };
  /** How its largest table is read in pieces; without it, raw files are read whole. */
  readonly streaming?: Streaming;
  /** Makes raw files with the real data's shape and quirks: path → CSV text. */
  generate(options: SyntheticOptions): Readonly<Record<string, string>>;
  /**
   * Lays forecasts out as the competition's submission file.
   *
   * @param test The raw table `test`, in its own order.
   * @param forecasts Columns unique_id, ds, and the forecast columns, which keep their names but for the first, which
   * takes the competition's target name.
   */
  submission(test: DataFrame, forecasts: DataFrame): DataFrame;
}
