/**
 * Ingests and featurizes synthetic series in a process of its own, so that its peak of memory is that of this work alone.
 *
 * ```text
 * deno run -A --v8-flags=--expose-gc tests/soak/scaling_child.ts DATASET SERIES STEPS WORKDIR
 * ```
 *
 * @module
 */
import pl from "nodejs-polars";
import { openContext } from "@/pipeline/context.ts";
import { featurize } from "@/pipeline/featurize.ts";
import { ingest } from "@/pipeline/ingest.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { peakRssMb } from "@/pipeline/peak_rss.ts";
import { FAST_PARAMS } from "../support/workdir.ts";

/** What the child prints as JSON. */
export interface Measured {
  readonly series: number;
  /** Rows and steps with a known target, of the panel. */
  readonly rows: number;
  readonly known: number;
  readonly featureRows: number;
  readonly features: number;
  /** Of the two Parquet files. */
  readonly panelBytes: number;
  readonly featureBytes: number;
  /** Rows in which a frozen lag is not what the panel says; and rows in which it could be looked up. */
  readonly wrong: number;
  readonly checked: number;
  readonly peakRssMb: number;
  readonly seconds: number;
}

if (import.meta.main) {
  const [dataset = "", series = "", steps = "", workdir = ""] = Deno.args;
  const overrides = { dataset, source: "synthetic", series: Number(series), steps: Number(steps) };
  const context = await openContext({ overrides, workdir, paramsFile: FAST_PARAMS });
  const started = performance.now();
  const { panel, card } = await ingest(context);
  // As the pipeline does between its stages.
  releaseMemory();
  const table = await featurize(context, panel);
  const seconds = (performance.now() - started) / 1000;
  const peak = peakRssMb();
  // The sales of the promotion's day a week ago, say: any lag will do that shifts a known column within its series.
  const before = pl.col("promo").shift(7).over("unique_id").alias("before");
  const looked = panel.frame.select(before).withColumn(table.frame.getColumn("promo_lag7").alias("lag"))
    .filter(pl.col("before").isNotNull());
  const keys = keysOf(dataset), bytes = async (key: string) => (await Deno.stat(context.store.path(key))).size;
  const measured: Measured = {
    series: card.series,
    rows: card.rows,
    known: panel.frame.getColumn("y").dropNulls().length,
    featureRows: table.frame.height,
    features: table.features.length,
    panelBytes: await bytes(keys.panel),
    featureBytes: await bytes(keys.features),
    wrong: looked.filter(pl.col("before").cast(pl.Float32).neq(pl.col("lag"))).height,
    checked: looked.height,
    peakRssMb: peak,
    seconds,
  };
  // deno-lint-ignore no-console -- the parent reads it
  console.log(JSON.stringify(measured));
}
