/**
 * What is known of errors before sales are, as Markdown tables.
 *
 * @module
 */
import type { LossProof } from "@/pipeline/monitor/loss_proof.ts";
import { markdownTable as table } from "./markdown_table.ts";

/** The tables of a replay: expected and found by how far ahead and by group, then how early it warned. */
export function lossProofText(
  { dataset, source, model, series, horizon, origins, calibration: { bands, fifths }, lead }:
    & LossProof
    & { readonly source: string },
): string {
  const percent = (share: number | null, digits = 1) => share === null ? "–" : `${(100 * share).toFixed(digits)} %`;
  const points = (share: number) => `${(100 * share).toFixed(1)} points`;
  const steps = (count: number | null) => count === null ? "–" : String(count);
  const replayed = Math.max(...bands.map((band) => band.origins));
  return [
    `**${dataset}**, ${source}, ${series} series, ${model} fitted at ${origins.length} origins from ${origins[0]} to ` +
    `${origins.at(-1)}, ${horizon} steps ahead; the last ${replayed} of them were replayed. Errors are MAPE.`,
    "",
    table(
      ["steps ahead", "error expected", "error found", "the two apart", "apart, if the mean of before is expected"],
      bands.map(({ band, expected, found, miss, meanMiss }) => [
        band,
        percent(expected),
        percent(found),
        points(miss),
        points(meanMiss),
      ]),
    ),
    "",
    table(
      ["forecasts by the error expected of them", "error expected", "error found"],
      fifths.map(({ expected, found }, k) => [
        k === 0 ? "best fifth" : k === fifths.length - 1 ? "worst fifth" : `fifth ${k + 1}`,
        percent(expected),
        percent(found),
      ]),
    ),
    "",
    table(
      [
        "errors in the replay",
        "replays",
        "estimate warned",
        "known errors warned",
        "estimate first",
        "steps after it began",
        "steps before the last sale was known",
        "steps before known errors",
        "came, of what was estimated",
      ],
      lead.map((row) => [
        row.excess === 0 ? "as they were" : `${percent(row.excess, 0)} larger`,
        String(row.replays),
        String(row.warned),
        String(row.found),
        String(row.first),
        steps(row.afterStart),
        steps(row.beforeEnd),
        steps(row.beforeFound),
        percent(row.cameOfExpected, 0),
      ]),
    ),
  ].join("\n");
}
