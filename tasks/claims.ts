// Write the README's accuracy table from the protocol's records.
import { tellDecisions } from "./support/decision_records.ts";
import { readRecords, withAccuracyTable } from "./support/records.ts";
import { main } from "./support/command.ts";
import { tellTuning } from "./support/tuning_records.ts";

await main({
  name: "claims",
  about:
    "Write the README's accuracy table, docs/decisions.md and docs/tuning.md from their records: no number lacks one.",
  example: "deno task claims",
  async run({ project }) {
    const records = await readRecords(project);
    const page = new TextDecoder().decode(await project.get("README.md"));
    const written = withAccuracyTable(page, records);
    if (written !== page) await project.put("README.md", written);
    const names = Object.keys(records), decisions = await tellDecisions(project), searches = await tellTuning(project);
    return {
      json: { records: names, decisions, searches },
      text: `README.md tells the accuracy of ${names.length} records, docs/decisions.md of ${decisions} studies, ` +
        `docs/tuning.md of ${searches} searches`,
    };
  },
});
