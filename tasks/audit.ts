// Look at what is there by opening and running it: strengths and gaps.
import { maturity } from "@/pipeline/maturity/mod.ts";
import { main } from "./support/command.ts";
import { maturityText } from "./support/summaries.ts";

await main({
  name: "audit",
  about:
    "Open and run documentation, validation scripts, MLflow logs, model files, unit tests and CI/CD files, and say " +
    "what is strong and what is missing.",
  example: "deno task audit --workdir ~/shop",
  async run(context) {
    const reports = await maturity(context);
    return { json: reports, text: maturityText(reports) };
  },
});
