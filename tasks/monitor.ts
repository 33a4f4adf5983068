// Ask whether the world has changed: drift that the calendar does not explain, and whether to train again.
import { ParamsError } from "@/core/errors.ts";
import { monitor } from "@/pipeline/monitor/monitor.ts";
import { openForecastStore } from "@/serving/stores/open_store.ts";
import { main } from "./support/command.ts";
import { monitorText } from "./support/monitor_text.ts";

await main({
  name: "monitor",
  about: "Compare the newest days with what the calendar lets expect; raises a flag when retraining is due. " +
    "Writes reports/<dataset>/drift_summary.json, logs/drift_logs.log and, when due, reports/<dataset>/drift_result.txt.",
  example: "deno task monitor --dataset rossmann --source ~/rossmann --json",
  flags: {
    last: { type: "string", value: "N", about: "judge the newest N steps (default: 14 days, 4 weeks)" },
  },
  async run(context, { source, last }) {
    await using store = openForecastStore(context);
    const summary = await monitor(context, {
      fresh: source !== undefined,
      log: async (from) => ({ forecasts: await store.forecastsOf({ from }), actuals: await store.actuals({ from }) }),
      ...(last === undefined ? {} : { steps: stepsOf(String(last)) }),
    });
    return { json: summary, text: monitorText(summary) };
  },
});

function stepsOf(text: string): number {
  const steps = Number(text);
  if (!/^\d+$/.test(text) || steps < 1) {
    throw new ParamsError(`Cannot judge --last ${text}: expected a whole number from 1 on`);
  }
  return steps;
}
