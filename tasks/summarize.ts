// Tell what a part of the series knows of statistics over all of them.
import { ParamsError } from "@/core/errors.ts";
import {
  countMonitored,
  featureShare,
  horizonShare,
  pooledModels,
  summarizePart,
  tellBlend,
  tellFit,
} from "@/pipeline/partitions/mod.ts";
import { modelSource } from "@/serving/model/model_source.ts";
import { openForecastStore } from "@/serving/stores/open_store.ts";
import { main } from "./support/command.ts";
import { LAST_FLAG, monitorOptions } from "./support/monitored.ts";
import { fitModelOf, PARTITION_FLAG, partitionOf, partText, SUMMARY_FLAGS, summaryOf } from "./support/partition.ts";

await main({
  name: "summarize",
  about: "Tell what a part of the series knows of statistics over all of them (sums that can be joined), before " +
    "`merge --stage summarize`; some rest on others, so go on with the next round until merge says that everything was told.",
  example: "deno task summarize --dataset store-item --partition 3/8 --round 1",
  flags: {
    ...PARTITION_FLAG,
    ...SUMMARY_FLAGS,
    ...LAST_FLAG,
    model: {
      type: "string",
      value: "FROM",
      about: `with --for forecast: the model, as the task forecast has it; with --for fit: ${pooledModels.join(", ")}`,
    },
  },
  async run(context, values) {
    const partition = partitionOf(values), { what, round } = summaryOf(values);
    if (partition === undefined) throw new ParamsError("Cannot summarize as --partition I/N is missing: such as 3/8");
    if (what === "monitor") {
      await using store = openForecastStore(context);
      const counted = await countMonitored(context, partition, monitorOptions(values, store));
      return { json: counted, text: partText(counted) };
    }
    if (what === "evaluate") {
      const card = await tellBlend(context, partition);
      return { json: card, text: partText(card) };
    }
    if (what === "fit") {
      const card = await tellFit(context, fitModelOf(values), partition);
      return { json: card, text: partText(card) };
    }
    const from = values["model"] === undefined ? undefined : String(values["model"]);
    const share = what === "features"
      ? await featureShare(context, partition)
      : await horizonShare(context, partition, (await modelSource(context, from).read()).card);
    const card = await summarizePart(context, what, partition, round, share);
    return { json: card, text: partText(card) };
  },
});
