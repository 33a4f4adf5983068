// One HTML file that forecasts stores by itself: for a laptop without a network.
import { resolve } from "node:path";
import { ParamsError } from "@/core/errors.ts";
import { exportWhatIf } from "@/serving/takeaway/export_what_if.ts";
import { modelSource } from "@/serving/model/model_source.ts";
import { writeAtomic } from "@/stores/mod.ts";
import { main } from "./support/command.ts";

await main({
  name: "whatif:export",
  about:
    "Write one HTML file that forecasts the given stores by itself, with the numbers of the server, also under another plan.",
  example: "deno task whatif:export --dataset rossmann --stores 1,2 --out stores.html",
  flags: {
    stores: { type: "string", value: "ID,ID", about: "the series (default: the first)" },
    out: { type: "string", value: "FILE", about: "where the page goes (default: reports/<dataset>/whatif.html)" },
    model: {
      type: "string",
      value: "FROM",
      about: "dir (default), dvc, models:/NAME/Production or models:/NAME@champion",
    },
  },
  async run(context, values) {
    const { store, profile } = context;
    const source = modelSource(context, values["model"] === undefined ? undefined : String(values["model"]));
    const ids = values["stores"] === undefined ? undefined : String(values["stores"]).split(",").map((id) => id.trim());
    if (ids?.some((id) => id === "")) throw new ParamsError(`Cannot use --stores ${values["stores"]}: an id is empty`);
    const { page, ...facts } = await exportWhatIf(context, source, ids);
    const out = values["out"] === undefined
      ? store.path(`reports/${profile.name}/whatif.html`)
      : resolve(String(values["out"]));
    await writeAtomic(out, page);
    const megabytes = (page.length / 1e6).toFixed(1);
    return {
      json: { ...facts, bytes: page.length, out },
      text: `${facts.series.join(", ")} by ${facts.model}, ${megabytes} MB: ${out}\n` +
        `${facts.plans} plans forecast the same here and there` +
        `${facts.largestDifference === 0 ? ", bit for bit" : `, up to ${facts.largestDifference.toExponential(1)}`}`,
    };
  },
});
