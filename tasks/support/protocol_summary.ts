/**
 * The record of a backtest as a person reads it.
 *
 * @module
 */
import type { ProtocolRecord } from "@/pipeline/backtest/record.ts";
import { scoreText } from "./score_text.ts";
import { table } from "./terminal.ts";

/** How many outcomes the champion's intervals held, and what that cost, beside the naive interval. */
function intervalLines({ intervals }: ProtocolRecord): string[] {
  if (!intervals) return [];
  const held = ({ level, held, winkler, naiveHeld, naiveWinkler }: (typeof intervals.levels)[number]) => [
    `${level} %`,
    `${(100 * held).toFixed(1)} %`,
    winkler.toPrecision(4),
    `${(100 * naiveHeld).toFixed(1)} %`,
    naiveWinkler.toPrecision(4),
  ];
  const slices = intervals.slices.map(({ held }) => held);
  return [
    "",
    `intervals of ${intervals.model} on ${intervals.on}`,
    table(["interval", "held", "Winkler", "naive held", "naive Winkler"], intervals.levels.map(held)),
    ...slices.length === 0 ? [] : [
      `80 % interval in slices of 1,000 rows or more: ${(100 * Math.min(...slices)).toFixed(1)} to ` +
      `${(100 * Math.max(...slices)).toFixed(1)} %`,
    ],
  ];
}

/** One line per model, best first, each beside the naive forecast and the best simple model. */
export function protocolSummary(record: ProtocolRecord): string {
  const { dataset, metric, horizon, origins, holdout, seeds, models, baseline, simple, champion, noiseFloor } = record;
  const text = (value: number | null | undefined) => value == null ? "–" : scoreText(metric, value);
  const beside = (value: number | undefined, other: string | null) => {
    const theirs = models.find(({ model }) => model === other)?.rolling?.mean;
    return value === undefined || theirs === undefined ? "–" : `${(100 * (value / theirs - 1)).toFixed(1)} %`;
  };
  const rows = models.map(({ model, rolling, holdout, seedSpread }) => [
    `${model}${model === champion ? " *" : ""}`,
    text(rolling?.mean),
    text(rolling?.median),
    text(rolling?.min),
    text(rolling?.max),
    text(seedSpread),
    beside(rolling?.mean, baseline),
    beside(rolling?.mean, simple),
    text(holdout),
  ]);
  const head = [
    "model",
    "mean",
    "median",
    "best",
    "worst",
    "seeds",
    `to ${baseline}`,
    `to ${simple ?? "–"}`,
    "holdout",
  ];
  return [
    `${champion} forecasts ${dataset} best: ${metric} over ${origins.length} origins, ${horizon} steps, ${seeds.length} seeds`,
    `origins ${origins.join(", ")}${holdout === null ? "" : `; holdout ${holdout.from} to ${holdout.to}`}`,
    "",
    table(head, rows),
    ...noiseFloor === null ? [] : [
      "",
      ...Object.entries(noiseFloor).map(([origin, floor]) =>
        `noise floor ${origin}: ${text(floor)}, the error of a perfect forecast of the mean`
      ),
    ],
    ...intervalLines(record),
    ...record.notes.map((note) => `note: ${note}`),
  ].join("\n");
}
