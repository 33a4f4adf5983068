// Refit the champion on everything known and register it for Staging.
import { readEvaluation } from "@/pipeline/evaluate.ts";
import { readFeatures } from "@/pipeline/featurize.ts";
import { readIngested } from "@/pipeline/ingest.ts";
import { readLeak } from "@/pipeline/leakcheck.ts";
import { everythingKnown, register } from "@/pipeline/register.ts";
import { main } from "./support/command.ts";

await main({
  name: "register",
  about: "Fit the champion on every known row, the holdout included, and register that model in stage Staging.",
  example: "deno task register --dataset rossmann",
  async run(context) {
    const ingested = await readIngested(context), everything = everythingKnown(context, await readFeatures(context));
    const { version, card } = await register(
      context,
      ingested,
      everything,
      await readEvaluation(context),
      await readLeak(context),
    );
    if (version === undefined) {
      const text = "The model waits for the MLflow server: run `deno task tracking:sync` when it is back";
      return { json: { registered: null, champion: card.champion }, text };
    }
    return {
      json: version,
      text: `${version.name} version ${version.version} is in ${version.stage}: ${version.description}`,
    };
  },
});
