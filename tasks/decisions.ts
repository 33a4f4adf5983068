// Tell what errors cost, what each step of the process is worth, and make forecasts add up.
import papaparse from "papaparse";
import { ParamsError } from "@/core/errors.ts";
import { type Hierarchy, hierarchyOf } from "@/evaluation/mod.ts";
import { decide, decideProtocol } from "@/pipeline/decisions/decide.ts";
import { type FlagValues, main } from "./support/command.ts";
import { decisionSummary, keepDecisions } from "./support/decision_records.ts";

await main({
  name: "decisions",
  about: "Tell what errors cost, which series cost most and why, and make forecasts add up from series to total.",
  example: "deno task decisions --dataset rossmann",
  flags: {
    protocol: {
      type: "boolean",
      about: "study the forecasts of the whole protocol, as `deno task backtest` makes them",
    },
    origins: { type: "string", value: "N|DATES", about: "with --protocol: origins before the holdout, or their dates" },
    hierarchy: { type: "string", value: "FILE", about: "a CSV of node,parent instead of the columns in params.yaml" },
    record: { type: "string", value: "NAME", about: "keep the record in docs/decisions, for docs/decisions.md" },
  },
  async run(context, values) {
    const hierarchy = values["hierarchy"] === undefined ? {} : { hierarchy: await readHierarchy(values["hierarchy"]) };
    const record = values["protocol"] === true
      ? await decideProtocol(context, { ...hierarchy, origins: originsOf(values) })
      : await decide(context, hierarchy);
    if (values["record"] !== undefined) await keepDecisions(context.project, String(values["record"]), record);
    return { json: record, text: decisionSummary(record) };
  },
});

/** Reads a table of nodes and their parents; the top has an empty parent. */
async function readHierarchy(file: string | boolean): Promise<Hierarchy> {
  let text: string;
  try {
    text = await Deno.readTextFile(String(file));
  } catch (error) {
    throw new ParamsError(`Cannot read the hierarchy ${file}: ${(error as Error).message}`);
  }
  const { data, meta } = papaparse.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  const missing = ["node", "parent"].filter((name) => !meta.fields?.includes(name));
  if (missing.length > 0) {
    throw new ParamsError(
      `Cannot read the hierarchy ${file} as it must have the columns node and parent: found ${
        meta.fields?.join(", ") || "none"
      }`,
    );
  }
  return hierarchyOf(data.map(({ node, parent }) => ({
    node: (node ?? "").trim(),
    parent: (parent ?? "").trim() === "" ? null : parent!.trim(),
  })));
}

function originsOf({ origins = "6" }: FlagValues): number | string[] {
  const text = String(origins);
  if (/^\d{1,2}$/.test(text)) return Number(text);
  return text.split(",").map((date) => date.trim());
}
