/**
 * Forecasts of a hierarchy that add up.
 *
 * @module
 */
import { choleskySolver } from "@/evaluation/hierarchy/cholesky.ts";
import { LEAST_VARIANCE, type ShrunkCovariance, shrunkCovariance } from "@/evaluation/hierarchy/covariance.ts";
import { addUp, type Hierarchy } from "@/evaluation/hierarchy/hierarchy.ts";

/** The ways to make forecasts add up. */
export const RECONCILIATIONS = ["bottom_up", "top_down", "ols", "wls_struct", "wls_var", "mint_shrink"] as const;

/**
 * A way to make forecasts add up: only the bottom's forecasts count; only the top's, shared out as the forecasts below
 * are; or all of them, each moved the less the surer it is (all alike, by the number of series in it, by its errors'
 * variance, by how errors go together).
 */
export type Reconciliation = typeof RECONCILIATIONS[number];

/** What reconciliation may be told. */
export interface ReconcileOptions {
  /** Node by node what became of earlier forecasts, `y − ŷ`: for `wls_var` and `mint_shrink`. */
  readonly errors?: readonly Float64Array[];
  /** Series whose forecast of a step is certain and stays: a closed store. Positions count from the first series. */
  readonly certain?: (series: number, step: number) => boolean;
  /** Whether sales may be below 0; where they may not, no forecast at the bottom is moved there (default true). */
  readonly allowsNegative?: boolean;
}

/** Passes over forecasts that would fall below zero: each takes more of them out. */
const PASSES = 20;

/**
 * Makes the forecasts of a hierarchy add up (Hyndman et al. 2011; Wickramasuriya, Athanasopoulos and Hyndman 2019).
 *
 * Moves forecasts along `W U (U' W U)⁻¹ U'`, where U holds what must be zero (each aggregate less its series): as many
 * equations as there are aggregates, not series, and W is never written out.
 *
 * @param base One vector per node, steps ahead in it; they need not add up.
 * @returns One vector per node; they add up.
 * @throws {RangeError} If nodes and vectors do not match, a forecast is not finite, or the method needs errors.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { hierarchyByColumns, reconcile } from "@/evaluation/mod.ts";
 *
 * const tree = hierarchyByColumns([{ id: "x", is: {} }, { id: "y", is: {} }], []);
 * const base = [Float64Array.of(13), Float64Array.of(4), Float64Array.of(6)];
 * expect(reconcile(tree, base, "ols").map(([value]) => Math.round(value!))).toEqual([12, 5, 7]);
 * expect(reconcile(tree, base, "bottom_up")[0]![0]).toBe(10);
 * ```
 */
export function reconcile(
  hierarchy: Hierarchy,
  base: readonly Float64Array[],
  method: Reconciliation,
  { errors, certain = () => false, allowsNegative = true }: ReconcileOptions = {},
): Float64Array[] {
  requireMatching(hierarchy, base);
  const { aggregates, nodes } = hierarchy, steps = base[0]!.length;
  if (method === "bottom_up") return addUp(hierarchy, base.slice(aggregates).map((own) => own.slice()));
  if (method === "top_down") return topDown(hierarchy, base);
  const weights = weightsOf(hierarchy, method, errors);
  const bottom = base.slice(aggregates).map((own) => own.slice());
  const solved = new Map<string, Move>();
  const fixed = new Uint8Array(nodes.length - aggregates), forecast = new Float64Array(nodes.length);
  // A loop over steps and series: a few million additions, of which most are in `moveOf`.
  for (let step = 0; step < steps; step++) {
    for (let at = 0; at < nodes.length; at++) forecast[at] = base[at]![step]!;
    for (let at = 0; at < fixed.length; at++) fixed[at] = Number(certain(at, step));
    for (let pass = 0; pass < PASSES; pass++) {
      const key = fixed.includes(1) ? fixed.join("") : "";
      let move = solved.get(key);
      if (move === undefined) {
        move = moveOf(hierarchy, weights, fixed);
        // Steps on which the same series are certain share their equations; those of one weekday mostly do.
        if (solved.size < 64) solved.set(key, move);
      }
      const moved = move(forecast);
      let below = false;
      for (let at = 0; at < fixed.length; at++) {
        const value = moved[aggregates + at]!;
        if (!allowsNegative && value < 0 && fixed[at] === 0) {
          // What would fall below zero is zero, and the others are moved again.
          fixed[at] = 1;
          forecast[aggregates + at] = 0;
          below = true;
        }
        bottom[at]![step] = value;
      }
      if (!below) break;
      if (pass === PASSES - 1) { for (const own of bottom) own[step] = Math.max(0, own[step]!); }
    }
  }
  return addUp(hierarchy, bottom);
}

/** Moves the forecasts of one step so that they add up. */
type Move = (forecast: Float64Array) => Float64Array;

/** How sure each node's forecast is: variances, and how errors go together where that counts. */
interface Weights {
  readonly variances: Float64Array;
  readonly covariance?: ShrunkCovariance;
}

function weightsOf(
  { nodes, aggregates, parents }: Hierarchy,
  method: Exclude<Reconciliation, "bottom_up" | "top_down">,
  errors: readonly Float64Array[] | undefined,
): Weights {
  if (method === "ols") return { variances: new Float64Array(nodes.length).fill(1) };
  if (method === "wls_struct") {
    const sizes = new Float64Array(nodes.length).fill(1, aggregates);
    for (let at = nodes.length - 1; at > 0; at--) sizes[parents[at]!]! += sizes[at]!;
    return { variances: sizes };
  }
  if (errors === undefined || errors.length !== nodes.length) {
    throw new RangeError(
      `Cannot reconcile by ${method} as it needs earlier errors of ${nodes.length} nodes: found ${errors?.length ?? 0}`,
    );
  }
  if (method === "wls_var") return { variances: Float64Array.from(errors, meanSquare) };
  const covariance = shrunkCovariance(errors);
  return { variances: covariance.variances, covariance };
}

