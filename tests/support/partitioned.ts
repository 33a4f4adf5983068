/**
 * A dataset's stages in parts, as a scheduler would run them.
 *
 * @module
 */
import { type Context, registeredName } from "@/pipeline/context.ts";
import { modelFilesOf, readCard, readIntervals } from "@/pipeline/forecast.ts";
import {
  countMonitored,
  evaluatePart,
  featureShare,
  featurizePart,
  fitKind,
  fitPooledPart,
  horizonShare,
  indexPanel,
  ingestPart,
  joinBlend,
  joinFeatures,
  joinFit,
  joinFitShares,
  joinMonitor,
  joinMonitored,
  joinPanel,
  joinScores,
  joinSummaries,
  monitorPart,
  type MonitorPartOptions,
  summarizePart,
  tellBlend,
  tellFit,
} from "@/pipeline/partitions/mod.ts";
import { forecastPart, joinForecasts } from "@/serving/forecast_part.ts";
import type { ModelSource } from "@/serving/model/load_model.ts";

/** Runs something for every part, one after the other. */
async function each(of: number, run: (partition: { index: number; of: number }) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < of; index++) await run({ index, of });
}

/** Ingest: every part, then the whole panel or its index alone. */
export async function ingestInParts(context: Context, of: number, { whole = true } = {}): Promise<void> {
  await each(of, (partition) => ingestPart(context, partition));
  await (whole ? joinPanel(context, of) : indexPanel(context, of));
}

/** Features: rounds of summaries, then every part, then the table of all. */
export async function featurizeInParts(context: Context, of: number, { whole = true } = {}): Promise<number> {
  const rounds = await rounded(async (round) => {
    await each(
      of,
      async (partition) =>
        await summarizePart(context, "features", partition, round, await featureShare(context, partition)),
    );
    return (await joinSummaries(context, "features", of, round)).complete;
  });
  await each(of, (partition) => featurizePart(context, partition));
  if (whole) await joinFeatures(context, of);
  return rounds;
}

/** A model that rests on what parts tell: every part's share, then the fit in every part, then its errors on all. */
export async function fitInParts(context: Context, model: string, of: number) {
  await each(of, (partition) => tellFit(context, model, partition));
  await joinFitShares(context, model, of);
  await each(of, (partition) => fitPooledPart(context, model, partition));
  return await joinFit(context, of, fitKind(model));
}

/** Forecasts: rounds of summaries of the horizon, then every part, then the file of all. */
export async function forecastInParts(context: Context, of: number, source: ModelSource): Promise<number> {
  const { card } = await source.read();
  const rounds = await rounded(async (round) => {
    await each(
      of,
      async (partition) =>
        await summarizePart(context, "forecast", partition, round, await horizonShare(context, partition, card)),
    );
    return (await joinSummaries(context, "forecast", of, round)).complete;
  });
  await each(of, (partition) => forecastPart(context, partition, source));
  await joinForecasts(context, of);
  return rounds;
}

/** The blend: every part's errors, then its weights. */
export async function blendInParts(context: Context, of: number) {
  await each(of, (partition) => tellBlend(context, partition));
  return await joinBlend(context, of);
}

/** Scores: every part, then all. */
export async function evaluateInParts(context: Context, of: number) {
  await each(of, (partition) => evaluatePart(context, partition));
  return await joinScores(context, of);
}

/** Monitoring: what parts have, what they keep, then the verdict on all. */
export async function monitorInParts(context: Context, of: number, options: MonitorPartOptions = {}) {
  await each(of, (partition) => countMonitored(context, partition, options));
  await joinMonitored(context, of);
  await each(of, (partition) => monitorPart(context, partition, options));
  return await joinMonitor(context, of, options);
}

async function rounded(run: (round: number) => Promise<boolean>): Promise<number> {
  for (let round = 1; round < 10; round++) if (await run(round)) return round;
  throw new Error("the summaries do not come to an end");
}

/** The newest registered version, whether the gate would accept it or not: tests train in seconds. */
export function newestVersion(context: Context): ModelSource {
  const name = registeredName(context);
  return {
    async read() {
      const version = (await context.registry.versions(name)).at(-1)!, files = await context.registry.files(version);
      return {
        name,
        version: String(version.version),
        stage: version.stage,
        source: "the newest",
        card: readCard(files["card.json"], name),
        files: modelFilesOf(files),
        approvals: [],
        intervals: readIntervals(files),
      };
    },
    peek: () => Promise.resolve(undefined),
  };
}
