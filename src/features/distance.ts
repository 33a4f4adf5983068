/**
 * Steps since and until something planned: a promotion, a holiday, a closure.
 *
 * @module
 */
import type { DistanceFeature } from "@/core/feature.ts";
import type { Numbers } from "@/features/codes.ts";

/**
 * Counts the steps to the nearest step with a flag: 0 on it, at most `cap`, which also stands for none in sight.
 *
 * @param flag A column that is known for the future; above zero is on, missing is off.
 * @param name What to call the flag in the feature's name; the column by default.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { distance } from "@/features/distance.ts";
 *
 * expect(distance("promo", "since", { cap: 28 }).name).toBe("promo_since");
 * expect(distance("promo", "until", { edge: "end", cap: 28 }).name).toBe("promo_until_end");
 * ```
 */
export function distance(
  flag: string,
  direction: DistanceFeature["direction"],
  { edge = "any", cap, name = flag }: {
    readonly edge?: DistanceFeature["edge"];
    readonly cap: number;
    readonly name?: string;
  },
): DistanceFeature {
  return {
    form: "distance",
    name: `${name}_${direction}${edge === "any" ? "" : `_${edge}`}`,
    reach: Infinity,
    reads: [flag],
    flag,
    direction,
    edge,
    cap,
  };
}

/**
 * Computes distances for every row of a sorted panel.
 *
 * @param pos Steps since the series' first row: 0 where a new series starts.
 */
export function distances(
  flag: Numbers,
  pos: Int32Array,
  { direction, edge, cap }: Pick<DistanceFeature, "direction" | "edge" | "cap">,
): Float32Array<ArrayBuffer> {
  const n = flag.length;
  const counts = countingSteps(flag, pos, edge);
  const result = new Float32Array(n);
  let away = cap;
  // A running count down the series and, for what lies ahead, up: two comparisons per row, where expressions would fill
  // and shift whole columns several times.
  if (direction === "since") {
    for (let i = 0; i < n; i++) {
      away = counts[i] === 1 ? 0 : pos[i] === 0 || away >= cap ? cap : away + 1;
      result[i] = away;
    }
  } else {
    for (let i = n - 1; i >= 0; i--) {
      away = counts[i] === 1 ? 0 : i === n - 1 || pos[i + 1] === 0 || away >= cap ? cap : away + 1;
      result[i] = away;
    }
  }
  return result;
}

/** Marks the steps that count with 1. */
function countingSteps(flag: Numbers, pos: Int32Array, edge: DistanceFeature["edge"]): Uint8Array {
  const n = flag.length;
  const on = new Uint8Array(n);
  for (let i = 0; i < n; i++) if (flag[i]! > 0) on[i] = 1;
  if (edge === "any") return on;
  const counts = new Uint8Array(n);
  if (edge === "start") {
    for (let i = 0; i < n; i++) if (on[i] === 1 && (pos[i] === 0 || on[i - 1] === 0)) counts[i] = 1;
  } else {for (let i = 0; i < n; i++) {
      if (on[i] === 1 && (i === n - 1 || pos[i + 1] === 0 || on[i + 1] === 0)) counts[i] = 1;
    }}
  return counts;
}
