// Compute the features of every step of the panel.
import { featurize } from "@/pipeline/featurize.ts";
import { readIngested } from "@/pipeline/ingest.ts";
import { featurizePart } from "@/pipeline/partitions/mod.ts";
import { main } from "./support/command.ts";
import { PARTITION_FLAG, partitionOf, partText } from "./support/partition.ts";

await main({
  name: "featurize",
  about: "Compute the features of every step of the panel, and hold them to their data contract.",
  example: "deno task featurize --dataset store-item",
  flags: PARTITION_FLAG,
  async run(context, values) {
    const partition = partitionOf(values);
    if (partition !== undefined) {
      const part = await featurizePart(context, partition);
      return { json: part, text: partText(part) };
    }
    const table = await featurize(context, (await readIngested(context)).panel);
    const { frame: { height: rows }, features, origin, horizon } = table;
    const json = { dataset: context.profile.name, rows, features: features.map(({ name }) => name), origin, horizon };
    return {
      json,
      text: `${rows.toLocaleString("en")} rows, ${features.length} features, blocks aligned to ${origin}`,
    };
  },
});
