/**
 * What a replay has shown, as Markdown tables.
 *
 * @module
 */
import type { Proof } from "@/pipeline/monitor/proof.ts";
import { markdownTable as table } from "./markdown_table.ts";

/** The tables of a replay: where nothing has changed, where something was, and by chance alone. */
export function proofText(
  { dataset, source, series, leftOut, within, checks, due, any, alarms, plain, aware, columns, injections, resamples }:
    & Proof
    & { readonly source: string },
): string {
  const percent = (count: number, of: number) => `${(100 * count / of).toFixed(count === 0 ? 0 : 1)} %`;
  const named = Object.entries(alarms).toSorted(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
  const quiet = [
    ["checks of the data as they are", String(checks)],
    ["of which called for another training (false alarms)", `${due} (${percent(due, checks)})`],
    ["of which had a finding of any kind, warnings included", `${any} (${percent(any, checks)})`],
    ["findings by name", named.length === 0 ? "none" : named.join(", ")],
    [`columns flagged per check, of ${columns}: compared with the whole history`, plain.toFixed(1)],
    [`columns flagged per check, of ${columns}: compared as the calendar lets expect`, aware.toFixed(1)],
  ];
  const found = injections.map(({ name, magnitude, begun, found, steps }) => [
    name,
    magnitude,
    `${found} of ${begun}`,
    steps === null ? "–" : `${steps}`,
  ]);
  return [
    `**${dataset}**, ${source}, ${series} series` +
    (leftOut === 0 ? "" : ` (${leftOut} more fell silent by themselves, which is a change, and are left out)`) +
    `; found within ${within} steps counts.`,
    "",
    table(["nothing has changed", ""], quiet),
    "",
    table(["change", "size", "found", "steps until found (median)"], found),
    "",
    table(
      [
        "both tables drawn from the same rows",
        ...Object.keys(resamples[0]!.flagged).map((name) => `\`${name}\` flags`),
      ],
      resamples.map(({ rows, flagged, tables }) => [
        `${rows.toLocaleString("en")} rows, ${tables} tables`,
        ...Object.values(flagged).map((share) => `${(100 * share).toFixed(1)} % of columns`),
      ]),
    ),
  ].join("\n");
}
