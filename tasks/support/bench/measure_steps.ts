/**
 * The pipeline's own steps up to the leak proof, with all that they read and write.
 *
 * @module
 */
import type { Context } from "@/pipeline/context.ts";
import { featurize } from "@/pipeline/featurize.ts";
import { ingest } from "@/pipeline/ingest.ts";
import { leakcheck } from "@/pipeline/leakcheck.ts";
import { validateStage } from "@/pipeline/validate.ts";
import type { Measured } from "./job.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** Runs the steps in the context's working folder. */
export async function measureSteps(context: Context, clock: Stopwatch): Promise<Measured["facts"]> {
  const { panel, tables, card } = await clock.time("ingest", () => ingest(context));
  await clock.time("validate", async () => {
    await validateStage(context, "raw", tables);
    await validateStage(context, "panel", { panel: panel.frame });
  });
  await clock.time("featurize", () => featurize(context, panel));
  const { checked } = await clock.time("leakcheck", () => leakcheck(context, panel));
  return { rows: card.rows, series: card.series, features: checked };
}
