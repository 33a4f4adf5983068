/**
 * How fast two large tables are compared, beside the real Evidently; and how long monitoring a day of 1,115 stores takes.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pl, { type DataFrame } from "nodejs-polars";
import { random } from "@/core/random.ts";
import { type Context, openContext } from "@/pipeline/context.ts";
import { ingest } from "@/pipeline/ingest.ts";
import { monitorKeys } from "@/pipeline/monitor/drift_summary.ts";
import { monitor } from "@/pipeline/monitor/monitor.ts";
import type { FlagValues } from "../command.ts";
import { markdownTable } from "../markdown_table.ts";
import { machine } from "./machine.ts";
import { type Opened, timeToOpen } from "./open_page.ts";
import { median } from "./statistics.ts";

/** What one side took. */
export interface DriftTime {
  readonly seconds: number;
  /** Of all threads, start-up included: what a busy machine does not change. */
  readonly cpuSeconds: number;
  readonly peakMb: number;
  /** Column → whether it has drifted. */
  readonly verdicts: Readonly<Record<string, boolean>>;
}

/** The record of such a benchmark. */
export interface DriftBench {
  readonly time: string;
  readonly machine: ReturnType<typeof machine>;
  readonly rows: number;
  readonly columns: number;
  readonly ours: DriftTime;
  /** Null where `.venv-interop` has no Evidently. */
  readonly evidently: (DriftTime & { readonly version: string }) | null;
  /** Columns whose verdicts differ: none, unless one of the two is wrong. */
  readonly differ: readonly string[];
  /** Seconds of monitoring the newest day, summary and page written. */
  readonly day: {
    readonly stores: number;
    readonly seconds: number;
    /** The page that it wrote, opened in a real browser; null without Chromium. */
    readonly page: Opened | null;
  };
}

const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));
const NUMBERS = 14, CODES = 4, TEXTS = 2, STORES = 1115;

