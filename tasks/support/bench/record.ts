/**
 * What a benchmark leaves for later ones: figures that do not depend on how fast the machine was at that hour.
 *
 * @module
 */
import type { LocalStore } from "@/core/store.ts";
import { ratio } from "./statistics.ts";
import type { Seconds } from "./stopwatch.ts";

/** What a stage took: medians over the repetitions. */
export interface StageFigure {
  readonly name: string;
  readonly wall: number;
  readonly cpu: number;
  /** CPU seconds in units of the calibration loop. */
  readonly units: number;
  /** (largest − smallest) / median of the CPU seconds. */
  readonly spread: number;
}

/** A stage beside the peer's. */
export interface PeerFigure {
  readonly name: string;
  readonly ours: { readonly wall: number; readonly cpu: number };
  readonly theirs: { readonly wall: number; readonly cpu: number };
  /** Ours over theirs: below 1 is faster. */
  readonly wallRatio: number | null;
  readonly cpuRatio: number | null;
  readonly aim: number | null;
}

/** One size of the growth curve, in CPU seconds. */
export interface SizeFigure {
  readonly series: number;
  readonly rows: number;
  readonly ingest: number;
  readonly featurize: number;
  readonly forecast: number;
  readonly total: number;
  readonly peakRssMb: number;
}

/** The growth curve, and the power of the number of series that each stage grows with. */
export interface Curve {
  readonly steps: number;
  readonly sizes: readonly SizeFigure[];
  /** Over all sizes, and over the two largest, where starting up weighs least. */
  readonly exponents: Readonly<Record<"ingest" | "featurize" | "forecast" | "total" | "largest", number>>;
}

/** What suites cost, beside the real Great Expectations. */
export interface ContractsFigures {
  readonly rows: number;
  readonly columns: number;
  /** 12 expectations, and 100. */
  readonly few: Seconds;
  readonly many: Seconds;
  /** Of the process that read the table and ran them. */
  readonly peakRssMb: number;
  readonly aim: number;
  /** The 12 in the real tool. */
  readonly peer: {
    readonly version: string;
    readonly seconds: Seconds;
    readonly peakMb: number;
    readonly wallRatio: number | null;
    readonly cpuRatio: number | null;
    readonly sameVerdicts: boolean;
  } | null;
}

/** The record of one benchmark. It names neither hosts nor folders. */
export interface BenchRecord {
  readonly time: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly os: string; readonly deno: string };
  readonly dataset: string;
  /** `synthetic (60 series, seed 1)` or `a folder`. */
  readonly source: string;
  readonly facts: Readonly<Record<string, number | string>>;
  readonly rounds: number;
  readonly repetitions: number;
  /** CPU seconds of the calibration loop. */
  readonly calibration: number;
  /** Pure stages, one process per repetition. */
  readonly stages: readonly StageFigure[];
  /** The pipeline's steps with their input and output, in one process. */
  readonly steps: readonly StageFigure[];
  readonly peakRssMb: { readonly stages: number; readonly steps: number };
  readonly peer: {
    readonly script: string;
    readonly engine: string | null;
    readonly peakMb: number;
    readonly rows: number;
    readonly figures: readonly PeerFigure[];
    /** Between our forecasts and those of Python's LightGBM from the same matrix. */
    readonly largestDifference: number | null;
  } | null;
  /** Null in records of before. */
  readonly contracts: ContractsFigures | null;
  readonly curve: Curve | null;
  readonly notes: readonly string[];
}

/** How a stage compares with the record before. */
export interface Change {
  readonly name: string;
  /** Calibrated cost now over then: below 1 is faster. */
  readonly ratio: number;
  /** How far chance alone may move the ratio: the larger spread of the two. */
  readonly noise: number;
  /** The cost then, in units of the calibration loop. */
  readonly units: number;
}

/** The record before, and how this one compares. */
export interface Comparison {
  readonly time: string;
  /** Whether it was measured on a machine of the same kind: otherwise the ratios are a hint. */
  readonly sameMachine: boolean;
  readonly changes: readonly Change[];
}

/** What the budget allows: a stage may cost a quarter more, or what chance explains; stages this short are not judged. */
const ALLOWED = 0.25, SHORTEST_UNITS = 0.5;

const FOLDER = "logs/bench/";

/** Whether two records measured the same work: dataset, source, rows, trees. The machine may be another. */
export function isSameWork(a: BenchRecord, b: BenchRecord): boolean {
  return a.dataset === b.dataset && a.source === b.source && a.rounds === b.rounds &&
    a.facts["rows"] === b.facts["rows"];
}

/** Whether two records are of one kind of machine: processor, cores, system. */
export function isSameMachine({ machine: a }: BenchRecord, { machine: b }: BenchRecord): boolean {
  return a.cpu === b.cpu && a.cores === b.cores && a.os === b.os;
}

/** The cost of each stage that both records have, now over then, in units of the calibration loop. */
export function compareRecords(now: BenchRecord, then: BenchRecord): Comparison {
  const changes = (name: string, own: readonly StageFigure[], other: readonly StageFigure[]) =>
    own.flatMap((stage) => {
      const before = other.find((at) => at.name === stage.name);
      const quotient = before === undefined ? null : ratio(stage.units, before.units);
      const noise = Math.max(stage.spread, before?.spread ?? 0);
      return quotient === null ? [] : [{ name: `${name}${stage.name}`, ratio: quotient, noise, units: before!.units }];
    });
  return {
    time: then.time,
    sameMachine: isSameMachine(now, then),
    changes: [...changes("", now.stages, then.stages), ...changes("step ", now.steps, then.steps)],
  };
}

/** Stages that cost more than the budget allows, against a record of the same kind of machine. */
export function regressions({ sameMachine, changes }: Comparison): readonly Change[] {
  if (!sameMachine) return [];
  return changes.filter(({ ratio, noise, units }) => units >= SHORTEST_UNITS && ratio > 1 + Math.max(ALLOWED, noise));
}

/**
 * Reads the newest record of the same work, rather of the same kind of machine than of another; undefined when there is
 * none. Records that are kept with the project count as well as those of this folder.
 */
export async function previousRecord(
  store: LocalStore,
  now: BenchRecord,
  kept: readonly BenchRecord[] = [],
): Promise<BenchRecord | undefined> {
  const records = [...kept];
  for await (const key of store.list(FOLDER)) {
    if (key.endsWith(".json")) records.push(JSON.parse(new TextDecoder().decode(await store.get(key))));
  }
  const same = records.filter((then) => isSameWork(now, then)).toSorted((a, b) => a.time < b.time ? 1 : -1);
  return same.find((then) => isSameMachine(now, then)) ?? same[0];
}

/** Writes a record under its time, and returns its key. */
export async function writeRecord(store: LocalStore, record: BenchRecord): Promise<string> {
  // Not every disk takes colons in names.
  const key = `${FOLDER}${record.time.slice(0, 19).replaceAll(":", "")}Z.json`;
  await store.put(key, JSON.stringify(record, null, 2));
  return key;
}
