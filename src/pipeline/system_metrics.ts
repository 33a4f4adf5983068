/**
 * What a run costs the machine while it works, as MLflow shows it under "System metrics".
 *
 * @module
 */
import os from "node:os";
import process from "node:process";
import type { Run } from "@/core/tracker.ts";

/** How busy the process and its machine are; the names are MLflow's where it has one. */
export type SystemMetrics = Readonly<Record<`system/${string}`, number>>;

/** How often MLflow looks too. */
const EVERY_MS = 10_000;

/**
 * Looks at memory and processor while work goes on, and records what it saw in the run: every ten seconds, and once when
 * the work is over. The step of a look is its second since the process began, so that MLflow draws a line.
 *
 * @param options.every Milliseconds between two looks.
 * @param options.measure Looks once; see {@linkcode systemMeter}.
 * @returns What the work returns; a failure of the work stays the failure that is told.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { withSystemMetrics } from "@/pipeline/system_metrics.ts";
 * import { memoryTracker } from "@/stores/mod.ts";
 *
 * const tracker = memoryTracker({ now: () => 1_767_225_600_000 });
 * const run = await tracker.start("rossmann", "lightgbm");
 * expect(await withSystemMetrics(run, () => Promise.resolve(42))).toBe(42);
 * expect(tracker.record(run.id).metrics["system/process_memory_megabytes"]?.[0]?.value).toBeGreaterThan(0);
 * ```
 */
export async function withSystemMetrics<Result>(
  run: Pick<Run, "metrics">,
  work: () => Promise<Result>,
  { every = EVERY_MS, measure = systemMeter() }: {
    readonly every?: number;
    readonly measure?: () => SystemMetrics;
  } = {},
): Promise<Result> {
  // One after the other; a look that could not be recorded is told when the work is over.
  let looks: Promise<void> = Promise.resolve(), failed: unknown;
  const look = () => {
    looks = looks.then(() =>
      failed === undefined ? run.metrics(measure(), Math.ceil(performance.now() / 1000)) : undefined
    ).catch((error) => {
      failed ??= error;
    });
  };
  const timer = setInterval(look, every);
  try {
    const result = await work();
    look();
    await looks;
    if (failed !== undefined) throw failed;
    return result;
  } finally {
    clearInterval(timer);
    await looks;
  }
}

/**
 * Makes a meter: each call tells the memory in use now, and how busy the processors were since the call before.
 *
 * In 10⁶ bytes and percent. `process_cpu_percentage` is 100 for one busy core, `cpu_utilization_percentage` for all of them.
 * Requires `--allow-sys`.
 */
export function systemMeter(): () => SystemMetrics {
  let before = now();
  return () => {
    const after = now(), total = os.totalmem(), used = total - os.freemem();
    const share = (part: number, whole: number) => whole > 0 ? Math.max(0, 100 * part / whole) : 0;
    const metrics = {
      "system/process_memory_megabytes": process.memoryUsage().rss / 1e6,
      "system/process_cpu_percentage": share(after.own - before.own, after.time - before.time),
      "system/cpu_utilization_percentage": share(after.busy - before.busy, after.all - before.all),
      "system/system_memory_usage_megabytes": used / 1e6,
      "system/system_memory_usage_percentage": share(used, total),
    };
    before = after;
    return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, Math.round(10 * value) / 10]));
  };
}

/** Milliseconds: of the clock, of this process's work, of all processors' work, and of all processors. */
function now(): { readonly time: number; readonly own: number; readonly busy: number; readonly all: number } {
  const { user, system } = process.cpuUsage();
  let busy = 0, all = 0;
  for (const { times } of os.cpus()) {
    const work = times.user + times.nice + times.sys + times.irq;
    busy += work;
    all += work + times.idle;
  }
  return { time: performance.now(), own: (user + system) / 1000, busy, all };
}
