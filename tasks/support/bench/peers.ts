/**
 * The same work in Python, where it is at hand: which script does it, and which of its stages are whose.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Seconds } from "./stopwatch.ts";

/** A peer's script, and how its stages stand to ours. */
export interface Peer {
  readonly script: string;
  /** The raw tables that it reads: ours read the same ones for the comparison. */
  readonly reads: readonly string[];
  /** The engines that it can be asked for. */
  readonly engines: readonly string[];
  /** The horizon that it is written for. */
  readonly horizon: number;
  /** Whether it is told where the data ends. */
  readonly stop?: true;
  readonly stages: readonly PeerStage[];
}

/** A row of the comparison: the sum of some of our stages beside the sum of some of theirs. */
export interface PeerStage {
  readonly name: string;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
  /** The share of the peer's time that we aim at. */
  readonly aim?: number;
}

/** Reading, features and forecasts in two fifths of the time; trees come from the same library. */
const SHARE = 0.4, PARITY = 1.05;

function stages(train: string, predict: string, features: readonly string[], layout: readonly string[]): PeerStage[] {
  return [
    { name: "read", ours: ["read"], theirs: ["read"], aim: SHARE },
    { name: "features", ours: ["features"], theirs: features, aim: SHARE },
    { name: "panel and features", ours: ["panel", "features"], theirs: [...layout, ...features] },
    {
      name: "read, features and predict",
      ours: ["read", "features", "predict"],
      theirs: ["read", ...features, predict],
      aim: SHARE,
    },
    { name: "train", ours: ["train"], theirs: [train] },
    { name: "predict", ours: ["predict"], theirs: [predict], aim: SHARE },
  ];
}

/** LightGBM on the very same matrix: the library in Python beside the library in Deno. */
export const SAME_MATRIX: readonly PeerStage[] = [
  { name: "same matrix, train", ours: ["same_train"], theirs: ["same_train"], aim: PARITY },
  { name: "same matrix, predict", ours: ["same_predict"], theirs: ["same_predict"] },
];

/** The peers by dataset. */
export const PEERS: Readonly<Record<string, Peer>> = {
  rossmann: {
    script: "peer_rossmann.py",
    reads: ["train", "store", "store_states"],
    engines: ["pandas", "polars"],
    horizon: 42,
    stages: stages("train_lgb", "predict_lgb", ["features_known", "features_history"], []),
  },
  walmart: {
    script: "peer_walmart.py",
    reads: ["train", "stores"],
    engines: [],
    horizon: 13,
    stop: true,
    stages: stages("train", "predict", ["features"], ["panel"]),
  },
  "store-item": {
    script: "peer_store_item.py",
    reads: ["train"],
    engines: ["pandas", "polars"],
    horizon: 90,
    stages: stages("train", "predict", ["features"], []),
  },
};

/** What a peer measured. */
export interface PeerRun {
  readonly stages: Readonly<Record<string, Seconds>>;
  readonly peakMb: number;
  /** Rows that it learnt from. */
  readonly rows: number;
}

/** What a run of a peer is told. */
export interface PeerOrder {
  readonly python: string;
  /** The folder of the scripts. */
  readonly scripts: string;
  readonly data: string;
  readonly start: string;
  readonly lastDate: string;
  readonly rounds: number;
  readonly engine?: string;
  readonly signal: AbortSignal;
}

/** Runs a peer once; a failure is a sentence, as a benchmark goes on without its peers. */
export async function runPeer(peer: Peer, order: PeerOrder): Promise<PeerRun | string> {
  const { scripts, data, start, lastDate, rounds, engine } = order;
  const answer = await runPython(order, [
    join(scripts, peer.script),
    data,
    ...["--start", start, "--rounds", String(rounds)],
    ...(peer.stop ? ["--stop", lastDate] : []),
    ...(engine === undefined ? [] : ["--engine", engine]),
  ]);
  return typeof answer === "string" ? answer : readPeer(answer);
}

/** Lets Python's LightGBM learn from the matrix that our own process left in a folder. */
export async function runSameMatrix(order: Pick<PeerOrder, "python" | "signal">, folder: string) {
  const script = fileURLToPath(new URL("./same_matrix.py", import.meta.url));
  const answer = await runPython(order, [script, folder]);
  if (typeof answer === "string") return answer;
  const { seconds, largest_difference } = answer as { seconds: Record<string, Seconds>; largest_difference: number };
  return { stages: seconds, largestDifference: largest_difference };
}

/**
 * Reads what a peer printed.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readPeer } from "./peers.ts";
 *
 * const run = readPeer({ wall: { read: 0.5 }, cpu: { read: 0.4 }, peak_mb: 300, rows: 10 });
 * expect(run).toEqual({ stages: { read: { wall: 0.5, cpu: 0.4 } }, peakMb: 300, rows: 10 });
 * ```
 */
export function readPeer(document: unknown): PeerRun | string {
  const { wall, cpu, peak_mb, rows } = document as Record<string, unknown>;
  if (!isSeconds(wall) || !isSeconds(cpu)) return "it prints no wall and cpu seconds per stage";
  const stages = Object.keys(wall).map((name) => [name, { wall: wall[name]!, cpu: cpu[name] ?? wall[name]! }]);
  return { stages: Object.fromEntries(stages), peakMb: Number(peak_mb ?? NaN), rows: Number(rows ?? NaN) };
}

function isSeconds(value: unknown): value is Readonly<Record<string, number>> {
  return typeof value === "object" && value !== null && Object.values(value).every((at) => typeof at === "number");
}

async function runPython({ python, signal }: Pick<PeerOrder, "python" | "signal">, args: string[]): Promise<unknown> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(python, {
      args,
      // Threads that spin while they wait would cost CPU time that does no work.
      env: { OMP_WAIT_POLICY: "passive", PYTHONDONTWRITEBYTECODE: "1", PYTHONWARNINGS: "ignore" },
      stdin: "null",
      signal,
    }).output();
    const decoder = new TextDecoder();
    if (!success) return `it failed: ${decoder.decode(stderr).trim().split("\n").at(-1)}`;
    return JSON.parse(decoder.decode(stdout).trim().split("\n").at(-1)!);
  } catch (error) {
    signal.throwIfAborted();
    return `it cannot be run: ${(error as Error).message}`;
  }
}
