/**
 * Panels in notebooks.
 *
 * @module
 */
import type { Panel } from "@/core/panel.ts";
import type { Displayable } from "@/charts/display.ts";
import { showFrame } from "@/charts/show/show_frame.ts";
import { showTable } from "@/charts/show/show_table.tsx";

/**
 * Shows a panel: its shape, its first rows and its last, y with its unit.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { showPanel } from "@/charts/show/show_panel.ts";
 * import { storeItem } from "@/datasets/store_item.ts";
 *
 * const frame = pl.DataFrame({ unique_id: ["1_1"], ds: ["2013-01-01"], y: [13] });
 * const shown = showPanel({ frame, profile: storeItem.profile, asOf: "2013-01-02" });
 * expect(shown[Symbol.for("Jupyter.display")]!()["text/plain"]).toContain("store-item panel: 1 row × 3 columns");
 * ```
 */
export function showPanel({ frame, profile }: Panel, { head = 5, tail = 3 } = {}): Displayable {
  const known = ["unique_id", "ds", "y", ...Object.keys(profile.roles).filter((name) => !profile.keys.includes(name))];
  const columns = known.filter((name) => frame.columns.includes(name)).slice(0, 10);
  return showFrame(frame, { title: `${profile.name} panel`, head, tail, columns, units: { y: profile.unit } });
}

/** What each role means for somebody who stands at the origin. */
const MEANINGS = {
  static: "never changes for a series",
  known: "known for the future too",
  observed: "known only for the past",
} as const;

/**
 * Shows a panel's columns by role: what is known when a forecast is made.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { showRoles } from "@/charts/show/show_panel.ts";
 * import { walmart } from "@/datasets/walmart.ts";
 *
 * expect(showRoles(walmart.profile)[Symbol.for("Jupyter.display")]!()["text/plain"])
 *   .toMatch(/observed +known only for the past +temperature/);
 * ```
 */
export function showRoles({ name, roles }: Panel["profile"]): Displayable {
  const rows = (Object.keys(MEANINGS) as (keyof typeof MEANINGS)[]).map((role) => [
    role,
    MEANINGS[role],
    Object.keys(roles).filter((column) => roles[column] === role).join(", ") || "none",
  ]);
  return showTable({ columns: ["role", "meaning", "columns"], rows }, {
    caption: `Columns of ${name} by role`,
    wide: [1, 2],
  });
}
