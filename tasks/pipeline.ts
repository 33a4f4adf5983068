// Run every stage: ingest, validate, featurize, leakcheck, train, evaluate, register, report.
import { pipeline } from "@/pipeline/pipeline.ts";
import { main } from "./support/command.ts";
import { pipelineSummary } from "./support/summaries.ts";

await main({
  name: "pipeline",
  about: "Forecast a dataset from raw files to a registered model: ingest, validate, featurize, leakcheck, train, " +
    "evaluate, register, report.",
  example: "deno task pipeline --dataset walmart --source ~/walmart --as-of 2012-10-26",
  async run(context) {
    const document = await pipeline(context);
    return { json: document, text: pipelineSummary(document, context) };
  },
});
