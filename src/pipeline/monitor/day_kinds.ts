/**
 * What kind of day and series each row of a panel is: the groups by which errors are told.
 *
 * @module
 */
import pl, { type DataFrame, type Expr } from "nodejs-polars";
import type { DatasetProfile, Panel } from "@/core/panel.ts";
import { calendarFeatures } from "@/features/mod.ts";
import { levelName } from "@/pipeline/level_name.ts";

/** Calendar columns of a dataset: name and expression over `ds`. */
export function calendarColumns(profile: DatasetProfile): readonly { readonly name: string; readonly expr: Expr }[] {
  return calendarFeatures(profile).flatMap((feature) =>
    feature.form === "expression" ? [{ name: feature.name, expr: feature.expr }] : []
  );
}

/** Looks up the group of a series and date; undefined where the panel has no such row. */
export type GroupOf = (row: { readonly uniqueId: string; readonly ds: string }) => string | undefined;

/**
 * The profile's slices of the rows from a date on, as look-ups by series and date.
 *
 * @param from The first date, `YYYY-MM-DD`.
 */
export function dayKinds({ frame, profile }: Panel, from: string): Readonly<Record<string, GroupOf>> {
  const calendar = calendarColumns(profile).filter(({ name }) => profile.slices.includes(name));
  const rows = frame.filter(pl.col("ds").gtEq(pl.lit(from).str.strptime(pl.Date, "%Y-%m-%d")))
    .withColumns(...calendar.map(({ name, expr }) => expr.alias(name)), pl.col("ds").cast(pl.Utf8).alias("day"));
  const ids = rows.getColumn("unique_id").toArray() as string[], days = rows.getColumn("day").toArray() as string[];
  const position = new Map<string, number>();
  ids.forEach((id, row) => position.set(`${id}\n${days[row]}`, row));
  const names = profile.slices.filter((name) => rows.columns.includes(name));
  return Object.fromEntries(names.map((name) => {
    const levels = levelsOf(rows, name, profile);
    return [name, ({ uniqueId, ds }) => {
      const row = position.get(`${uniqueId}\n${ds}`);
      return row === undefined ? undefined : levels[row] ?? undefined;
    }];
  }));
}

/** Each row's group in words. */
function levelsOf(rows: DataFrame, name: string, profile: DatasetProfile): (string | null)[] {
  const values = rows.getColumn(name).toArray() as (number | string | null)[],
    words = new Map<unknown, string | null>();
  return values.map((value) => {
    let word = words.get(value);
    if (word === undefined) {
      word = value === null
        ? null
        : typeof value === "number"
        ? levelName(name, value, profile)
        : value === "0"
        ? "none"
        : value;
      words.set(value, word);
    }
    return word;
  });
}
