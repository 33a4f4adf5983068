import { distanceOf, type Point, type Space } from "@/evaluation/search/space.ts";

/** A point with what it lost in the windows that the search judged it by. */
export interface JudgedPoint {
  /** The parameters that were tried. */
  readonly point: Point;
  /** One per window, lower is better; every point has the same windows in the same order. */
  readonly losses: readonly number[];
}

/**
 * Names the point that a search puts forward: among those that noise alone may have put behind the best, the one nearest
 * to what is in use.
 *
 * The least of many noisy means is the one with the most luck (Cawley and Talbot 2010). A point counts as good as the
 * best when it is behind by no more than one standard error of their difference, window by window (the rule of Breiman et
 * al. 1984, in pairs); of one window there is no standard error, and only the best counts.
 *
 * @param reference What is in use: points are measured from it.
 * @returns Its index in `judged`; of two equally near ones the better, then the earlier.
 * @throws {RangeError} If there are no points, or they were not judged by the same windows.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { finalistOf } from "@/evaluation/mod.ts";
 *
 * const space = [{ name: "rate", kind: "number", min: 0, max: 1, log: false }] as const;
 * const judged = [
 *   { point: { rate: 0.1 }, losses: [12, 13, 12] },
 *   { point: { rate: 0.3 }, losses: [10, 9.6, 10.3] },
 *   { point: { rate: 0.9 }, losses: [9.5, 10, 10.2] },
 * ];
 * expect(finalistOf(space, judged, { rate: 0.1 })).toBe(1);
 * ```
 */
export function finalistOf(space: Space, judged: readonly JudgedPoint[], reference: Point): number {
  const windows = judged[0]?.losses.length ?? 0;
  if (windows === 0 || judged.some(({ losses }) => losses.length !== windows)) {
    throw new RangeError(
      `Cannot name a finalist as points must be judged by the same windows: they have ${
        judged.map(({ losses }) => losses.length).join(", ") || "none"
      }`,
    );
  }
  const means = judged.map(({ losses }) => meanOf(losses));
  const best = means.indexOf(Math.min(...means)), { losses: least } = judged[best]!;
  return [...judged.keys()]
    .filter((k) => {
      const behind = judged[k]!.losses.map((own, window) => own - least[window]!);
      return meanOf(behind) <= standardError(behind);
    })
    .map((k) => ({ k, far: distanceOf(space, judged[k]!.point, reference) }))
    .sort((a, b) => a.far - b.far || means[a.k]! - means[b.k]! || a.k - b.k)[0]!.k;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of the mean of a few values; 0 for one, which tells nothing of its noise. */
function standardError(values: readonly number[]): number {
  const mean = meanOf(values), count = values.length;
  if (count < 2) return 0;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1) / count);
}
