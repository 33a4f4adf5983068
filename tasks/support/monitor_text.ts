/**
 * What monitoring found, for a terminal.
 *
 * @module
 */
import type { DriftSummary } from "@/pipeline/monitor/drift_summary.ts";

/** The verdict first, then the columns that have changed, explained or not. */
export function monitorText({ dataset, window, columns, explained, unexplained, due, reasons }: DriftSummary): string {
  const width = Math.max(0, ...[...explained, ...unexplained].map((name) => name.length));
  const line = (name: string) => {
    const { method, value, threshold, verdict } = columns[name]!;
    const number = value === null ? "" : ` ${value.toPrecision(3)} (threshold ${threshold})`;
    return `  ${name.padEnd(width)}  ${verdict}: ${method}${number}`;
  };
  return [
    due ? `Retraining of ${dataset} is due:` : `Nothing asks for retraining of ${dataset}.`,
    ...reasons.map((reason) => `  ${reason}`),
    `Judged ${window.rows.toLocaleString("en")} rows from ${window.from} until before ${window.to}: ` +
    `${unexplained.length} of ${Object.keys(columns).length} columns changed unexplained, ` +
    `${explained.length} as the calendar lets expect`,
    ...[...unexplained, ...explained].map(line),
  ].join("\n");
}
