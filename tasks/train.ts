// Fit every model at each origin and forecast the window that follows it.
import { readFeatures } from "@/pipeline/featurize.ts";
import { readIngested } from "@/pipeline/ingest.ts";
import { train } from "@/pipeline/train.ts";
import { main } from "./support/command.ts";
import { trainSummary } from "./support/summaries.ts";

await main({
  name: "train",
  about: "Fit every model at each backtest origin and at the holdout's, record the run, and forecast what follows.",
  example: "deno task train --dataset walmart --models seasonal_naive,lightgbm",
  async run(context) {
    const { card } = await train(context, await readIngested(context), await readFeatures(context));
    return { json: card, text: trainSummary(card) };
  },
});
