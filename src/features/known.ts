/**
 * What is known of a row as it is: the plan for the day, the nature of the shop, and which series it belongs to.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { isAgePart } from "@/features/ages.ts";
import { expression } from "@/features/expression.ts";

/**
 * Passes known and static columns on, text as its position in the profile's list. Key columns keep their numbers and
 * are categorical, as is text without an order. Observed columns never pass.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { knownFeatures } from "@/features/known.ts";
 *
 * const roles = { store: "static", promo: "known", customers: "observed" } as const;
 * const names = knownFeatures({ roles, keys: ["store"], levels: {} }).map(({ name }) => name);
 * expect(names).toEqual(["store", "promo"]);
 * ```
 */
export function knownFeatures(
  { roles, keys, levels }: Pick<DatasetProfile, "roles" | "keys" | "levels">,
): Feature[] {
  return Object.entries(roles)
    .filter(([name, role]) => role !== "observed" && !isAgePart(name))
    .map(([name, role]) =>
      expression(name, pl.col(name), {
        reads: [name],
        categorical: keys.includes(name) || role === "static" && levels[name] !== undefined,
      })
    );
}

/**
 * Names the row for models that ask for it: `series` (its code), `t` (steps since the panel's first date), and
 * `horizon_step` (how many steps after the start of its forecast block it lies, 1 for the first).
 */
export function keyFeatures(): Feature[] {
  return [
    ...["series", "t"].map((name) => expression(name, pl.col(name), { reads: [name], key: true })),
    expression("horizon_step", pl.col("step"), { reads: ["step"], key: true }),
  ];
}
