/**
 * A model and the table of its horizon, at work: plans in, forecasts out. It runs in a Worker or where it is made.
 *
 * @module
 */
import { column, type Matrix, selectRows } from "@/core/matrix.ts";
import type { Model } from "@/core/regressor.ts";
import { explainForecasts, type ExplanationMethod, explanationMethod } from "@/models/mod.ts";
import { type PlanDependence, planDependence, recipe } from "@/features/mod.ts";
import { forecastSlice } from "@/pipeline/fit.ts";
import type { HorizonTable } from "@/pipeline/horizon_table.ts";
import { type PlacedAsk, type PlannedColumns, plannedFeatures } from "@/pipeline/planned_features.ts";
import { PlanTables } from "@/serving/model/plan_tables.ts";
import { featureHashes, type Hashes } from "@/serving/model/feature_hash.ts";

/** Forecasts, one after the other, in the order of the asks. */
export interface Computed extends Hashes {
  readonly values: Float64Array<ArrayBuffer>;
}

/** A row's contributions. */
export interface Shares {
  readonly features: readonly string[];
  readonly values: readonly number[];
  readonly contributions: readonly number[];
  readonly expected: number;
  readonly method: ExplanationMethod;
}

/** So few paths at once may take the time to be kept for their next plan. */
const FEW = 4;
/** What laying out a frame leaves behind, however few series are in it: as much as so many series. */
const FRAME = 4;
/** What the usual plan changes. */
const NOTHING: PlannedColumns = new Map();

/** The level that learners tell sales relative to. */
const BASE = "base";

/** Computes forecasts. */
export class Forecaster implements Disposable {
  readonly #table: HorizonTable;
  readonly #model: Model;
  readonly #dependence: PlanDependence;
  /** The features that count for the hash: those that the model was made for, in the table's order. */
  readonly #features: readonly string[];
  readonly #plans: PlanTables;
  #built = 0;

  /** @param kept What each combination of switches brings, where that was made beforehand. */
  constructor(table: HorizonTable, model: Model, kept?: Float32Array) {
    this.#table = table;
    this.#model = model;
    this.#dependence = planDependence(recipe(table.profile, { horizon: table.horizon }), table.profile);
    this.#features = table.matrix.names;
    this.#plans = new PlanTables(table, (asks) => this.rebuilt(asks), kept);
  }

  /** Forecasts every series under its usual plan. */
  usual(): Computed {
    return this.#computed(this.#table.matrix);
  }

  /** Forecasts series under plans. */
  compute(asks: readonly PlacedAsk[]): Computed {
    return this.#computed(this.features(asks));
  }

  /** The features of series under plans: `horizon` rows for each, or the one that is wanted. */
  features(asks: readonly PlacedAsk[]): Matrix {
    // A large batch is done sooner when its plans are built together; single rows come back with other plans.
    this.#plans.learn(asks.filter(({ only }) => only !== undefined || asks.length <= FEW));
    let missed = 0;
    const x = plannedFeatures(this.#table, this.#dependence, asks, {
      known: (ask) => {
        if (ask.changes.size === 0) return NOTHING;
        const known = this.#plans.columns(ask);
        if (known === undefined) missed++;
        return known;
      },
    });
    if (missed > 0) this.#built += FRAME + missed;
    return x;
  }

  /** The same, built as training builds them, whatever the plan: slower, and what {@linkcode features} agrees with. */
  rebuilt(asks: readonly PlacedAsk[]): Matrix {
    this.#built += FRAME + asks.length;
    return plannedFeatures(this.#table, this.#dependence, asks);
  }

  /** How many series were laid out again so far, and as much for each frame: what was left behind in memory. */
  get built(): number {
    return this.#built;
  }

  #computed(x: Matrix): Computed {
    const unused = new Float64Array(0);
    const values = forecastSlice(this.#model, { x, y: unused, weight: unused }, this.#table.profile);
    return { values, ...featureHashes(x, this.#features) };
  }

  /** How much each feature moved one forecast, on the dataset's scale. */
  explain(ask: PlacedAsk & { readonly only: number }): Shares {
    const { profile } = this.#table, x = this.#withoutEvents(ask);
    const shares = explainForecasts(this.#model, x.matrix, profile.targetTransform);
    const moved = new Map(
      shares.names.filter((name) => name !== "bias").map((name) => [name, column(shares, name)[0]!]),
    );
    const add = (name: string, value: number) => moved.set(name, (moved.get(name) ?? 0) + value);
    x.events.forEach((event, k) => {
      const ofBase = column(shares, BASE), effect = ofBase[k]! - ofBase[k + 1]!;
      add(event, effect);
      add(BASE, -effect);
    });
    const expected = column(shares, "bias")[0]!, { openColumn } = profile;
    if (openColumn !== undefined && column(x.matrix, openColumn)[0] === 0) {
      // What the model says does not count on a closed day: being closed takes all of it.
      add(openColumn, -[...moved.values()].reduce((sum, value) => sum + value, expected));
    }
    const features = [...moved.keys()];
    return {
      features,
      values: features.map((name) => x.matrix.names.includes(name) ? column(x.matrix, name)[0]! : NaN),
      contributions: [...moved.values()],
      expected,
      method: explanationMethod(this.#model),
    };
  }

  /**
   * A row, then the same with the base that it would have without its first event, without its first two, …: a base that
   * knows promotions would otherwise take their effect for the series' level.
   */
  #withoutEvents(ask: PlacedAsk & { readonly only: number }): {
    readonly matrix: Matrix;
    readonly events: readonly string[];
  } {
    const { profile } = this.#table, { at, changes, only } = ask;
    const x = this.features([ask]);
    const inBase = x.names.includes(BASE) && this.#model.explain !== undefined && this.#model.features.includes(BASE);
    const events = !inBase
      ? []
      : profile.events.filter((name) =>
        profile.roles[name] === "known" && x.names.includes(name) && column(x, name)[0]! > 0
      );
    if (events.length === 0) return { matrix: x, events };
    const quieter = this.features(events.map((_, k) => {
      const off = Object.fromEntries(events.slice(0, k + 1).map((name) => [name, profile.levels[name]?.[0] ?? 0]));
      return { at, changes: new Map([...changes, [only, { ...changes.get(only), ...off }]]), only };
    }));
    const rows = events.length + 1, base = column(quieter, BASE);
    const data = new Float32Array(rows * x.names.length);
    x.names.forEach((name, c) => {
      data.fill(x.data[c]!, c * rows, (c + 1) * rows);
      if (name === BASE) data.set(base, c * rows + 1);
    });
    return { matrix: { ...x, rows, data }, events };
  }

  /** Some rows of the usual plan, computed one by one: they must have the bits that they have together. */
  oneByOne(rows: readonly number[]): Float64Array<ArrayBuffer> {
    return Float64Array.from(
      rows,
      (row) => this.#computed(selectRows(this.#table.matrix, Uint32Array.of(row))).values[0]!,
    );
  }

  [Symbol.dispose](): void {
    this.#model[Symbol.dispose]();
  }
}
