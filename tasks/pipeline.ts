// Run every stage: ingest, validate, featurize, leakcheck, train, evaluate, register, report.
import { pipeline } from "@/pipeline/pipeline.ts";
import { main } from "./support/command.ts";
import { QUARANTINE_FLAGS, quarantineOf } from "./support/quarantine.ts";
import { pipelineSummary } from "./support/summaries.ts";

await main({
  name: "pipeline",
  about: "Forecast a dataset from raw files to a registered model: ingest, validate, featurize, leakcheck, train, " +
    "evaluate, register, report.",
  example: "deno task pipeline --dataset walmart --source ~/walmart --as-of 2012-10-26",
  flags: QUARANTINE_FLAGS,
  async run(context, values) {
    const document = await pipeline(context, { quarantine: quarantineOf(values) });
    return { json: document, text: pipelineSummary(document, context) };
  },
});
