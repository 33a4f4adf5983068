// Ask whether the world has changed: drift that the calendar does not explain, and whether to train again.
import { monitor } from "@/pipeline/monitor/monitor.ts";
import { monitorPart } from "@/pipeline/partitions/mod.ts";
import { openForecastStore } from "@/serving/stores/open_store.ts";
import { main } from "./support/command.ts";
import { monitorText } from "./support/monitor_text.ts";
import { LAST_FLAG, monitorOptions } from "./support/monitored.ts";
import { PARTITION_FLAG, partitionOf, partText } from "./support/partition.ts";

await main({
  name: "monitor",
  about: "Compare the newest days with what the calendar lets expect; raises a flag when retraining is due. " +
    "Writes reports/<dataset>/drift_summary.json, logs/drift_logs.log and, when due, reports/<dataset>/drift_result.txt.",
  example: "deno task monitor --dataset rossmann --source ~/rossmann --json",
  flags: { ...PARTITION_FLAG, ...LAST_FLAG },
  async run(context, values) {
    await using store = openForecastStore(context);
    const options = monitorOptions(values, store), partition = partitionOf(values);
    if (partition !== undefined) {
      const part = await monitorPart(context, partition, options);
      return { json: part, text: partText(part) };
    }
    const summary = await monitor(context, { fresh: values["source"] !== undefined, ...options });
    return { json: summary, text: monitorText(summary) };
  },
});
