/**
 * Batch forecast in parts: each part forecasts its own series, as they would be forecast beside all the others.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import { DatasetError, MissingInputError } from "@/core/errors.ts";
import type { Partition } from "@/core/partition.ts";
import type { Context } from "@/pipeline/context.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { recordForecast } from "@/pipeline/model_artefact.ts";
import { eachPart, horizonPart, type PartCard, writePart } from "@/pipeline/partitions/mod.ts";
import { predictionsGate } from "@/pipeline/validate_predictions.ts";
import { forecastsOf } from "@/serving/batch_forecast.ts";
import type { ModelSource } from "@/serving/model/load_model.ts";
import { openModel } from "@/serving/model/open_model.ts";
import { predictionsOf } from "@/serving/predictions_of.ts";
import type { ForecastStore } from "@/serving/stores/forecast_store.ts";
import { writeFrame } from "@/stores/mod.ts";

/** What made a part's forecasts. */
export interface ForecastFacts {
  /** `shelfcast-rossmann/3` */
  readonly model: string;
  readonly version: string;
  readonly origin: string;
}

/** Series per write into the store of forecasts. */
const TOGETHER = 200;

/**
 * Forecasts the series of a partition with the model that a source has.
 *
 * @param options.store Keeps the forecasts for the server, too.
 * @throws {GateError} If the forecasts break their contract; nothing is kept then.
 */
export async function forecastPart(
  context: Context,
  partition: Partition,
  source: ModelSource,
  { store }: { readonly store?: ForecastStore } = {},
): Promise<PartCard<ForecastFacts>> {
  const { profile, now, log, signal } = context;
  const verified = await source.read();
  const model = `${verified.name}/${verified.version}`;
  const table = await horizonPart(context, partition, verified.card);
  if (table === undefined) {
    const none = { model, version: verified.version, origin: "" };
    return await writePart(context.store, profile.name, "forecast", partition, undefined, none);
  }
  using served = await openModel({ ...verified, table }, { workers: 0 });
  const rows = await forecastsOf(served, served.series, now().toString());
  const frame = predictionsOf(served, rows);
  await (await predictionsGate(context)).accept(frame);
  if (store !== undefined) {
    for (let from = 0; from < served.series.length; from += TOGETHER) {
      signal.throwIfAborted();
      await store.putForecasts(rows.slice(from * served.horizon, (from + TOGETHER) * served.horizon));
    }
  }
  const facts = { model, version: verified.version, origin: served.origin };
  const card = await writePart(context.store, profile.name, "forecast", partition, frame, facts);
  log.info("forecast", { part: card.part, rows: card.rows, model });
  return card;
}

/** Joins the forecasts of all parts into the newest forecasts' file, held to their contract as a whole. */
export async function joinForecasts(context: Context, of: number): Promise<ForecastFacts & { readonly rows: number }> {
  const { profile, store, log } = context, keys = keysOf(profile.name);
  const frames: DataFrame[] = [];
  let facts: ForecastFacts | undefined;
  for await (const { card, frame } of eachPart<ForecastFacts>(store, profile.name, "forecast", of)) {
    if (frame === undefined) continue;
    facts ??= card.facts;
    if (JSON.stringify(card.facts) !== JSON.stringify(facts)) {
      throw new DatasetError(
        `Cannot join the forecasts of ${profile.name} as partition ${card.part} is by ${card.facts.model} from ` +
          `${card.facts.origin}, the first one by ${facts.model} from ${facts.origin}`,
        { dataset: profile.name },
      );
    }
    frames.push(frame);
  }
  if (facts === undefined) throw new MissingInputError("forecasts of any series", `forecast --partition 1/${of}`);
  const gate = await predictionsGate(context);
  for (const frame of frames) await gate.accept(frame);
  const all = (await gate.close())!;
  await writeFrame(store, keys.forecast, all.sort(["unique_id", "ds"]));
  await recordForecast(context, Number(facts.version), keys.forecast, [keys.panel]);
  log.info("joined", { stage: "forecast", parts: of, rows: all.height });
  return { ...facts, rows: all.height };
}
