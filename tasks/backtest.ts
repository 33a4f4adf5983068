// Run the whole protocol: rolling origins, the holdout, several seeds.
import { ParamsError } from "@/core/errors.ts";
import { backtest } from "@/pipeline/backtest/backtest.ts";
import { type FlagValues, main } from "./support/command.ts";
import { protocolSummary } from "./support/protocol_summary.ts";
import { keepRecord, TRIALS } from "./support/records.ts";

await main({
  name: "backtest",
  about: "Forecast from several origins with several seeds; a run that was stopped goes on where it was.",
  example: "deno task backtest --dataset walmart --origins 6 --seeds 3",
  flags: {
    origins: { type: "string", value: "N|DATES", about: "origins before the holdout, or their dates: 2015-02-14,…" },
    seeds: { type: "string", value: "N", about: "seeds of every model that has chance in it (default 3)" },
    record: { type: "string", value: "NAME", about: "keep the record in docs/records, for the README's table" },
    trial: {
      type: "string",
      value: "NAME",
      about: "keep the record in docs/trials, for the tables of docs/accuracy.md",
    },
  },
  async run(context, values) {
    const record = await backtest(context, {
      origins: originsOf(values),
      seeds: count("seeds", values["seeds"] ?? "3"),
    });
    if (values["record"] !== undefined) await keepRecord(context.project, String(values["record"]), record);
    if (values["trial"] !== undefined) await keepRecord(context.project, String(values["trial"]), record, TRIALS);
    return { json: record, text: protocolSummary(record) };
  },
});

function originsOf({ origins = "6" }: FlagValues): number | string[] {
  const text = String(origins);
  return /^\d+$/.test(text) ? count("origins", text) : text.split(",").map((date) => date.trim());
}

function count(flag: string, text: string | boolean): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= (flag === "seeds" ? 1 : 0) && value <= 100) return value;
  throw new ParamsError(
    `Cannot use --${flag} ${text}: expected a whole number from ${flag === "seeds" ? 1 : 0} to 100`,
  );
}
