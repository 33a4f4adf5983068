// Report how the server was used: predictions, latency and their distribution per day and model.
import { ParamsError } from "@/core/errors.ts";
import { openForecastStore } from "@/serving/stores/open_store.ts";
import { main } from "./support/command.ts";
import { table } from "./support/terminal.ts";

await main({
  name: "predictions:analyze",
  about: "Report served predictions per day, model and route: how many, how fast, how large.",
  example: "deno task predictions:analyze --from 2026-01-01 --to 2026-01-31",
  flags: {
    from: { type: "string", value: "DATE", about: "the first day, UTC (default: a week ago)" },
    to: { type: "string", value: "DATE", about: "the last day (default: today)" },
  },
  async run(context, values) {
    const today = context.now().toString().slice(0, 10);
    const from = String(values["from"] ?? Temporal.PlainDate.from(today).subtract({ days: 7 })),
      to = String(values["to"] ?? today);
    for (const day of [from, to]) {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new ParamsError(`Cannot use the day ${day}: expected YYYY-MM-DD`);
    }
    await using store = openForecastStore(context);
    const usage = await store.usage(from, to);
    const whole = (value: number) => Math.round(value).toLocaleString("en");
    const text = usage.length === 0
      ? `Nothing was served from ${from} to ${to}: \`deno task serve\` starts a server`
      : table(
        ["day", "model", "route", "predictions", "requests", "series", "mean ms", "max ms", "mean", "least", "most"],
        usage.map((row) => [
          row.day,
          row.model,
          row.route,
          whole(row.predictions),
          whole(row.requests),
          whole(row.series),
          row.meanMs.toFixed(1),
          row.maxMs.toFixed(1),
          whole(row.meanYHat),
          whole(row.minYHat),
          whole(row.maxYHat),
        ]),
      );
    return { json: { from, to, usage }, text };
  },
});
