/**
 * Features by reach as a table.
 *
 * @module
 */
import type { FigureTable } from "@/charts/mod.ts";
import type { FeatureTable } from "@/core/feature_table.ts";

const EXAMPLES = 3;

/**
 * Lays features out by how old the newest observed value is that they read: none, the origin's, so many steps.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { datasets } from "@/datasets/mod.ts";
 * import { recipe } from "@/features/mod.ts";
 * import { reachRows } from "@/pipeline/reach_rows.ts";
 *
 * const { rows } = reachRows({ features: recipe(datasets["rossmann"]!.profile) });
 * expect(rows.map(([reads]) => reads)).toEqual(["none", "origin", "steps"]);
 * ```
 */
export function reachRows({ features }: Pick<FeatureTable, "features">): FigureTable {
  const kinds = [
    {
      name: "none",
      about: "known for the future too: calendar, plan, what never changes",
      is: (r: unknown) => r === Infinity,
    },
    {
      name: "origin",
      about: "nothing newer than the start of the row's own forecast",
      is: (r: unknown) => r === "origin",
    },
    {
      name: "steps",
      about: "so many steps back, at least the horizon",
      is: (r: unknown) => typeof r === "number" && Number.isFinite(r),
    },
  ];
  return {
    columns: ["reads", "that is", "features", "for example"],
    rows: kinds.map(({ name, about, is }) => {
      const own = features.filter(({ reach }) => is(reach)).map((feature) => feature.name);
      const step = Math.max(1, Math.floor(own.length / EXAMPLES));
      return [
        name,
        about,
        String(own.length),
        own.filter((_, k) => k % step === 0).slice(0, EXAMPLES).join(", ") || "–",
      ];
    }),
  };
}
