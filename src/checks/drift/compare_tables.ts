/**
 * Two tables compared column by column: what has drifted, what is missing, what is new.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import type { Finding } from "@/core/check.ts";
import { type Column, columnOf } from "@/checks/drift/column_of.ts";
import {
  columnDrifted,
  freeText,
  infiniteValues,
  lostColumn,
  missingValues,
  newCategories,
  newColumn,
  retyped,
  tinyWindow,
  valuesGone,
} from "@/checks/drift/drift_findings.ts";
import { evidently } from "@/checks/drift/evidently.ts";
import type { Preset } from "@/checks/drift/preset.ts";
import type { ColumnKind, Sample } from "@/checks/drift/sample.ts";
import { totalVariationDistance } from "@/checks/drift/total_variation.ts";
import { wasserstein } from "@/checks/drift/wasserstein.ts";

/** The verdict on a column, as it is printed. */
export interface ColumnDrift {
  /** The test by Evidently's title; `vanished`, `retyped` or `empty` where nothing could be compared. */
  readonly method: string;
  /** The test's short name, where there was one. */
  readonly test?: string;
  /** The test's number, a probability or a distance; null where nothing could be compared. */
  readonly value: number | null;
  /** What the number was held against; null where nothing could be compared. */
  readonly threshold: number | null;
  /** Whether it has drifted; what cannot be compared has. */
  readonly drifted: boolean;
  /** How the values were compared; left out where nothing could be. */
  readonly kind?: ColumnKind;
  /** How far the column has moved whatever the number of rows: standard deviations, or a share of rows. */
  readonly effect?: number;
  /** How many values were compared. */
  readonly rows: { readonly reference: number; readonly current: number };
}

/** The verdict on a table. */
export interface TableDrift {
  /** Whether the share of drifted columns reaches the preset's. */
  readonly dataset_drift: boolean;
  /** The share of columns that drifted. */
  readonly share: number;
  /** Column → its verdict; columns without one, such as new ones, dates and free text, are left out. */
  readonly columns: Readonly<Record<string, ColumnDrift>>;
  /** Every judgement, also those that a comparison of distributions cannot see. */
  readonly findings: readonly Finding[];
}

/**
 * Compares the current table with a reference, column by column.
 *
 * A column that is gone, has another type, or has no values left counts as drifted: what cannot be compared is never
 * called the same. Free text and dates are not compared as distributions; findings say so.
 *
 * @throws {RangeError} If a table has no rows, or the two have no column in common.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { compareTables } from "@/checks/drift/mod.ts";
 *
 * const sales = Array.from({ length: 60 }, (_, i) => i % 13);
 * const before = pl.DataFrame({ sales }), after = pl.DataFrame({ sales: sales.map((value) => value + 9) });
 * expect(compareTables(before, after).columns["sales"]).toMatchObject({ method: "K-S p_value", drifted: true });
 * ```
 */
export function compareTables(reference: DataFrame, current: DataFrame, preset: Preset = evidently): TableDrift {
  requireComparable(reference, current);
  const columns: Record<string, ColumnDrift> = {}, findings: Finding[] = [...tinyWindow(current.height)];
  const known = new Set(reference.columns), there = new Set(current.columns);
  for (const name of new Set([...current.columns, ...reference.columns])) {
    if (!known.has(name)) findings.push(newColumn(name));
    else if (!there.has(name)) {
      columns[name] = incomparable("vanished", reference.height, 0);
      findings.push(lostColumn(name));
    } else {
      const verdict = compareColumns(
        name,
        columnOf(reference.getColumn(name)),
        columnOf(current.getColumn(name)),
        preset,
      );
      if (verdict.drift !== undefined) columns[name] = verdict.drift;
      findings.push(...verdict.findings);
    }
  }
  const all = Object.values(columns), drifted = all.filter((column) => column.drifted).length;
  const share = all.length === 0 ? 0 : drifted / all.length;
  return { dataset_drift: all.length > 0 && share >= preset.share, share, columns, findings };
}

interface Compared {
  readonly drift?: ColumnDrift;
  readonly findings: readonly Finding[];
}

function compareColumns(name: string, reference: Column, current: Column, preset: Preset): Compared {
  const gaps = [...missingValues(name, reference, current), ...infiniteValues(name, reference, current)];
  const kept = (column: Column) => column.rows - column.missing - column.infinite;
  const [before, now] = [kept(reference), kept(current)];
  if (now === 0 || before === 0) {
    // A column that was empty all along has not changed.
    if (now === before) return { findings: gaps };
    return { drift: incomparable("empty", before, now), findings: [valuesGone(name, now === 0), ...gaps] };
  }
  if (reference.family !== current.family) {
    return { drift: incomparable("retyped", before, now), findings: [retyped(name, reference, current), ...gaps] };
  }
  const kind = preset.kindOf(current);
  if (kind === "time" || kind === "unknown") return { findings: gaps };
  if (kind === "text") return { findings: [freeText(name), ...gaps] };
  const a = reference.sample(kind), b = current.sample(kind);
  const { test, value, threshold, drifted } = preset.judge(a, b);
  const drift = {
    method: test.title,
    test: test.name,
    value,
    threshold,
    drifted,
    kind,
    effect: test === wasserstein ? value : effectOf(a, b),
    rows: { reference: a.size, current: b.size },
  };
  const unseen = kind === "categorical" ? newCategories(name, a, b) : [];
  return { drift, findings: [columnDrifted(name, drift), ...unseen, ...gaps] };
}

function effectOf(reference: Sample, current: Sample): number {
  return current.kind === "numerical"
    ? wasserstein.measure(reference, current)
    : totalVariationDistance(reference, current);
}

function incomparable(method: string, reference: number, current: number): ColumnDrift {
  return { method, value: null, threshold: null, drifted: true, rows: { reference, current } };
}

function requireComparable(reference: DataFrame, current: DataFrame): void {
  for (const [name, { height }] of Object.entries({ reference, current })) {
    if (height === 0) throw new RangeError(`Cannot compare tables as each needs rows: the ${name} table has none`);
  }
  if (!reference.columns.some((name) => current.columns.includes(name))) {
    throw new RangeError(
      `Cannot compare tables as they need a column in common: the reference has ${listed(reference.columns)}, ` +
        `the current table ${listed(current.columns)}`,
    );
  }
}

function listed(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 6).join(", ")} and ${names.length - 6} more` : names.join(", ");
}
