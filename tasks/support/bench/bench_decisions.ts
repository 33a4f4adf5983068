/**
 * How fast forecasts are made to add up, and how fast the page Decisions answers.
 *
 * @module
 */
import { join } from "node:path";
import { random } from "@/core/random.ts";
import { addUp, hierarchyByColumns, reconcile, RECONCILIATIONS } from "@/evaluation/mod.ts";
import { type Context, openContext } from "@/pipeline/context.ts";
import { decide } from "@/pipeline/decisions/decide.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { createApp } from "@/serving/app.ts";
import { registrySource } from "@/serving/model/registry_source.ts";
import { closeServices, openServices } from "@/serving/serve.ts";
import type { FlagValues } from "../command.ts";
import { table } from "../terminal.ts";
import { machine } from "./machine.ts";
import { median } from "./statistics.ts";

/** The record of such a benchmark. */
export interface DecisionsBench {
  readonly time: string;
  readonly machine: ReturnType<typeof machine>;
  /** Way → seconds for all series and steps, the middle of the repetitions. */
  readonly reconcile: Readonly<Record<string, number>>;
  readonly series: number;
  readonly steps: number;
  readonly aggregates: number;
  /** Milliseconds: the first answer after a start, the middle and the slowest of the others, and another slider's place. */
  readonly page: {
    readonly series: number;
    readonly first: number;
    readonly middle: number;
    readonly slowest: number;
    readonly slider: number;
  };
}

/** As many series, steps, departments' stores and types as the Walmart data have. */
const SERIES = 3331, STEPS = 13, STORES = 45, TYPES = 3;
/** As many stores as Rossmann has, for the page; and answers that are timed. */
const SHOPS = 1115, ANSWERS = 20;

/** Measures reconciliation on made-up forecasts, and the page on a model of the embedded data. */
export async function benchDecisions(
  context: Context,
  values: FlagValues,
): Promise<{ readonly record: DecisionsBench; readonly text: string }> {
  const quick = values["quick"] === true;
  const { seconds, aggregates } = timeReconciliations(quick ? 2 : 5);
  const record: DecisionsBench = {
    time: context.now().toString(),
    machine: machine(),
    reconcile: seconds,
    series: SERIES,
    steps: STEPS,
    aggregates,
    page: await timePage(context, quick ? 100 : SHOPS),
  };
  const { page } = record;
  const text = [
    `${SERIES} series, ${STEPS} steps, ${aggregates} aggregates on 3 levels above, made to add up:`,
    table(["way", "seconds"], Object.entries(seconds).map(([way, value]) => [way, value.toFixed(3)])),
    `The page Decisions, ${page.series} stores: ${page.middle.toFixed(0)} ms (slowest ${
      page.slowest.toFixed(0)
    }; first ` +
    `after a start ${page.first.toFixed(0)}), another place of the slider ${page.slider.toFixed(0)} ms`,
  ].join("\n\n");
  return { record, text };
}

function timeReconciliations(repetitions: number) {
  const { normal, next } = random(1);
  const series = Array.from({ length: SERIES }, (_, k) => ({
    id: String(k),
    is: { type: `type ${(k % STORES) % TYPES}`, store: `store ${k % STORES}` },
  }));
  const hierarchy = hierarchyByColumns(series, ["type", "store"]);
  const bottom = series.map(() => Float64Array.from({ length: STEPS }, () => 100 * next()));
  const base = addUp(hierarchy, bottom).map((own) => own.map((value) => value * (1 + 0.1 * normal())));
  const errors = hierarchy.nodes.map(() => Float64Array.from({ length: 4 * STEPS }, () => 10 * normal()));
  const sizes = { past: errors.map((own) => own.map(() => 50 + 50 * next())), ahead: base };
  const seconds = Object.fromEntries(RECONCILIATIONS.map((way) => {
    const times = Array.from({ length: repetitions }, () => {
      const started = performance.now();
      reconcile(hierarchy, base, way, { errors, sizes, allowsNegative: false });
      return (performance.now() - started) / 1000;
    });
    return [way, median(times)];
  }));
  return { seconds, aggregates: hierarchy.aggregates };
}

/** Trains a small model of many stores in a folder of its own, and asks the page for them. */
async function timePage(context: Context, series: number): Promise<DecisionsBench["page"]> {
  const folder = await Deno.makeTempDir({ prefix: "shelfcast-bench-" });
  try {
    const opened = await openContext({
      overrides: {
        dataset: "rossmann",
        source: "synthetic",
        series,
        steps: 420,
        windows: 2,
        models: ["seasonal_naive", "lightgbm"],
      },
      workdir: join(folder, "work"),
      signal: context.signal,
      progress: context.progress,
    });
    const lightgbm = { ...opened.choices.regressors["lightgbm"], rounds: 30 };
    const own = { ...opened, choices: { ...opened.choices, regressors: { lightgbm } } };
    await pipeline(own);
    await decide(own);
    const services = openServices(own, { source: registrySource(own, { unapproved: true }), workers: 1 });
    try {
      await services.models.swap();
      const app = createApp(services);
      const time = async (path: string) => {
        const started = performance.now(), answer = await app.request(path), page = await answer.text();
        if (answer.status !== 200 || !page.includes("From the total")) {
          throw new Error(`${path} answered ${answer.status}`);
        }
        return performance.now() - started;
      };
      const first = await time("/dashboard/decisions"), times: number[] = [];
      for (let k = 0; k < ANSWERS; k++) times.push(await time("/dashboard/decisions"));
      const slider = await time("/dashboard/decisions?service=93");
      return { series, first, middle: median(times), slowest: Math.max(...times), slider };
    } finally {
      await closeServices(services);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
