// Choose the champion on the backtest and report on the holdout.
import { evaluate } from "@/pipeline/evaluate.ts";
import { readTrained } from "@/pipeline/train.ts";
import { main } from "./support/command.ts";
import { scoresTable } from "./support/summaries.ts";

await main({
  name: "evaluate",
  about: "Learn the blend, choose the champion on the earlier windows, and report every model's errors on the holdout.",
  example: "deno task evaluate --dataset rossmann --json",
  async run(context) {
    const { evaluation } = await evaluate(context, await readTrained(context));
    return { json: evaluation, text: `${scoresTable(evaluation)}\n\n${evaluation.reasons.join(". ")}.` };
  },
});
