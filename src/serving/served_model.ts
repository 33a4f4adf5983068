/**
 * A model that answers requests, whatever it is made of: the routes and pages know no more of it than this.
 *
 * @module
 */
import type { CalendarValues } from "@/charts/mod.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import type { Stage } from "@/core/registry.ts";
import type { ForecastScale } from "@/core/regressor.ts";
import type { FeatureGroup } from "@/features/mod.ts";
import type { ExplanationMethod } from "@/models/mod.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";

/** Values of columns that are known for the future; null where the source leaves one empty. Texts are their own words. */
export type Known = Readonly<Record<string, number | string | null>>;

/** What is planned for a series: step of the horizon (0 for the first) → the columns that differ from the usual plan. */
export type Changes = ReadonlyMap<number, Known>;

/** A series to forecast under a plan. */
export interface Ask {
  readonly id: string;
  readonly changes: Changes;
  /** The only step that is wanted: the others are then NaN. */
  readonly only?: number;
}

/** A forecast of every step of the horizon. Arrays have `horizon` values. */
export interface Path {
  readonly id: string;
  readonly values: Float64Array;
  /** A hash of the features that each value was computed from: what `deno task skew` replays. */
  readonly hashes: readonly string[];
  /** What of the plan differed from the usual one. */
  readonly changes: Changes;
}

/** A forecast that was at hand. */
export interface Recalled {
  readonly value: number;
  readonly hash: string;
  /** What was asked is what is planned anyway. */
  readonly asPlanned: boolean;
}

/** Where an interval begins and ends. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** One day of a series' past or plan. */
export interface Day {
  /** `YYYY-MM-DD` */
  readonly ds: string;
  /** Sales; null where they are not known. */
  readonly y: number | null;
  readonly known: Known;
}

/** Who allowed a model to be deployed. */
export interface ApprovalNote {
  readonly by: string;
  readonly role?: string;
  readonly at: string;
  readonly comment?: string;
}

/** How much each feature moved one forecast. */
export interface Contribution {
  readonly feature: string;
  /** What the feature was; null where it is missing, or where a part of the model is no feature (`growth`). */
  readonly value: number | null;
  /** On the scale `space`: with log1p, 0.1 is about 10 %; with identity, units of y. */
  readonly contribution: number;
  readonly group: FeatureGroup;
}

/** Why a forecast is what it is. */
export interface Explanation {
  readonly id: string;
  readonly ds: string;
  readonly prediction: number;
  readonly method: ExplanationMethod;
  /** The scale of `expected` and the contributions, which add up to the forecast on it. */
  readonly space: ForecastScale;
  /** What would be forecast if nothing moved it, on the scale. */
  readonly expected: number;
  /** Group → the sum of its contributions; groups without a feature are left out. */
  readonly groups: Readonly<Partial<Record<FeatureGroup, number>>>;
  /** Level in percent → interval. */
  readonly intervals: Readonly<Record<string, Interval>>;
  /** Largest first. */
  readonly contributions: readonly Contribution[];
  /** Days of the past that looked most like it, and what they sold. */
  readonly analogues: readonly Day[];
}

/** A model that answers requests. */
export interface ServedModel extends Disposable {
  readonly name: string;
  /** The registry's version: `3`. */
  readonly version: string;
  readonly stage: Stage;
  /** Where it was taken from: `deployed`, `registry`. */
  readonly source: string;
  readonly card: ModelCard;
  readonly profile: DatasetProfile;
  readonly approvals: readonly ApprovalNote[];
  /** The first date that it forecasts, `YYYY-MM-DD`, and how many steps. */
  readonly origin: string;
  readonly horizon: number;
  /** The first date of the history. */
  readonly firstDate: string;
  /** Ids of all series, in the panel's order. */
  readonly series: readonly string[];
  /** Levels that it gives intervals for; none while it has learnt none. */
  readonly levels: readonly number[];
  has(id: string): boolean;
  /** The date of a step of the horizon. */
  dateOf(step: number): string;
  /** The step of a date; negative in the past, `horizon` or more beyond it, NaN when it is off the grid. */
  stepOf(date: string): number;
  /** The static columns of a series: store type, state. */
  about(id: string): Known;
  /** The past of a series, oldest first; the newest `steps` of it when given. */
  history(id: string, steps?: number): readonly Day[];
  /** Rows without sales, by year (rows) and month (columns): the share of those that the series' lives would have. */
  missing(): CalendarValues;
  /** What is planned, as far as the data tells, or else assumed from a year ago (`assumed`). */
  plan(id: string): readonly (Day & { readonly assumed: boolean })[];
  /** One forecast that needs no work, since its plan is the usual one or was asked for lately; undefined otherwise. */
  recall(id: string, step: number, known: Known): Recalled | undefined;
  /** Forecasts series under plans; requests of the same moment are computed together. */
  forecast(asks: readonly Ask[]): Promise<readonly Path[]>;
  /** The interval around a forecast that was made under a plan, at any level; undefined where the model has learnt none. */
  interval(id: string, step: number, value: number, level: number, changes?: Changes): Interval | undefined;
  /** Level in percent → the interval around the same forecast, at all {@linkcode levels}; empty where it has learnt none. */
  intervals(id: string, step: number, value: number, changes?: Changes): Readonly<Record<string, Interval>>;
  explain(id: string, step: number, changes: Changes): Promise<Explanation>;
}