function meanSquare(errors: Float64Array): number {
  let sum = 0;
  for (const error of errors) sum += error ** 2;
  return Math.max(sum / errors.length, LEAST_VARIANCE);
}

function moveOf(hierarchy: Hierarchy, { variances, covariance }: Weights, fixed: Uint8Array): Move {
  const { nodes, aggregates } = hierarchy;
  const free = (at: number) => at < aggregates || fixed[at - aggregates] === 0 ? 1 : 0;
  const shrinkage = covariance?.shrinkage ?? 1;
  const diagonal = Float64Array.from(variances, (variance, at) => shrinkage * variance * free(at));
  const equations = diagonalPart(hierarchy, diagonal);
  const errors = covariance?.centred.map((own) => own.map((error, at) => error * free(at))) ?? [];
  const gaps = errors.map((own) => gapsOf(hierarchy, own)), share = (1 - shrinkage) / Math.max(1, errors.length - 1);
  for (const gap of gaps) {
    for (let i = 0; i < aggregates; i++) {
      for (let j = 0; j < aggregates; j++) equations[i]![j]! += share * gap[i]! * gap[j]!;
    }
  }
  const solve = choleskySolver(equations);
  return (forecast) => {
    const pull = solve(gapsOf(hierarchy, forecast));
    // U times the pull: each aggregate its own, each series less those of all that it is in.
    const along = spreadDown(hierarchy, pull);
    const moved = new Float64Array(nodes.length);
    for (let at = 0; at < nodes.length; at++) moved[at] = forecast[at]! - diagonal[at]! * along[at]!;
    gaps.forEach((gap, t) => {
      let weight = 0;
      for (let i = 0; i < aggregates; i++) weight += gap[i]! * pull[i]!;
      weight *= share;
      for (let at = 0; at < nodes.length; at++) moved[at]! -= weight * errors[t]![at]!;
    });
    return moved;
  };
}

/** By how much each aggregate differs from the sum of its series. */
function gapsOf({ nodes, parents, aggregates }: Hierarchy, values: Float64Array): Float64Array {
  const sums = new Float64Array(nodes.length);
  sums.set(values.subarray(aggregates), aggregates);
  for (let at = nodes.length - 1; at > 0; at--) sums[parents[at]!]! += sums[at]!;
  return Float64Array.from({ length: aggregates }, (_, at) => values[at]! - sums[at]!);
}

/** Each aggregate's own value; of each series, less the values of everything that it is a part of. */
function spreadDown({ nodes, parents, aggregates }: Hierarchy, pull: Float64Array): Float64Array {
  const above = new Float64Array(nodes.length), along = new Float64Array(nodes.length);
  for (let at = 0; at < nodes.length; at++) {
    const parent = parents[at]!;
    above[at] = (parent < 0 ? 0 : above[parent]!) + (at < aggregates ? pull[at]! : 0);
    along[at] = at < aggregates ? pull[at]! : -above[at]!;
  }
  return along;
}

/** `U' diag(w) U`: two aggregates share the series that are in both, so one must be within the other. */
function diagonalPart({ nodes, parents, aggregates }: Hierarchy, w: Float64Array): Float64Array[] {
  const sums = new Float64Array(nodes.length);
  sums.set(w.subarray(aggregates), aggregates);
  for (let at = nodes.length - 1; at > 0; at--) sums[parents[at]!]! += sums[at]!;
  const equations = Array.from({ length: aggregates }, () => new Float64Array(aggregates));
  for (let at = 0; at < aggregates; at++) {
    for (let up = at; up >= 0; up = parents[up]!) equations[at]![up] = equations[up]![at] = sums[at]!;
    equations[at]![at]! += w[at]!;
  }
  return equations;
}

/** Shares each forecast out among its parts, from the top, as the forecasts of the parts are (Gross and Sohl 1990). */
function topDown({ nodes, parents }: Hierarchy, base: readonly Float64Array[]): Float64Array[] {
  const steps = base[0]!.length;
  const sums = nodes.map(() => new Float64Array(steps)), parts = new Float64Array(nodes.length);
  for (let at = 1; at < nodes.length; at++) {
    parts[parents[at]!]!++;
    for (let step = 0; step < steps; step++) sums[parents[at]!]![step]! += base[at]![step]!;
  }
  const shared: Float64Array[] = [base[0]!.slice()];
  for (let at = 1; at < nodes.length; at++) {
    const parent = parents[at]!;
    shared[at] = Float64Array.from({ length: steps }, (_, step) => {
      const sum = sums[parent]![step]!, whole = shared[parent]![step]!;
      // Parts that all sell nothing share what their whole sells, if anything, alike.
      return sum === 0 ? whole / parts[parent]! : whole * base[at]![step]! / sum;
    });
  }
  return shared;
}

function requireMatching({ nodes }: Hierarchy, base: readonly Float64Array[]): void {
  if (base.length !== nodes.length) {
    throw new RangeError(`Cannot reconcile as ${nodes.length} nodes need a forecast each: found ${base.length}`);
  }
  const steps = base[0]!.length;
  base.forEach((own, at) => {
    if (own.length !== steps) {
      throw new RangeError(
        `Cannot reconcile as all forecasts must have ${steps} steps: those of "${nodes[at]}" have ${own.length}`,
      );
    }
    const bad = own.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new RangeError(
        `Cannot reconcile as forecasts must be finite: step ${bad + 1} of "${nodes[at]}" is ${own[bad]}`,
      );
    }
  });
}
