/**
 * False alarms of the presets where nothing can have changed: both tables are drawn from the same rows.
 *
 * @module
 */
import pl from "nodejs-polars";
import { compareTables, presets } from "@/checks/mod.ts";
import type { Panel } from "@/core/panel.ts";
import { random } from "@/core/random.ts";

/** How often columns were flagged at one size of the window. */
export interface ResampleAlarms {
  /** Rows of the current table; the reference has four times as many. */
  readonly rows: number;
  readonly tables: number;
  readonly columns: number;
  /** Preset → share of columns that it flagged. */
  readonly flagged: Readonly<Record<string, number>>;
}

/** Draws tables from a panel's rows, at random, and lets every preset compare them. */
export function resampleAlarms(
  { frame, profile }: Panel,
  { sizes, tables, seed }: { readonly sizes: readonly number[]; readonly tables: number; readonly seed: number },
): ResampleAlarms[] {
  const names = ["y", ...Object.keys(profile.roles).filter((name) => profile.roles[name] !== "static")];
  const own = frame.select(...names.filter((name) => frame.columns.includes(name))).filter(pl.col("y").isNotNull());
  const stream = random(seed);
  const numbered = own.withColumns(pl.intRange(0, pl.len()).cast(pl.Int32).alias("row"));
  const drawn = (rows: number) =>
    pl.DataFrame([pl.Series("row", Int32Array.from({ length: rows }, () => stream.integer(own.height)))])
      .join(numbered, { on: "row" }).drop("row");
  return sizes.map((rows) => {
    const flagged: Record<string, number> = {};
    let columns = 0;
    for (let table = 0; table < tables; table++) {
      const [reference, current] = [drawn(4 * rows), drawn(rows)];
      for (const preset of Object.values(presets)) {
        const all = Object.values(compareTables(reference, current, preset).columns);
        flagged[preset.name] = (flagged[preset.name] ?? 0) + all.filter(({ drifted }) => drifted).length;
        if (preset.name === "steady") columns += all.length;
      }
    }
    const shares = Object.entries(flagged).map(([name, count]) => [name, count / columns]);
    return { rows, tables, columns: columns / tables, flagged: Object.fromEntries(shares) };
  });
}
