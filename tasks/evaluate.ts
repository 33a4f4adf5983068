// Choose the champion on the backtest and report on the holdout.
import { evaluate } from "@/pipeline/evaluate.ts";
import { readTrained } from "@/pipeline/train.ts";
import { evaluatePart } from "@/pipeline/partitions/mod.ts";
import { main } from "./support/command.ts";
import { PARTITION_FLAG, partitionOf, partText } from "./support/partition.ts";
import { scoresTable } from "./support/summaries.ts";

await main({
  name: "evaluate",
  about: "Learn the blend, choose the champion on the earlier windows, and report every model's errors on the holdout.",
  example: "deno task evaluate --dataset rossmann --json",
  flags: PARTITION_FLAG,
  async run(context, values) {
    const partition = partitionOf(values);
    if (partition !== undefined) {
      const part = await evaluatePart(context, partition);
      return { json: part, text: partText(part) };
    }
    const { evaluation } = await evaluate(context, await readTrained(context));
    return { json: evaluation, text: `${scoresTable(evaluation)}\n\n${evaluation.reasons.join(". ")}.` };
  },
});
