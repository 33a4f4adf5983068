/**
 * Measures features and batch forecasts at one size: all series at once, and in parts.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ScaleJob, ScaleMeasured, ScaleStage } from "./job.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));
const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));

/** Runs a piece of work in a process of its own. */
async function run(job: ScaleJob, signal: AbortSignal): Promise<ScaleMeasured> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", "--v8-flags=--expose-gc", CHILD, JSON.stringify(job)],
    cwd: PROJECT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    signal,
  }).output();
  signal.throwIfAborted();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (!success) throw new Error(`Cannot measure ${job.kind} of ${job.series} series: ${text(stderr).slice(-1_000)}`);
  return JSON.parse(text(stdout).split("\n").at(-1)!);
}

/** How a size is measured. */
export interface SizeOptions {
  readonly steps: number;
  readonly parts: number;
  /** All series in one process, too. */
  readonly whole: boolean;
  /** In parts, too. */
  readonly inParts: boolean;
  /** Run this many of the parts; their sums then lack those of the others, which changes no time. */
  readonly ran: number;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** Measures one size. */
export async function measureSize(series: number, options: SizeOptions): Promise<readonly ScaleStage[]> {
  const { steps, parts, ran, whole, inParts, signal, say } = options;
  const workdir = await Deno.makeTempDir({ prefix: "shelfcast-scale-" });
  const ask = (kind: ScaleJob["kind"], more: Partial<ScaleJob> = {}) =>
    run({ kind, workdir, series, steps, of: 0, index: 0, ...more }, signal);
  const stages: ScaleStage[] = [];
  const add = (stage: ScaleStage) => {
    stages.push(stage);
    const { stage: name, seconds, wall, peakMb } = stage;
    say(`${series} series, ${name} in ${stage.parts}: ${seconds.toFixed(1)} s (${wall.toFixed(1)} s), ${peakMb} MB`);
  };
  try {
    await ask("train", { series: Math.min(series, 100) });
    if (whole) {
      await ask("panel");
      for (const [stage, kind] of [["features", "featurize"], ["forecast", "forecast"]] as const) {
        const { seconds, wall, peakMb, rows } = await ask(kind);
        add({ stage, series, parts: 1, ran: 1, seconds, wall, exchange: 0, peakMb, rows });
      }
      await Deno.remove(join(workdir, "data"), { recursive: true });
    }
    if (!inParts) return stages;
    // Where one part stands for all, the others have no series of their own.
    const indices = Array.from({ length: parts }, (_, index) => index);
    const rest = ran < parts ? [{ of: parts, index: ran, until: parts }] : [];
    for (const index of indices.slice(0, ran)) await ask("panel", { of: parts, index });
    for (const others of rest) await ask("panel", { ...others, series: 0 });
    await ask("index", { of: parts });
    for (const [stage, kind] of [["features", "featurize"], ["forecast", "forecast"]] as const) {
      const took: ScaleMeasured[] = [];
      let exchange = 0;
      for (let round = 1, complete = false; !complete; round++) {
        for (const index of indices.slice(0, ran)) {
          const one = await ask("summarize", { of: parts, index, what: stage, round });
          took.push(one), exchange += one.seconds;
        }
        for (const others of rest) await ask("summarize", { ...others, what: stage, round });
        const joined = await ask("join", { of: parts, what: stage, round });
        took.push(joined);
        exchange += joined.seconds;
        complete = joined.complete === true;
      }
      let rows = 0;
      for (const index of indices.slice(0, ran)) {
        const one = await ask(kind, { of: parts, index });
        took.push(one);
        rows += one.rows;
      }
      const seconds = took.reduce((sum, one) => sum + one.seconds, 0);
      const wall = took.reduce((sum, one) => sum + one.wall, 0);
      const peakMb = took.reduce((most, one) => Math.max(most, one.peakMb), 0);
      add({ stage, series, parts, ran, seconds, wall, exchange, peakMb, rows });
    }
    return stages;
  } finally {
    await Deno.remove(workdir, { recursive: true });
  }
}
