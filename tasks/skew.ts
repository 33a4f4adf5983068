// Replay a day of served predictions through the training path: every feature must be the same.
import { GateError, ParamsError } from "@/core/errors.ts";
import { modelSource } from "@/serving/model/model_source.ts";
import { replayDay } from "@/serving/skew.ts";
import { openForecastStore } from "@/serving/stores/open_store.ts";
import { main } from "./support/command.ts";

await main({
  name: "skew",
  about: "Replay a day of served predictions through the training path, and refuse any difference in their features.",
  example: "deno task skew --day 2026-01-31",
  flags: {
    day: { type: "string", value: "DATE", about: "the day (UTC) that was served (default: today)" },
    rows: { type: "string", value: "N", about: "only the first rows of the day" },
    model: { type: "string", value: "FROM", about: "dir (default), models:/NAME/Production or models:/NAME@champion" },
  },
  async run(context, values) {
    const day = String(values["day"] ?? context.now().toString().slice(0, 10)), rows = values["rows"];
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new ParamsError(`Cannot use --day ${day}: expected YYYY-MM-DD`);
    if (rows !== undefined && !/^[1-9]\d{0,8}$/.test(String(rows))) throw new ParamsError(`Cannot use --rows ${rows}`);
    const { card } = await modelSource(context, values["model"] === undefined ? undefined : String(values["model"]))
      .read();
    await using store = openForecastStore(context);
    const report = await replayDay(context, store, card, day, rows === undefined ? {} : { limit: Number(rows) });
    const different = report.rows - report.matched;
    if (different > 0) {
      throw new GateError(
        `Served features differ from those of training in ${different} of ${report.rows} rows of ${day}`,
        report.mismatches.slice(0, 20).map(({ uniqueId, ds, served, replayed }) => ({
          check: "feature_hash",
          slice: `${uniqueId} on ${ds}`,
          passed: false,
          severity: "critical" as const,
          observed: served,
          wanted: replayed,
        })),
      );
    }
    const others = report.elsewhere === 0 ? "" : `; ${report.elsewhere} rows of another origin were left out`;
    return {
      json: report,
      text: `${report.matched} of ${report.rows} served rows of ${day} have the features of training ` +
        `(${report.builds} whole builds)${others}`,
    };
  },
});
