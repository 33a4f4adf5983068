/**
 * What a take-away holds: a model and a few series as plain numbers, from which a browser forecasts under any plan.
 *
 * @module
 */
import type { Course } from "@/serving/model/plan_courses.ts";
import type { TreeEnsemble } from "@/models/trees/tree_ensemble.ts";

/** A planned column that the reader may switch on and off, step by step. */
export interface Toggle {
  readonly column: string;
  /** What it is called on the page. */
  readonly word: string;
}

/** Trees of one fit. */
export interface TreePart {
  /** LightGBM adds leaves in 64 bits from 0, XGBoost in 32 bits from its base score. */
  readonly bits: 64 | 32;
  readonly start: number;
  /** The trees add up to a logarithm. */
  readonly logs: boolean;
  readonly trees: TreeEnsemble;
}

/** A model of the blend. */
export interface TakeawayMember {
  readonly name: string;
  readonly weight: number;
  /** Fits that are averaged; none for a model whose forecasts stand in tables. */
  readonly parts: readonly TreePart[];
  /** Present where the parts tell the target relative to the feature `base`. */
  readonly relative?: {
    readonly transform: "log1p" | "identity";
    readonly learn: "log" | "ratio";
    readonly fallback: number;
    /** The smallest ratio that has a logarithm. */
    readonly least: number;
  };
}

/** One series. Values per step stand one after the other; with combinations of toggles, one block per combination. */
export interface TakeawaySeries {
  readonly id: string;
  readonly past: {
    readonly dates: readonly string[];
    readonly y: readonly (number | null)[];
  };
  /** Sales a year before each step; null where they are not known. */
  readonly lastYear: readonly (number | null)[];
  /** 1 where the series trades. */
  readonly open: readonly number[];
  /** 1 on a holiday. */
  readonly holiday: readonly number[];
  /** By toggle: the newest values of the past, then those planned. */
  readonly flags: readonly Float32Array[];
  /** The calendar week of each of these steps. */
  readonly weeks: Int32Array;
  /** `features × horizon`, under the usual plan. */
  readonly usual: Float32Array;
  /** `combinations × own features × horizon`. */
  readonly own: Float32Array;
  /** `tabled members × combinations × horizon`. */
  readonly tables: Float64Array;
  /** What the server forecasts under the usual plan. */
  readonly forecast: Float64Array;
  /** What an interval's width depends on: null while the model has learnt none. */
  readonly spread: {
    readonly base: number;
    readonly scale: number;
    /** `combinations × horizon`: logarithms of what groups multiply errors by, up to the size of the forecast. */
    readonly before: Float64Array;
    /** Doublings of one unit → its logarithm. */
    readonly sizes: Readonly<Record<string, number>>;
    /** `combinations × horizon × after`: those that come after it, in their order. */
    readonly after: Float64Array;
    readonly afterCount: number;
  } | null;
}

/** A model and its series. */
export interface Takeaway {
  readonly horizon: number;
  readonly dates: readonly string[];
  readonly features: readonly string[];
  readonly toggles: readonly Toggle[];
  readonly courses: readonly Course[];
  /** Features that follow from the toggles of the step itself. */
  readonly ownFeatures: readonly number[];
  readonly members: readonly TakeawayMember[];
  /** How members are blended; null for a single one, which is taken as it is. */
  readonly space: "log" | "plain" | null;
  readonly factor: number;
  readonly allowsNegative: boolean;
  /** Level in percent and the radius of its interval, in multiples of the spread. */
  readonly radii: readonly (readonly [level: number, radius: number])[];
  readonly errorSpace: "log1p" | "identity";
  readonly series: readonly TakeawaySeries[];
}

/** A forecast of every step, with the ends of the intervals by level. */
export interface TakeawayForecast {
  readonly values: Float64Array;
  readonly intervals: readonly { readonly level: number; readonly lo: Float64Array; readonly hi: Float64Array }[];
}
