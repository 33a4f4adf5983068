// Write the README's accuracy table from the protocol's records.
import { tellDecisions } from "./support/decision_records.ts";
import { readRecords, withAccuracyTable } from "./support/records.ts";
import { main } from "./support/command.ts";
import { tellPolicies } from "./support/policy_records.ts";
import { tellTuning } from "./support/tuning_records.ts";

await main({
  name: "claims",
  about:
    "Write the README's accuracy table and the tables of docs/decisions.md, docs/tuning.md and docs/monitoring_policies.md " +
    "from their records: no number lacks one.",
  example: "deno task claims",
  async run({ project }) {
    const records = await readRecords(project);
    const page = new TextDecoder().decode(await project.get("README.md"));
    const written = withAccuracyTable(page, records);
    if (written !== page) await project.put("README.md", written);
    const names = Object.keys(records), decisions = await tellDecisions(project), searches = await tellTuning(project);
    const policies = await tellPolicies(project);
    return {
      json: { records: names, decisions, searches, policies },
      text: `README.md tells the accuracy of ${names.length} records, docs/decisions.md of ${decisions} studies, ` +
        `docs/tuning.md of ${searches} searches, docs/monitoring_policies.md of ${policies} simulations`,
    };
  },
});
