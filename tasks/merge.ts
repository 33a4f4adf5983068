// Join what the partitions of a stage have made.
import { ParamsError } from "@/core/errors.ts";
import { didYouMean } from "@/core/names.ts";
import type { Context } from "@/pipeline/context.ts";
import {
  fitKind,
  indexPanel,
  joinBlend,
  joinFeatures,
  joinFit,
  joinFitShares,
  joinMonitor,
  joinMonitored,
  joinPanel,
  joinScores,
  joinSummaries,
  PARTITIONED,
  type PartitionedStage,
  pooledModels,
} from "@/pipeline/partitions/mod.ts";
import { joinForecasts } from "@/serving/forecast_part.ts";
import { openForecastStore } from "@/serving/stores/open_store.ts";
import { type FlagValues, main, type Outcome } from "./support/command.ts";
import { monitorText } from "./support/monitor_text.ts";
import { LAST_FLAG, monitorOptions } from "./support/monitored.ts";
import { FIT_FLAG, fitModelOf, partsOf, SUMMARY_FLAGS, summaryOf } from "./support/partition.ts";
import { ingestSummary } from "./support/summaries.ts";

const count = (value: number) => value.toLocaleString("en");

type Join = (context: Context, of: number, values: FlagValues) => Promise<Outcome>;

const JOIN: Readonly<Record<PartitionedStage, Join>> = {
  async ingest(context, of, values) {
    if (values["index"]) {
      const index = await indexPanel(context, of);
      return { json: index, text: `${count(index.rows)} rows of ${count(index.series)} series in ${of} partitions` };
    }
    const { card } = await joinPanel(context, of);
    return { json: card, text: ingestSummary(card) };
  },
  async summarize(context, of, values) {
    const { what, round } = summaryOf(values);
    if (what === "monitor") {
      const joined = await joinMonitored(context, of);
      return {
        json: { ...joined, complete: true },
        text: `${count(joined.series)} series counted; everything was told`,
      };
    }
    if (what === "evaluate") {
      const joined = await joinBlend(context, of), { members } = joined.options;
      return { json: { ...joined, complete: true }, text: `the blend of ${members.join(" and ")} is learnt` };
    }
    if (what === "fit") {
      const joined = await joinFitShares(context, fitModelOf(values), of);
      const text = `${joined.model} can be fitted: ${count(joined.rows)} rows stand for ${count(joined.learnt)}`;
      return { json: { ...joined, complete: true }, text };
    }
    const joined = await joinSummaries(context, what, of, round);
    const next = joined.complete ? "everything was told" : `go on with --round ${round + 1}`;
    return { json: joined, text: `round ${round} for ${what}: ${count(joined.rows)} rows; ${next}` };
  },
  async featurize(context, of) {
    const { frame: { height: rows }, features, origin } = await joinFeatures(context, of);
    return {
      json: { rows, features: features.length, origin },
      text: `${count(rows)} rows, ${features.length} features`,
    };
  },
  async forecast(context, of) {
    const joined = await joinForecasts(context, of);
    return { json: joined, text: `${count(joined.rows)} forecasts from ${joined.origin} by ${joined.model}` };
  },
  async fit(context, of, values) {
    const model = fitModelOf(values), { metric } = context.profile;
    const joined = await joinFit(context, of, pooledModels.includes(model) ? fitKind(model) : "fit");
    const text = `one model of ${of} machines, ${count(joined.rows)} rows: ${metric} ${
      joined.scores[metric]
    } on the holdout`;
    return { json: joined, text };
  },
  async evaluate(context, of) {
    const joined = await joinScores(context, of);
    return { json: joined, text: `${count(joined.rows)} rows scored in ${of} partitions, run ${joined.run}` };
  },
  async monitor(context, of, values) {
    await using store = openForecastStore(context);
    const summary = await joinMonitor(context, of, monitorOptions(values, store));
    return { json: summary, text: monitorText(summary) };
  },
};

await main({
  name: "merge",
  about: "Join what the partitions of a stage have made, into what the stage makes of all series at once, bit for bit.",
  example: "deno task merge --dataset store-item --stage ingest --parts 8",
  flags: {
    stage: { type: "string", value: "STAGE", about: PARTITIONED.join(", ") },
    parts: { type: "string", value: "N", about: "how many partitions there are" },
    ...SUMMARY_FLAGS,
    ...FIT_FLAG,
    ...LAST_FLAG,
    index: {
      type: "boolean",
      about: "with --stage ingest: only what partitions must know of one another, not the whole panel",
    },
  },
  async run(context, values) {
    if (values["stage"] === undefined) {
      throw new ParamsError(`Cannot merge as --stage STAGE is missing: one of ${PARTITIONED.join(", ")}`);
    }
    const stage = PARTITIONED.find((one) => one === values["stage"]);
    if (stage === undefined) {
      throw new ParamsError(
        `Cannot merge --stage ${values["stage"]}: ${didYouMean(String(values["stage"]), PARTITIONED)}`,
      );
    }
    return await JOIN[stage](context, partsOf(values), values);
  },
});
