// Write the numbers of the pages from their records, or check that they are what records say.
import { layered } from "./support/layered_store.ts";
import { tellDecisions } from "./support/decision_records.ts";
import { claimingPages, ledgerProblems, notedClaims } from "./support/ledger.ts";
import { readRecords, withAccuracyTable } from "./support/records.ts";
import { main } from "./support/command.ts";
import { tellPolicies } from "./support/policy_records.ts";
import { tellTuning } from "./support/tuning_records.ts";

await main({
  name: "claims",
  about:
    "Write the README's accuracy table and the tables of docs/decisions.md, docs/tuning.md and docs/monitoring_policies.md " +
    "from their records; --check writes nothing, and exits with 1 for a stale table or a number that somebody typed.",
  example: "deno task claims --check",
  flags: { check: { type: "boolean", about: "only look: exit code 1 for a stale or a hand-typed number" } },
  async run({ project }, values) {
    const check = values["check"] === true, pages = layered(project);
    const records = await readRecords(pages);
    const page = new TextDecoder().decode(await pages.get("README.md"));
    const written = withAccuracyTable(page, records);
    if (written !== page) await pages.put("README.md", written);
    const names = Object.keys(records), decisions = await tellDecisions(pages), searches = await tellTuning(pages);
    const policies = await tellPolicies(pages);
    const stale = await pages.changed();
    if (!check) { for (const key of stale) await project.put(key, (await pages.get(key))!); }
    const typed = await ledgerProblems(pages, await claimingPages(project)), noted = await notedClaims(project);
    const problems = [
      ...check ? stale.map((key) => `${key}: its tables are not what the records say; deno task claims`) : [],
      ...typed.map(({ page, problem }) => `${page}: ${problem}`),
    ];
    return {
      json: { records: names, decisions, searches, policies, stale, problems, noted },
      text: [
        `README.md tells the accuracy of ${names.length} records, docs/decisions.md of ${decisions} studies, ` +
        `docs/tuning.md of ${searches} searches, docs/monitoring_policies.md of ${policies} simulations`,
        ...problems,
        `${noted} numbers were measured once and rest on a note in docs/claims.json`,
      ].join("\n"),
      ...check && problems.length > 0 && { code: 1 },
    };
  },
});
