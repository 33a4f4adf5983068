/**
 * Forecasts of a hierarchy that add up.
 *
 * @module
 */
import { choleskySolver } from "@/evaluation/hierarchy/cholesky.ts";
import { LEAST_VARIANCE, type ShrunkCovariance, shrunkCovariance } from "@/evaluation/hierarchy/covariance.ts";
import { errorShares, type Sizes } from "@/evaluation/hierarchy/error_shares.ts";
import { addUp, type Hierarchy } from "@/evaluation/hierarchy/hierarchy.ts";

/** The ways to make forecasts add up. */
export const RECONCILIATIONS = [
  "bottom_up",
  "top_down",
  "ols",
  "wls_struct",
  "wls_var",
  "mint_shrink",
  "wls_share",
  "mint_share",
] as const;

/**
 * A way to make forecasts add up: only the bottom's forecasts count; only the top's, shared out as the forecasts below
 * are; or all of them, each moved the less the surer it is (all alike, by the number of series in it, by its errors'
 * variance, by how errors go together). The last two are `wls_var` and `mint_shrink` of errors as shares of the forecasts:
 * on a Sunday on which few stores are open, Mondays' errors in units say nothing.
 */
export type Reconciliation = typeof RECONCILIATIONS[number];

/** What reconciliation may be told. */
export interface ReconcileOptions {
  /** Node by node what became of earlier forecasts, `y − ŷ`: for all ways from `wls_var` on. */
  readonly errors?: readonly Float64Array[];
  /** What these errors are shares of, and what shares ahead are of: for `wls_share` and `mint_share`. */
  readonly sizes?: Sizes;
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
  { errors, sizes, certain = () => false, allowsNegative = true }: ReconcileOptions = {},
): Float64Array[] {
  requireMatching(hierarchy, base);
  const { aggregates, nodes } = hierarchy, steps = base[0]!.length;
  if (method === "bottom_up") return addUp(hierarchy, base.slice(aggregates).map((own) => own.slice()));
  if (method === "top_down") return topDown(hierarchy, base);
  const weightsAt = weightsOf(hierarchy, method, errors, sizes);
  const bottom = base.slice(aggregates).map((own) => own.slice());
  const solved = new Map<string, Move>();
  const fixed = new Uint8Array(nodes.length - aggregates), forecast = new Float64Array(nodes.length);
  let before: Weights | undefined;
  // A loop over steps and series: a few million additions, of which most are in `moveOf`.
  for (let step = 0; step < steps; step++) {
    const weights = weightsAt(step);
    // What was solved holds for its own weights: those of shares are others at each step.
    if (weights !== before) solved.clear();
    before = weights;
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

/** What stays of the diagonal where few windows seem to tell all: without any, equations of equal errors have no solution. */
const LEAST_SHRINKAGE = 0.05;

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
  sizes: Sizes | undefined,
): (step: number) => Weights {
  const always = (weights: Weights) => () => weights;
  if (method === "ols") return always({ variances: new Float64Array(nodes.length).fill(1) });
  if (method === "wls_struct") {
    const series = new Float64Array(nodes.length).fill(1, aggregates);
    for (let at = nodes.length - 1; at > 0; at--) series[parents[at]!]! += series[at]!;
    return always({ variances: series });
  }
  if (errors === undefined || errors.length !== nodes.length) {
    throw new RangeError(
      `Cannot reconcile by ${method} as it needs earlier errors of ${nodes.length} nodes: found ${errors?.length ?? 0}`,
    );
  }
  if (method === "wls_var") return always({ variances: Float64Array.from(errors, meanSquare) });
  if (method === "mint_shrink") {
    const covariance = shrunkCovariance(errors);
    return always({ variances: covariance.variances, covariance });
  }
  if (sizes === undefined) {
    throw new RangeError(`Cannot reconcile by ${method} as it needs the sizes that errors are shares of: found none`);
  }
  const { shares, counts, ahead } = errorShares(errors, sizes);
  // About zero: the steps of one window share an error of level, which is most of what there is to know.
  const told = shrunkCovariance(shares, { centred: false, counts });
  const covariance = { ...told, shrinkage: Math.max(LEAST_SHRINKAGE, told.shrinkage) };
  return (step) => {
    const variances = covariance.variances.map((variance, at) => variance * ahead[at]![step]! ** 2);
    if (method === "wls_share") return { variances };
    const centred = covariance.centred.map((own) => own.map((share, at) => share * ahead[at]![step]!));
    return { variances, covariance: { ...covariance, variances, centred } };
  };
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
  // An aggregate whose series are all closed has no variance, and nothing to move.
  for (let i = 0; i < aggregates; i++) if (equations[i]![i] === 0) equations[i]![i] = LEAST_VARIANCE;
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
