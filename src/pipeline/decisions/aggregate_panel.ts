/**
 * The aggregates of a hierarchy as a panel of their own, so that the same features and models forecast them.
 *
 * @module
 */
import pl, { type DataFrame, type Expr } from "nodejs-polars";
import type { DatasetProfile, Panel } from "@/core/panel.ts";
import type { Hierarchy } from "@/evaluation/mod.ts";

/** The key column of aggregates: their position in the hierarchy. */
const NODE = "node";

/** Aggregates as series. */
export interface AggregatePanel {
  /** Of each aggregate and date the mean of the series that trade: stores that are missing for a while change no level. */
  readonly panel: Panel;
  /** Columns `node`, `ds`, `trading`: how many series trade. */
  readonly trading: DataFrame;
}

/**
 * Averages the series of a panel over each aggregate of a hierarchy, date by date. Events are on where most of the series
 * that trade have them; static and observed columns are left out.
 */
export function aggregatePanel({ frame, profile, asOf }: Panel, hierarchy: Hierarchy): AggregatePanel {
  const { nodes, aggregates } = hierarchy;
  const { openColumn } = profile;
  const known = Object.keys(profile.roles).filter((name) =>
    profile.roles[name] === "known" && name !== openColumn && frame.columns.includes(name)
  );
  const trades: Expr = openColumn === undefined ? pl.col("y").isNotNull() : pl.col("y").gt(0);
  const levels = Math.max(...hierarchy.depths.subarray(0, aggregates)) + 1;
  const parts = Array.from({ length: levels }, (_, depth) => {
    const own = ancestorsAt(hierarchy, depth);
    const links = pl.DataFrame({
      unique_id: nodes.slice(aggregates).filter((_, at) => own[at]! >= 0),
      [NODE]: pl.Series(NODE, [...own.filter((at) => at >= 0)], pl.Int32),
    });
    return frame.select("unique_id", "ds", "y", ...known).join(links, { on: "unique_id", how: "inner" });
  });
  const rows = pl.concat(parts);
  const grid = rows.groupBy(NODE, "ds").agg(pl.col("y").count().alias("rows_known"));
  const busy = rows.filter(trades).groupBy(NODE, "ds").agg(
    pl.col("y").mean().alias("y"),
    pl.col("y").count().alias("trading"),
    ...known.map((name) =>
      profile.levels[name] === undefined ? pl.col(name).mean().alias(name) : pl.col(name).first().alias(name)
    ),
  );
  const text = (name: string) => profile.levels[name]?.[0];
  const joined = grid.join(busy, { on: [NODE, "ds"], how: "left" }).sort([NODE, "ds"]).withColumns(
    pl.col("trading").cast(pl.Float64).fillNull(pl.lit(0)).alias("trading"),
    // A date on which all were closed sold nothing; one of which nothing is known stays unknown.
    (openColumn === undefined ? pl.col("y") : pl.when(pl.col("trading").isNull().and(pl.col("rows_known").gt(0)))
      .then(pl.lit(0)).otherwise(pl.col("y"))).alias("y"),
    ...known.map((name) => {
      const level = text(name);
      if (level !== undefined) return pl.col(name).fillNull(pl.lit(level)).alias(name);
      const share = pl.col(name).cast(pl.Float64).fillNull(pl.lit(0));
      return (profile.events.includes(name) ? share.round(0) : share).alias(name);
    }),
    ...openColumn === undefined ? [] : [pl.col("trading").isNotNull().cast(pl.Float64).alias(openColumn)],
    pl.col(NODE).cast(pl.Utf8).alias("unique_id"),
  );
  const columns = ["unique_id", "ds", "y", NODE, ...known, ...openColumn === undefined ? [] : [openColumn]];
  return {
    panel: { frame: joined.select(...columns), profile: aggregateProfile(profile, known), asOf },
    trading: joined.select(NODE, "ds", "trading"),
  };
}

/** Of each series the aggregate of a depth that it belongs to; −1 where its own branch is shorter. */
function ancestorsAt({ nodes, parents, depths, aggregates }: Hierarchy, depth: number): Int32Array {
  return Int32Array.from({ length: nodes.length - aggregates }, (_, at) => {
    let up = parents[aggregates + at]!;
    while (up >= 0 && depths[up]! > depth) up = parents[up]!;
    return up >= 0 && depths[up] === depth ? up : -1;
  });
}

/** What is true of the aggregates: their own key, the calendar, and what is known ahead. */
function aggregateProfile(profile: DatasetProfile, known: readonly string[]): DatasetProfile {
  const { keys, roles, levels, openColumn, events } = profile;
  const kept = [...known, ...openColumn === undefined ? [] : [openColumn]];
  const isStatic = (name: string) => roles[name] === "static" && !keys.includes(name);
  const encodings = profile.encodings.filter((group) => !group.some(isStatic))
    .map((group) => [...new Set(group.map((name) => keys.includes(name) ? NODE : name))])
    .filter((group) => group.includes(NODE));
  return {
    ...profile,
    keys: [NODE],
    roles: { [NODE]: "static", ...Object.fromEntries(kept.map((name) => [name, "known" as const])) },
    levels: Object.fromEntries(Object.entries(levels).filter(([name]) => kept.includes(name))),
    events: events.filter((name) => kept.includes(name)),
    encodings: [...new Map(encodings.map((group) => [group.join(" "), group])).values()],
    slices: profile.slices.filter((name) => !(name in roles) || kept.includes(name)),
  };
}
