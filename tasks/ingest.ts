// Fetch raw files and lay them out as a panel.
import { ingest } from "@/pipeline/ingest.ts";
import { main } from "./support/command.ts";
import { ingestSummary } from "./support/summaries.ts";

await main({
  name: "ingest",
  about: "Fetch raw files into data/raw, record where they came from, and lay them out as a panel.",
  example: "deno task ingest --dataset rossmann --source kaggle",
  async run(context) {
    const { card } = await ingest(context);
    return { json: card, text: ingestSummary(card) };
  },
});
