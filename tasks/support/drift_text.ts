/**
 * A comparison of two tables, for a terminal.
 *
 * @module
 */
import type { TableDrift } from "@/checks/mod.ts";

/** A line for each column, the drifted ones first, then what else was found. */
export function driftText({ dataset_drift, share, columns, findings }: TableDrift): string {
  const names = Object.keys(columns).toSorted((a, b) => Number(columns[b]!.drifted) - Number(columns[a]!.drifted));
  const width = Math.max(0, ...names.map((name) => name.length));
  const lines = names.map((name) => {
    const { method, value, threshold, drifted } = columns[name]!;
    const number = value === null ? "" : `  ${value.toPrecision(3)} (threshold ${threshold})`;
    return `  ${drifted ? "drift" : "same "}  ${name.padEnd(width)}  ${method}${number}`;
  });
  const drifted = names.filter((name) => columns[name]!.drifted).length;
  const verdict = dataset_drift ? "The table has drifted" : "The table has not drifted";
  const others = findings
    .filter(({ check, passed }) => !passed && check !== "drift_column")
    .map(({ column, observed, wanted }) => `  ${column ?? "table"}: ${observed}; expected ${wanted}`);
  return [
    `${verdict}: ${drifted} of ${names.length} columns (${Math.round(share * 100)} %)`,
    ...lines,
    ...(others.length > 0 ? ["Also found:", ...others] : []),
  ].join("\n");
}
