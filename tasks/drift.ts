// Compare two tables: has the world changed between them?
import { ParamsError } from "@/core/errors.ts";
import { driftBetween } from "@/pipeline/drift.ts";
import { main } from "./support/command.ts";
import { driftText } from "./support/drift_text.ts";

await main({
  name: "drift",
  about: "Compare a table with a reference, column by column; CSV or Parquet.",
  example: "deno task drift --reference last_year.csv --current this_year.csv --preset evidently --json",
  flags: {
    reference: { type: "string", value: "FILE", about: "the table to compare with" },
    current: { type: "string", value: "FILE", about: "the table to judge" },
    preset: { type: "string", value: "NAME", about: "evidently (default) or steady" },
  },
  run(_context, { reference, current, preset = "evidently" }) {
    if (reference === undefined || current === undefined) {
      throw new ParamsError("Cannot compare tables as both --reference FILE and --current FILE are needed");
    }
    const drift = driftBetween(String(reference), String(current), { preset: String(preset) });
    return Promise.resolve({ json: drift, text: driftText(drift) });
  },
});
