import { joinNumbers } from "@/core/matrix.ts";
import type { Share } from "@/core/regressor.ts";

/**
 * Lays rows of several parts side by side, in an order that does not depend on the parts: by one column, then another.
 *
 * @param by Two columns whose values together identify a row; a row that lacks one of them (NaN) is left out.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { joinRows } from "@/models/math/join_rows.ts";
 *
 * const one = { series: Float64Array.of(2, 2), t: Float64Array.of(0, 1), y: Float64Array.of(5, 6) };
 * const other = { series: Float64Array.of(1), t: Float64Array.of(1), y: Float64Array.of(9) };
 * expect([...joinRows([one, other], ["series", "t"])["y"]!]).toEqual([9, 5, 6]);
 * ```
 */
export function joinRows(shares: readonly Share[], by: readonly [string, string]): Share {
  const names = Object.keys(shares[0] ?? {});
  const columns = names.map((name) => joinNumbers(shares.map((share) => share[name]!)));
  const [major, minor] = by.map((name) => columns[names.indexOf(name)]!) as [Float64Array, Float64Array];
  const order = Uint32Array.from(major.keys()).filter((row) =>
    !Number.isNaN(major[row]!) && !Number.isNaN(minor[row]!)
  );
  const compare = (a: number, b: number) => major[a]! - major[b]! || minor[a]! - minor[b]!;
  // Rows of one part mostly come in order, and sorting a million of them takes a second.
  if (!order.every((row, at) => at === 0 || compare(order[at - 1]!, row) < 0)) order.sort(compare);
  return Object.fromEntries(names.map((name, k) => [name, Float64Array.from(order, (row) => columns[k]![row]!)]));
}
