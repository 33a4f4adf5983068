/**
 * From the measurements of several processes to the figures of a record.
 *
 * @module
 */
import type { Measured } from "./job.ts";
import type { PeerStage } from "./peers.ts";
import type { Curve, PeerFigure, StageFigure } from "./record.ts";
import { growthExponent, median, ratio, spread } from "./statistics.ts";
import type { Seconds } from "./stopwatch.ts";

type Stages = Readonly<Record<string, Seconds>>;

/** The medians of each stage, in the order of the first run. A run's costs are calibrated by its own loop. */
export function stageFigures(runs: readonly Measured[]): StageFigure[] {
  return Object.keys(runs[0]?.stages ?? {}).map((name) => {
    const cpu = runs.map(({ stages }) => stages[name]!.cpu);
    return {
      name,
      wall: median(runs.map(({ stages }) => stages[name]!.wall)),
      cpu: median(cpu),
      units: median(runs.map(({ calibration }, run) => cpu[run]! / calibration)),
      spread: spread(cpu),
    };
  });
}

/** Our stages beside a peer's, medians of sums; rows of which a side has no stage are left out. */
export function peerFigures(
  rows: readonly PeerStage[],
  ours: readonly Stages[],
  theirs: readonly Stages[],
): PeerFigure[] {
  return rows.flatMap(({ name, ours: own, theirs: other, aim }) => {
    const sides = [[ours, own], [theirs, other]] as const;
    const has = sides.every(([runs, names]) =>
      runs.length > 0 && names.every((at) => runs.every((run) => run[at] !== undefined))
    );
    if (!has) return [];
    const sum = (run: Stages, names: readonly string[], unit: keyof Seconds) =>
      names.reduce((total, at) => total + run[at]![unit], 0);
    const [a, b] = sides.map(([runs, names]) => ({
      wall: median(runs.map((run) => sum(run, names, "wall"))),
      cpu: median(runs.map((run) => sum(run, names, "cpu"))),
    })) as [Seconds, Seconds];
    return [{
      name,
      ours: a,
      theirs: b,
      wallRatio: ratio(a.wall, b.wall),
      cpuRatio: ratio(a.cpu, b.cpu),
      aim: aim ?? null,
    }];
  });
}

/** The growth curve of measurements of the same work at several sizes, smallest first. */
export function curveOf(steps: number, runs: readonly Measured[]): Curve {
  const sizes = runs.map(({ stages, facts, peakRssMb }) => {
    const [ingest, featurize, forecast] = ["ingest", "featurize", "forecast"].map((name) => stages[name]!.cpu) as [
      number,
      number,
      number,
    ];
    return {
      series: Number(facts["series"]),
      rows: Number(facts["rows"]),
      ingest,
      featurize,
      forecast,
      total: ingest + featurize + forecast,
      peakRssMb,
    };
  });
  const exponent = (stage: "ingest" | "featurize" | "forecast" | "total", of = sizes) =>
    growthExponent(of.map((at) => ({ size: at.series, cost: at[stage] })));
  return {
    steps,
    sizes,
    exponents: {
      ingest: exponent("ingest"),
      featurize: exponent("featurize"),
      forecast: exponent("forecast"),
      total: exponent("total"),
      largest: exponent("total", sizes.slice(-2)),
    },
  };
}
