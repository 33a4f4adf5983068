// Hold raw tables and panel to their data contracts.
import { readIngested, readRawTables } from "@/pipeline/ingest.ts";
import { validateStage } from "@/pipeline/validate.ts";
import { main } from "./support/command.ts";
import { validateSummary } from "./support/summaries.ts";

await main({
  name: "validate",
  about:
    "Hold the raw tables and the panel to their data contracts (expectations/); exit 1 when a critical one is broken.",
  example: "deno task validate --dataset rossmann",
  async run(context) {
    const { panel } = await readIngested(context);
    const verdicts = [
      ...await validateStage(context, "raw", await readRawTables(context)),
      ...await validateStage(context, "panel", { panel: panel.frame }),
    ];
    return { json: verdicts.map(({ result }) => result), text: validateSummary(verdicts) };
  },
});
