// Forecast every series with the deployed model into the store; or a folder's test.csv with the newest registered one.
import { ParamsError } from "@/core/errors.ts";
import { forecast } from "@/pipeline/forecast.ts";
import { recordForecast } from "@/pipeline/model_artefact.ts";
import { resolve } from "node:path";
import { predictionsGate } from "@/pipeline/validate_predictions.ts";
import { batchForecast } from "@/serving/batch_forecast.ts";
import { keepForecasts } from "@/serving/keep_forecasts.ts";
import { predictionsOf } from "@/serving/predictions_of.ts";
import { modelLoader } from "@/serving/model/load_model.ts";
import { modelSource } from "@/serving/model/model_source.ts";
import { openForecastStore } from "@/serving/stores/open_store.ts";
import { writeAtomic } from "@/stores/mod.ts";
import { forecastPart } from "@/serving/forecast_part.ts";
import { main } from "./support/command.ts";
import { PARTITION_FLAG, partitionOf, partText } from "./support/partition.ts";

await main({
  name: "forecast",
  about:
    "Forecast every series with the deployed model, into the store that the server reads; with --out, the rows of a " +
    "folder's test.csv with the newest registered model, in Kaggle's submission format. Forecasts that break their " +
    "contract are not kept (exit 1).",
  example: "deno task forecast --dataset rossmann --source ~/rossmann --out submission.csv",
  flags: {
    ...PARTITION_FLAG,
    out: { type: "string", value: "FILE", about: "where the submission goes" },
    level: { type: "string", value: "80,95", about: "add the ends of these intervals in percent: lo-80, hi-80, …" },
    model: {
      type: "string",
      value: "FROM",
      about: "dir (default), dvc, models:/NAME/Production or models:/NAME@champion",
    },
    again: { type: "boolean", about: "forecast series that are in the store already, too" },
  },
  async run(context, values) {
    if (values["out"] !== undefined) {
      const out = resolve(String(values["out"]));
      const levels = levelsOf(values["level"]);
      const { submission, model, source, from, inputs } = await forecast(context, { levels });
      await writeAtomic(out, new Uint8Array(submission.writeCSV()));
      await recordForecast(context, model.version, out, inputs);
      const json = { dataset: context.profile.name, source, from, rows: submission.height, model, out };
      const text = `${submission.height.toLocaleString("en")} forecasts from ${from} on by ${model.name} ` +
        `version ${model.version} (${model.champion}): ${out}`;
      return { json, text };
    }
    const source = modelSource(context, values["model"] === undefined ? undefined : String(values["model"]));
    const partition = partitionOf(values);
    if (partition !== undefined) {
      await using store = openForecastStore(context);
      const part = await forecastPart(context, partition, source, { store });
      return { json: part, text: partText(part) };
    }
    using model = await modelLoader(context, source, { workers: 0 })();
    await using store = openForecastStore(context);
    const bar = context.progress("forecast");
    try {
      const gate = await predictionsGate(context);
      const done = await batchForecast(model, store, {
        now: context.now,
        accept: (part) => gate.accept(predictionsOf(model, part)),
        signal: context.signal,
        again: values["again"] === true,
        onProgress: (part, total) => bar.update(part, total),
      });
      await keepForecasts(context, model, store, await gate.close());
      const skipped = done.skipped === 0 ? "" : ` (${done.skipped} series were there already)`;
      const text = `${done.rows.toLocaleString("en")} forecasts from ${done.origin} to ${done.last} by ${done.model} ` +
        `in the ${store.kind} store${skipped}`;
      return { json: { dataset: context.profile.name, store: store.kind, ...done }, text };
    } finally {
      bar.end();
    }
  },
});

/** Levels as typed: whole percentages between 1 and 99. */
function levelsOf(text: string | boolean | undefined): number[] {
  if (text === undefined) return [];
  return [...new Set(String(text).split(",").map((word) => word.trim()))].map((word) => {
    const level = Number(word);
    if (!/^\d+$/.test(word) || level < 1 || level > 99) {
      throw new ParamsError(`Cannot use --level ${word}: expected whole percentages from 1 to 99, such as 80,95`);
    }
    return level;
  });
}
