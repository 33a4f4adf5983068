/**
 * What a search leaves behind: its trials, the best of them, and how that fared later.
 *
 * @module
 */
import type { Point, Search, Space } from "@/evaluation/mod.ts";

/** How a trial ended: with a score, with that of a share of the budget, given up as hopeless, or with an error. */
export type TrialStatus = "finished" | "partial" | "pruned" | "failed";

/** What trials of successive halving get a share of: the windows, newest first, or the rounds of boosting. */
export type Budget = "folds" | "rounds";

/** One trial, as it is kept. */
export interface Trial {
  /** 0 is the params file's own choice, 1 the algorithm's defaults (in a blind search: 0 these); then the search begins. */
  readonly number: number;
  readonly point: Point;
  readonly status: TrialStatus;
  /** Where the search halves: the share of the budget that the trial had. */
  readonly share?: number;
  /** In the dataset's metric, one per fold that was forecast. */
  readonly losses: readonly number[];
  /** The mean over all folds; null where the trial did not get so far. */
  readonly loss: number | null;
  readonly error?: string;
  readonly seconds: number;
  /** The tracker's run, nested below the search's. */
  readonly run: string;
}

/** What a search ends with: the trial it puts forward, or what was in use before. */
export interface Choice {
  /** What is in use: the params file's own choice, or in a blind search the defaults. Trial 0 is this. */
  readonly against: "file" | "defaults";
  /** The trial that is put forward; 0 where nothing is better than what is in use by more than noise. */
  readonly finalist: number;
  /** Origins of the windows that confirm: after those of the search, before those that check. */
  readonly windows: readonly string[];
  /** Origin → loss, of both; missing where the finalist is what is in use. */
  readonly losses?: {
    readonly inUse: Readonly<Record<string, number>>;
    readonly finalist: Readonly<Record<string, number>>;
  };
  /** The mean relative difference: −0.02 is 2 % less error than what is in use. */
  readonly change?: number;
  /** How likely so large a gain is by chance; null where no test could be made. */
  readonly pValue?: number | null;
  /** How unlikely it must be. */
  readonly alpha: number;
  readonly taken: boolean;
}

/** How parameters fared on windows that the search never saw. */
export interface CheckedPoint {
  /** `best`: the best trial, whether confirmed or not. `tuned`: what the search ends with; in older records the best. */
  readonly name: "file" | "defaults" | "best" | "tuned";
  readonly point: Point;
  /** Origin → loss. */
  readonly losses: Readonly<Record<string, number>>;
  readonly mean: number;
}

/** What a search found; `reports/<dataset>/tuning_<model>.json`. */
export interface TuningRecord {
  readonly format: 1;
  readonly dataset: string;
  readonly source: string;
  readonly model: string;
  readonly metric: string;
  readonly search: Search;
  readonly seed: number;
  /** What a share is a share of, where the search halves. */
  readonly budget?: Budget;
  /** Whether the params file's own choice was kept from the search. */
  readonly blind?: boolean;
  readonly space: Space;
  /** Origins of the folds, and of the windows that checked the winner. */
  readonly folds: readonly string[];
  readonly unseen: readonly string[];
  readonly trials: readonly Trial[];
  /** The number of the best trial. */
  readonly best: number;
  /** Whether it is taken; missing in records of before there was a test, when the best trial was. */
  readonly choice?: Choice;
  readonly checked: readonly CheckedPoint[];
  readonly run: { readonly experiment: string; readonly id: string };
}
