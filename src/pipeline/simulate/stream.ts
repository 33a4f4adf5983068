/**
 * History told again as if it were live: day by day sales come in, forecasts are asked for, drift is looked for.
 *
 * @module
 */
import { DatasetError } from "@/core/errors.ts";
import type { Context } from "@/pipeline/context.ts";
import { ingest } from "@/pipeline/ingest.ts";
import { monitor } from "@/pipeline/monitor/monitor.ts";
import type { LiveFolder } from "@/pipeline/simulate/live_folder.ts";
import { addSteps } from "@/pipeline/time.ts";

/** What one step came to. */
export interface StreamedStep {
  /** The morning on which it was looked: sales are known up to the day before. */
  readonly date: string;
  /** Sales that came in. */
  readonly sold: number;
  /** Forecasts that a server gave for the step that begins; null without a server. */
  readonly forecasts: number | null;
  /** Share of columns that drifted unexplained. */
  readonly share: number;
  /** How far sales are from what the calendar lets expect, and from where on that counts; null where nobody could tell. */
  readonly distance: number | null;
  readonly threshold: number | null;
  readonly due: boolean;
  readonly reasons: readonly string[];
}

/** How the story is told. */
export interface StreamOptions {
  /** The first morning; sales from then on are held back. */
  readonly from: string;
  /** The morning after the last. */
  readonly to: string;
  /** Address of a server that is asked for forecasts and told the sales. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds to wait after a step, for people who watch. */
  readonly paceMs?: number;
}

/**
 * Tells a held-back period step by step. Each step does what a day of operation does: new sales into the source folder and
 * to the server, ingest, monitor. The flag is raised as in real life, and nobody lowers it here.
 *
 * @throws {DatasetError} If the server refuses what it is told.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { take } from "@/pipeline/ingest.ts";
 * import { openLiveFolder } from "@/pipeline/simulate/live_folder.ts";
 * import { stream, type StreamedStep } from "@/pipeline/simulate/stream.ts";
 * import { addSteps } from "@/pipeline/time.ts";
 *
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides: { series: 3, steps: 500 } });
 * const taken = await take(context), to = taken.panel.asOf, from = addSteps(to, -3, "1d");
 * const live = await openLiveFolder(context, taken, { kind: "level", size: 0.5, from });
 * const told: StreamedStep[] = [];
 * for await (const step of stream(context, live, { from, to })) told.push(step);
 * expect(told.map(({ sold }) => sold)).toEqual([0, 3, 3]);
 * ```
 */
export async function* stream(
  context: Context,
  live: LiveFolder,
  options: StreamOptions,
): AsyncGenerator<StreamedStep> {
  const { from, to, url, paceMs = 0 } = options, { profile, params, signal } = context;
  const { asOf: _asOf, ...rest } = params;
  const own: Context = { ...context, params: { ...rest, source: live.folder } };
  for (let date = from, before = from; date < to; before = date, date = addSteps(date, 1, profile.frequency)) {
    signal.throwIfAborted();
    const sold = live.soldBetween(before, date), next = addSteps(date, 1, profile.frequency);
    await live.tellUntil(date);
    if (url !== undefined && sold.length > 0) await post(url, "/actuals", sold, options.headers);
    await ingest(own);
    const { share, due, reasons, columns: { y } } = await monitor(own);
    const asked = live.soldBetween(date, next).map(({ unique_id, ds }) => ({ unique_id, ds }));
    const forecasts = url === undefined || asked.length === 0
      ? null
      : (await post(url, "/predict_batch", asked, options.headers) as { rows: number; failed: number });
    yield {
      date,
      sold: sold.length,
      forecasts: forecasts === null ? null : forecasts.rows - forecasts.failed,
      share,
      distance: y?.value ?? null,
      threshold: y?.threshold ?? null,
      due,
      reasons,
    };
    if (paceMs > 0) await new Promise((resolve) => setTimeout(resolve, paceMs));
  }
}

async function post(
  url: string,
  path: string,
  rows: readonly unknown[],
  headers: Readonly<Record<string, string>> = {},
) {
  const answer = await fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(rows),
  });
  const said = await answer.json().catch(() => ({})) as { readonly detail?: string };
  if (!answer.ok) {
    throw new DatasetError(`Cannot tell ${url}${path}: it answered ${answer.status} ${said.detail ?? ""}`);
  }
  return said as unknown;
}