/** Measures both, each in a process of its own. */
export async function benchDrift(
  context: Context,
  values: FlagValues,
): Promise<{ readonly record: DriftBench; readonly text: string }> {
  const quick = values["quick"] === true, rows = quick ? 50_000 : 1_000_000;
  const folder = await Deno.makeTempDir({ prefix: "shelfcast-bench-" });
  try {
    const paths = [0, 1].map((side) => {
      const path = join(folder, `${side}.parquet`);
      tableOf(rows, side).writeParquet(path, { compression: "lz4" });
      return path;
    });
    const child = join(PROJECT, "tasks/support/bench/drift_child.ts");
    const times: DriftTime[] = [];
    for (let k = 0; k < (quick ? 1 : 3); k++) {
      times.push(await said(Deno.execPath(), ["run", "-A", child, ...paths], context));
    }
    const seconds = median(times.map((time) => time.seconds));
    const ours = { ...times[0]!, seconds, peakMb: Math.max(...times.map(({ peakMb }) => peakMb)) };
    const evidently = await peer(paths, context);
    const differ = evidently === null
      ? []
      : Object.keys(ours.verdicts).filter((name) => evidently.verdicts[name] !== ours.verdicts[name]);
    const record: DriftBench = {
      time: context.now().toString(),
      machine: machine(),
      rows,
      columns: NUMBERS + CODES + TEXTS,
      ours,
      evidently,
      differ,
      day: await timeDay(context, folder, quick ? 60 : STORES),
    };
    return { record, text: textOf(record) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a kept benchmark says, as Markdown. */
export function driftPart({ time, machine, rows, columns, ours, evidently, differ, day }: DriftBench): string {
  const count = rows.toLocaleString("en");
  const row = (name: string, of: (time: DriftTime) => number, digits: number) => [
    name,
    of(ours).toFixed(digits),
    evidently === null ? "–" : of(evidently).toFixed(digits),
    evidently === null ? "–" : (of(evidently) / of(ours)).toFixed(1),
  ];
  const verdicts = evidently === null
    ? "Evidently was not there."
    : differ.length === 0
    ? `The verdicts on all ${columns} columns are the same.`
    : `The verdicts differ on ${differ.join(", ")}.`;
  return [
    `Measured on ${
      time.slice(0, 10)
    } by \`deno task bench --drift\`: ${machine.cores} cores, ${count} + ${count} rows × ` +
    `${columns} columns of Parquet files, read and compared by the \`evidently\` preset, each side in a process of its own. ` +
    verdicts,
    markdownTable(
      ["", "shelfcast", evidently === null ? "Evidently" : `Evidently ${evidently.version}`, "Evidently's, in ours"],
      [
        row("seconds", ({ seconds }) => seconds, 2),
        row("CPU seconds", ({ cpuSeconds }) => cpuSeconds, 2),
        row("MB of memory at most", ({ peakMb }) => peakMb, 0),
      ],
    ),
    [
      `- monitoring the newest day of ${day.stores.toLocaleString("en")} stores: ${day.seconds.toFixed(2)} s`,
      day.page === null
        ? "- its report was not opened: there was no Chromium"
        : `- its report of ${day.page.megabytes.toFixed(1)} MB opens in Chromium in ${day.page.seconds.toFixed(2)} s`,
    ].join("\n"),
  ].join("\n\n");
}

function textOf({ rows, columns, ours, evidently, differ, day }: DriftBench): string {
  const took = ({ seconds, cpuSeconds, peakMb }: DriftTime) =>
    `${seconds.toFixed(2)} s (${cpuSeconds.toFixed(1)} s of CPU), ${Math.round(peakMb)} MB at most`;
  return [
    `${rows.toLocaleString("en")} + ${rows.toLocaleString("en")} rows × ${columns} columns: ${took(ours)}`,
    evidently === null
      ? "Evidently is not there: make interop"
      : `Evidently: ${took(evidently)}: ${(evidently.seconds / ours.seconds).toFixed(0)} times as long, ` +
        `${(evidently.cpuSeconds / ours.cpuSeconds).toFixed(0)} times the CPU; ` +
        (differ.length === 0 ? "the same verdicts" : `other verdicts on ${differ.join(", ")}`),
    `Monitoring the newest day of ${day.stores.toLocaleString("en")} stores: ${day.seconds.toFixed(2)} s`,
    day.page === null
      ? "Chromium is not there: the page was not opened"
      : `Its page of ${day.page.megabytes.toFixed(1)} MB opens in Chromium in ${day.page.seconds.toFixed(2)} s ` +
        `(${day.page.cpuSeconds.toFixed(2)} s of CPU)`,
  ].join("\n");
}

/** Numbers of several shapes, codes and texts; the second table is moved a little in every third column. */
function tableOf(rows: number, side: number): DataFrame {
  const { normal, next, integer } = random(7, side), moved = (k: number) => side === 1 && k % 3 === 0 ? 0.3 : 0;
  const shapes = [
    () => normal(),
    () => Math.exp(normal()),
    () => next(),
    () => Math.round(1000 * Math.exp(0.5 * normal())),
  ];
  const numbers = Array.from({ length: NUMBERS }, (_, k) => {
    const shape = shapes[k % shapes.length]!;
    return pl.Series(`number_${k}`, Float64Array.from({ length: rows }, () => shape() * (1 + moved(k))));
  });
  const codes = Array.from(
    { length: CODES },
    (_, k) =>
      pl.Series(`code_${k}`, Int32Array.from({ length: rows }, () => Math.min(integer(7), next() < moved(k) ? 0 : 6))),
  );
  const texts = Array.from(
    { length: TEXTS },
    (_, k) =>
      pl.Series(`text_${k}`, Array.from({ length: rows }, () => "abcdefgh"[next() < moved(k) ? 0 : integer(8)]!)),
  );
  return pl.DataFrame([...numbers, ...codes, ...texts]);
}

async function peer(paths: readonly string[], context: Context): Promise<DriftBench["evidently"]> {
  const python = join(PROJECT, ".venv-interop/bin/python");
  try {
    await Deno.stat(python);
  } catch {
    return null;
  }
  return await said<NonNullable<DriftBench["evidently"]>>(
    python,
    ["-W", "ignore", join(PROJECT, "tasks/support/bench/evidently_peer.py"), ...paths],
    context,
  );
}

async function said<Time extends DriftTime>(
  command: string,
  args: readonly string[],
  { signal }: Context,
): Promise<Time> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args], cwd: PROJECT, signal })
    .output();
  if (!success) throw new Error(`Cannot measure ${args.at(-3)}: ${new TextDecoder().decode(stderr).slice(-800)}`);
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!) as Time;
}

/** Ingests made-up stores in a folder of its own, then monitors their newest day. */
async function timeDay(context: Context, folder: string, stores: number): Promise<DriftBench["day"]> {
  const own = await openContext({
    overrides: { dataset: "rossmann", source: "synthetic", series: stores, steps: 900 },
    workdir: join(folder, "work"),
    signal: context.signal,
  });
  await ingest(own);
  const times: number[] = [];
  for (let k = 0; k < 3; k++) {
    const started = performance.now();
    await monitor(own, { steps: 1 });
    times.push((performance.now() - started) / 1000);
  }
  const page = await timeToOpen(own.store.path(monitorKeys("rossmann").report));
  return { stores, seconds: median(times), page };
}
