// Fetch raw files and lay them out as a panel.
import { ingest } from "@/pipeline/ingest.ts";
import { ingestPart } from "@/pipeline/partitions/mod.ts";
import { main } from "./support/command.ts";
import { PARTITION_FLAG, partitionOf, partText } from "./support/partition.ts";
import { ingestSummary } from "./support/summaries.ts";

await main({
  name: "ingest",
  about: "Fetch raw files into data/raw, record where they came from, and lay them out as a panel.",
  example: "deno task ingest --dataset rossmann --source kaggle",
  flags: PARTITION_FLAG,
  async run(context, values) {
    const partition = partitionOf(values);
    if (partition !== undefined) {
      const part = await ingestPart(context, partition);
      return { json: part, text: partText(part) };
    }
    const { card } = await ingest(context);
    return { json: card, text: ingestSummary(card) };
  },
});
