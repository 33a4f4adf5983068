/**
 * docs/scale.md, made of a record.
 *
 * @module
 */
import { markdownTable as table } from "../markdown_table.ts";
import type { ScaleRecord, ScaleStage } from "./job.ts";

const count = (value: number) => Math.round(value).toLocaleString("en");

/**
 * The exponent with which time grows: the slope of log seconds over log series, by least squares.
 *
 * @returns NaN for fewer than two sizes.
 */
export function growthExponent(points: readonly (readonly [series: number, seconds: number])[]): number {
  const logs = points.map(([series, seconds]) => [Math.log(series), Math.log(seconds)] as const);
  const mean = (k: 0 | 1) => logs.reduce((sum, one) => sum + one[k], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const over = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return over / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

const byStage = (record: ScaleRecord, stage: ScaleStage["stage"], whole: boolean) =>
  record.stages.filter((one) => one.stage === stage && (one.parts === 1) === whole)
    .toSorted((a, b) => a.series - b.series);

/** What ten million series would take, by the largest size that was measured in parts. */
function plan(record: ScaleRecord): string {
  const target = 10_000_000, budgetMb = 8_000;
  const [features, forecast] = (["features", "forecast"] as const).map((stage) =>
    byStage(record, stage, false).at(-1)!
  );
  const perPart = ({ series, parts }: ScaleStage) => series / parts;
  const peak = Math.max(features!.peakMb, forecast!.peakMb);
  const seriesPerPart = Math.floor(perPart(features!) * budgetMb / peak / 1_000) * 1_000;
  const parts = Math.ceil(target / Math.max(1_000, seriesPerPart));
  const secondsPerPart = ({ seconds, ran }: ScaleStage, own: number) => seconds / ran / perPart(features!) * own;
  const own = target / parts;
  const rows = table(
    ["stage", "one partition", "all of them on 50 workers", "on one worker"],
    [features!, forecast!].map((one) => {
      const seconds = secondsPerPart(one, own);
      return [
        one.stage,
        `${count(seconds / 60)} min`,
        `${(seconds * Math.ceil(parts / 50) / 3_600).toFixed(1)} h`,
        `${count(seconds * parts / 3_600)} h`,
      ];
    }),
  );
  return `At ${count(features!.series)} series a partition of ${count(perPart(features!))} needed ${
    count(peak)
  } MB at most. A worker that may
use ${budgetMb / 1_000} GB for it takes about ${count(own)} series, so that ten million make **${
    count(parts)
  } partitions**. By
the seconds per series that were measured:

${rows}

Workers share nothing but the bucket. What grows with the number of series and is read by every worker is the list of
their names, about 15 bytes each in the bucket and some hundreds of MB in memory for all of them, beside the partition's
own; summaries grow with groups and steps, not with series. The largest join of sums reads one small table per partition.
What such a run would do differently from today's tasks:

- \`merge\` of features and forecasts makes one table of all series for training and reports on one machine. Ten million
  series are not merged: their parts are what others read, and \`merge --stage ingest --index\` joins names alone.
- The model is trained by \`fit\` on the machines of some partitions together, or by \`train\` on a sample that fits one.
- The SVD of sales is fitted from the rows of all parts, joined in one process: as exact sums, the inner products of weeks
  would be more numbers than the sales themselves where a group has fewer series than weeks.
- \`ingest\` goes through the largest raw file once per partition, in pieces, where it lies unpacked on the machine; from
  archives, the web or Rossmann's files it reads all of it into memory. Cut raw files by partition when they are written.
- \`monitor\` judges what its parts have kept in one process; its parts should be of a sample of series.

None of this has been run at that size: the numbers are products, not measurements.`;
}

/** What one machine cannot hold at once, and parts of it can; nothing where the largest size was run both ways. */
function beyondMemory(record: ScaleRecord): string {
  const largest = (whole: boolean) =>
    record.stages.filter(({ parts }) => (parts === 1) === whole)
      .toSorted((a, b) => a.series - b.series || a.peakMb - b.peakMb).at(-1);
  const whole = largest(true), inParts = largest(false);
  if (whole === undefined || inParts === undefined || inParts.series <= whole.series) return "";
  const needed = whole.peakMb / whole.series * inParts.series / 1_000;
  return `

${count(inParts.series)} series all at once were not run: at the memory per series that ${
    count(whole.series)
  } took, they would need ${
    count(needed)
  } GB. As ${inParts.parts} parts, one after the other on the same machine, they need ${
    (inParts.peakMb / 1_000).toFixed(1)
  } GB.`;
}

/** The whole page. */
export function scalePage(record: ScaleRecord): string {
  const { machine, steps, horizon, features, day } = record;
  const rows = record.stages.toSorted((a, b) =>
    a.stage.localeCompare(b.stage) || a.series - b.series || a.parts - b.parts
  )
    .map((one) => [
      one.stage,
      count(one.series),
      one.parts === 1
        ? "all at once"
        : one.ran === one.parts
        ? `${one.parts} parts`
        : `${one.ran} of ${one.parts} parts`,
      one.seconds.toFixed(1),
      one.wall.toFixed(1),
      one.exchange === 0 ? "–" : one.exchange.toFixed(1),
      count(one.peakMb),
      count(one.rows),
    ]);
  const exponents = (["features", "forecast"] as const).flatMap((stage) =>
    [true, false].map((whole) => {
      // Where one part stood for all, all of them take as many times as long.
      const points = byStage(record, stage, whole).map(({ series, seconds, parts, ran }) =>
        [series, seconds * parts / ran] as const
      );
      const large = points.filter(([series]) => series >= 1_000);
      const text = (of: typeof points) =>
        new Set(of.map(([series]) => series)).size < 2 ? "–" : growthExponent(of).toFixed(2);
      return [stage, whole ? "all at once" : "in parts", text(points), text(large)];
    })
  );
  return `# How it scales

Made by \`deno task scale --page\` from [scale.json](scale.json), which \`deno task scale\` measured on ${day}: ${machine.cpu},
${machine.cores} cores, ${machine.memoryGb} GB, ${machine.os}, Deno ${machine.deno}. Other work ran on the machine at the same time.

Synthetic series of a store-item kind, ${steps} days each, ${features} features, ${horizon} days ahead. Each stage and each
partition is a process of its own. Seconds are processor time, the sum of all processes, one after the other; "on the wall" is what the clock showed
meanwhile, with all that other programs took; memory is the largest process. "Exchange" is the part of the seconds in
which partitions tell one another sums and the sums are joined.

${table(["stage", "series", "how", "seconds", "on the wall", "exchange", "peak memory, MB", "rows"], rows)}

Time grows with the number of series to the power of:

${table(["stage", "how", "all sizes", "1,000 series and more"], exponents)}

Small sizes cost what starting costs, so that their exponent is below one. Partitions compute the features that lead to
sums once per round, and so more in all than one process; what they buy is memory that is bounded by the partition, and
machines side by side. All results are the same bytes (see the architecture page). Where only some of the parts were
run, one stands for the others, and the power is of their time by as many as there are. Sizes that are not in the table
have not been measured.${beyondMemory(record)}

## Ten million series

${plan(record)}
`;
}
