// Prove that no feature peeks past its origin.
import { readIngested } from "@/pipeline/ingest.ts";
import { leakcheck } from "@/pipeline/leakcheck.ts";
import { main } from "./support/command.ts";

await main({
  name: "leakcheck",
  about:
    "Put noise in place of everything observed after the origin, rebuild the features, and demand the same bits; " +
    "exit 1 names every feature that peeks.",
  example: "deno task leakcheck --dataset rossmann",
  async run(context) {
    const record = await leakcheck(context, (await readIngested(context)).panel);
    const { checked, series, origins } = record;
    return {
      json: record,
      text: `${checked} features are leak proof: ${series} series, origins ${origins.join(" and ")}`,
    };
  },
});
