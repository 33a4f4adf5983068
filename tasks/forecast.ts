// Forecast the rows of a folder's test.csv with the newest registered model.
import { ParamsError } from "@/core/errors.ts";
import { forecast } from "@/pipeline/forecast.ts";
import { resolve } from "node:path";
import { writeAtomic } from "@/stores/mod.ts";
import { main } from "./support/command.ts";

await main({
  name: "forecast",
  about: "Forecast the rows of a folder's test.csv with the newest registered model, in Kaggle's submission format.",
  example: "deno task forecast --dataset rossmann --source ~/rossmann --out submission.csv",
  flags: { out: { type: "string", value: "FILE", about: "where the submission goes" } },
  async run(context, values) {
    if (values["out"] === undefined) throw new ParamsError("Cannot write the forecasts as --out FILE is missing");
    const out = resolve(String(values["out"]));
    const { submission, model, source, from } = await forecast(context);
    await writeAtomic(out, new Uint8Array(submission.writeCSV()));
    const json = { dataset: context.profile.name, source, from, rows: submission.height, model, out };
    const text = `${submission.height.toLocaleString("en")} forecasts from ${from} on by ${model.name} ` +
      `version ${model.version} (${model.champion}): ${out}`;
    return { json, text };
  },
});
