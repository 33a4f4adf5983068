// Hand the features over to a feature store.
import { readFeatures } from "@/pipeline/featurize.ts";
import { exportFeatures } from "@/pipeline/feature_store.ts";
import { main } from "./support/command.ts";

await main({
  name: "features:export",
  about:
    "Hand the features over to a feature store: a Parquet table with event timestamps, and definitions that Feast " +
    "reads (`feast apply` in data/feature_store/<dataset>).",
  example: "deno task features:export --dataset store-item",
  async run(context) {
    const done = await exportFeatures(context, await readFeatures(context));
    const text = `${done.rows.toLocaleString("en")} rows, ${done.features} features: ${done.folder}`;
    return { json: done, text };
  },
});
