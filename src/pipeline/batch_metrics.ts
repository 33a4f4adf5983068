/**
 * How a task's run went, for Prometheus: a task is over before anybody could scrape it, so it leaves its numbers behind.
 *
 * @module
 */
import client from "prom-client";
import { appendEmf, emfReader } from "@/pipeline/emf.ts";
import { writeAtomic } from "@/stores/mod.ts";

/** What is known of a run that ended. */
export interface BatchRun {
  /** The name after `deno task`. */
  readonly task: string;
  readonly dataset: string;
  readonly succeeded: boolean;
  readonly seconds: number;
  readonly peakBytes: number;
  readonly endedAt: Temporal.Instant;
}

/** Where numbers are left; without any, nowhere. */
export interface BatchDestinations {
  /** Address of a Pushgateway. */
  readonly pushgateway?: string | undefined;
  /** A folder that the node exporter's textfile collector reads. */
  readonly textfiles?: string | undefined;
  /** A file that lines for CloudWatch are added to. */
  readonly emf?: string | undefined;
}

/** How long the gateway may take to answer. */
const PUSH_MS = 5_000;

/** Reads the destinations: `SHELFCAST_PUSHGATEWAY`, `SHELFCAST_TEXTFILE_DIR`. */
export function batchDestinations(env: (name: string) => string | undefined): BatchDestinations {
  return { pushgateway: env("SHELFCAST_PUSHGATEWAY"), textfiles: env("SHELFCAST_TEXTFILE_DIR") };
}

/**
 * Returns the gauges of a run.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { batchMetrics } from "@/pipeline/batch_metrics.ts";
 *
 * const endedAt = Temporal.Instant.from("2015-08-01T06:00:00Z");
 * const run = { task: "monitor", dataset: "rossmann", succeeded: true, seconds: 1.5, peakBytes: 3e8, endedAt };
 * const text = await batchMetrics(run).metrics();
 * expect(text).toContain('batch_duration_seconds{task="monitor",dataset="rossmann"} 1.5');
 * ```
 */
export function batchMetrics({ task, dataset, succeeded, seconds, peakBytes, endedAt }: BatchRun): client.Registry {
  const registry = new client.Registry();
  const gauge = (name: string, help: string, value: number) =>
    new client.Gauge({ name, help, labelNames: ["task", "dataset"], registers: [registry] }).set(
      { task, dataset },
      value,
    );
  gauge("batch_success", "1 when the last run of the task went well", Number(succeeded));
  gauge("batch_duration_seconds", "Time that the last run of the task took", seconds);
  gauge("batch_peak_memory_bytes", "Most memory that the last run of the task held", peakBytes);
  gauge("batch_last_run_timestamp_seconds", "When the last run of the task ended", endedAt.epochMilliseconds / 1000);
  return registry;
}

/**
 * Leaves a run's numbers where Prometheus finds them. One task and dataset replaces only its own numbers.
 *
 * Requires `--allow-net` for the gateway, `--allow-write` for the folder.
 *
 * @returns What could not be done, in sentences: monitoring that is away must not fail the work that it watches.
 */
export async function leaveBatchMetrics(
  run: BatchRun,
  { pushgateway, textfiles, emf }: BatchDestinations,
): Promise<readonly string[]> {
  const registry = batchMetrics(run), problems: string[] = [];
  if (pushgateway !== undefined) {
    await push(registry, pushgateway, run).catch((error) => {
      problems.push(`Cannot push metrics to ${pushgateway}: ${(error as Error).message}`);
    });
  }
  if (textfiles !== undefined) {
    // The collector reads *.prom only, so that it never sees a file that is still being written.
    await writeAtomic(
      `${textfiles}/shelfcast_${run.task.replaceAll(":", "_")}_${run.dataset}.prom`,
      await registry.metrics(),
    )
      .catch((error) => void problems.push((error as Error).message));
  }
  if (emf !== undefined) {
    await appendEmf(emf, await emfReader({}).read(registry, run.endedAt))
      .catch((error) => void problems.push(`Cannot write ${emf}: ${(error as Error).message}`));
  }
  return problems;
}

async function push(registry: client.Registry, address: string, { task, dataset }: BatchRun): Promise<void> {
  const group = [["job", "shelfcast_batch"], ["task", task], ["dataset", dataset]];
  const path = group.map(([name, value]) => `${name}/${encodeURIComponent(value!)}`).join("/");
  const answer = await fetch(new URL(`metrics/${path}`, address.endsWith("/") ? address : `${address}/`), {
    method: "PUT",
    headers: { "content-type": registry.contentType },
    body: await registry.metrics(),
    signal: AbortSignal.timeout(PUSH_MS),
  });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`it answered ${answer.status} ${said.trim()}`);
}
