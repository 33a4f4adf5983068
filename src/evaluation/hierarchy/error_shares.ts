/**
 * Errors as shares of what was forecast, so that those of a busy day say nothing wrong about a quiet one.
 *
 * @module
 */

/** How large the forecasts of every node were when errors were made, and how large they are on the steps ahead. */
export interface Sizes {
  /** Node by node, as long as the errors. */
  readonly past: readonly Float64Array[];
  /** Node by node, as long as the forecasts. */
  readonly ahead: readonly Float64Array[];
}

/** Errors as shares, and what a share of one is on each step ahead. */
export interface ErrorShares {
  /** Node by node its errors divided by the sizes of their forecasts; 0 where nothing was forecast. */
  readonly shares: readonly Float64Array[];
  /** Of each node how many of its shares count: on the other steps nothing was forecast. */
  readonly counts: Int32Array;
  /** Node by node the size of the forecast on each step ahead, in units of y: turns a share back into an error. */
  readonly ahead: readonly Float64Array[];
}

/** A share of less than this part of what is usual is taken of this part: next to nothing has no percentages. */
const LEAST_PART = 0.1;

/**
 * Divides errors by the sizes of their forecasts.
 *
 * @param errors Node by node what became of earlier forecasts, `y − ŷ`.
 * @throws {RangeError} If sizes and errors do not match.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { errorShares } from "@/evaluation/mod.ts";
 *
 * const vector = (...values: number[]) => [Float64Array.from(values)];
 * const { shares, counts, ahead } = errorShares(vector(10, 1, 0), { past: vector(100, 1, 0), ahead: vector(50, 0) });
 * // Of a forecast of 1, where 50.5 are usual, a tenth of the usual counts; of none nothing does.
 * expect([[...shares[0]!].map((share) => share.toFixed(2)), counts[0]]).toEqual([["0.10", "0.20", "0.00"], 2]);
 * expect([...ahead[0]!]).toEqual([50, 0]);
 * ```
 */
export function errorShares(errors: readonly Float64Array[], { past, ahead }: Sizes): ErrorShares {
  const counts = new Int32Array(errors.length);
  const usual = past.map((own, at) => {
    if (own.length !== errors[at]?.length || past.length !== errors.length || ahead.length !== errors.length) {
      throw new RangeError(
        `Cannot take shares of the errors of node ${at} as each needs a size: found ${
          errors[at]?.length ?? 0
        } errors and ` +
          `${own.length} sizes`,
      );
    }
    return medianSize(own);
  });
  const sizeOf = (at: number, value: number) => value === 0 ? 0 : Math.max(Math.abs(value), LEAST_PART * usual[at]!);
  const shares = errors.map((own, at) =>
    own.map((error, step) => {
      const size = sizeOf(at, past[at]![step]!);
      if (size === 0) return 0;
      counts[at]!++;
      return error / size;
    })
  );
  return { shares, counts, ahead: ahead.map((own, at) => own.map((value) => sizeOf(at, value))) };
}

function medianSize(values: Float64Array): number {
  const sizes = values.filter((value) => value !== 0).map(Math.abs).sort(), middle = sizes.length >> 1;
  if (sizes.length === 0) return 1;
  return sizes.length % 2 === 1 ? sizes[middle]! : (sizes[middle - 1]! + sizes[middle]!) / 2;
}
