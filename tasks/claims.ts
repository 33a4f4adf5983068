// Write the numbers of the pages from their records, or check that they are what records say.
import type { Store } from "@/core/store.ts";
import { ParamsError } from "@/core/errors.ts";
import { readJsonIfThere } from "@/pipeline/json_files.ts";
import { tellAccuracy } from "./support/accuracy_page.ts";
import { tellBenches, tellDriftBench, tellServing } from "./support/bench/kept.ts";
import { formattedMarkdown } from "./support/formatted_markdown.ts";
import { layered } from "./support/layered_store.ts";
import { tellDecisions } from "./support/decision_records.ts";
import { claimingPages, ledgerProblems, readLedger } from "./support/ledger.ts";
import { writePart } from "./support/made_part.ts";
import { readRecords, withAccuracyTable } from "./support/records.ts";
import type { ScaleRecord } from "./support/scale/job.ts";
import { scalePage } from "./support/scale/page.ts";
import { answerText } from "./support/summaries.ts";
import { main } from "./support/command.ts";
import { tellPolicies } from "./support/policy_records.ts";
import { tellProofs } from "./support/proof_records.ts";
import { tellNumbers } from "./support/told_numbers.ts";
import { tellTuning } from "./support/tuning_records.ts";

await main({
  name: "claims",
  about:
    "Write what pages say of measurements from their records: tables, and numbers within sentences (docs/claims.json). --check writes nothing, and exits with 1 for a stale table or a number that somebody typed.",
  example: "deno task claims --check",
  flags: { check: { type: "boolean", about: "only look: exit code 1 for a stale or a hand-typed number" } },
  async run({ project }, values) {
    const check = values["check"] === true, pages = layered(project);
    const records = await readRecords(pages);
    const page = new TextDecoder().decode(await pages.get("README.md"));
    const written = withAccuracyTable(page, records);
    if (written !== page) await pages.put("README.md", written);
    const names = Object.keys(records), decisions = await tellDecisions(pages), searches = await tellTuning(pages);
    const policies = await tellPolicies(pages), trials = await tellAccuracy(pages);
    const benches = await tellBenches(pages), proofs = await tellProofs(pages);
    await tellServing(pages);
    await tellDriftBench(pages);
    await tellRun(pages);
    await tellScale(pages);
    const numbers = await tellNumbers(pages, await readLedger(pages));
    const stale = await pages.changed();
    if (!check) await pages.settle();
    const typed = await ledgerProblems(pages, await claimingPages(project));
    const problems = [
      ...check ? stale.map((key) => `${key}: it does not say what the records say; deno task claims`) : [],
      ...typed.map(({ page, problem }) => `${page}: ${problem}`),
    ];
    return {
      json: { records: names, trials, decisions, searches, policies, proofs, benches, numbers, stale, problems },
      text: [
        `README.md tells the accuracy of ${names.length} records, docs/accuracy.md of ${trials} trials, docs/decisions.md of ${decisions} studies, ` +
        `docs/tuning.md of ${searches} searches, docs/monitoring.md of ${proofs} proofs, docs/monitoring_policies.md of ${policies} simulations, docs/benchmarks.md of ${benches} ${
          benches === 1 ? "benchmark" : "benchmarks"
        }; ${numbers} numbers within sentences are theirs`,
        ...problems,
      ].join("\n"),
      ...check && problems.length > 0 && { code: 1 },
    };
  },
});

/** The README's sample of a run's end, from the metrics that are committed. */
async function tellRun(pages: Store): Promise<void> {
  const of = "metrics/rossmann.json", metrics = await readJsonIfThere<Parameters<typeof answerText>[1]>(pages, of);
  if (metrics === undefined) throw new ParamsError(`Cannot tell how good a run is: there is no ${of}`);
  const answer = answerText("rossmann", metrics);
  await writePart(pages, { page: "README.md", name: "run", of }, `\`\`\`text\n${answer}\n\`\`\``);
}

/** The whole of docs/scale.md. */
async function tellScale(pages: Store): Promise<void> {
  const record = await readJsonIfThere<ScaleRecord>(pages, "docs/scale.json");
  if (record !== undefined) await pages.put("docs/scale.md", await formattedMarkdown(scalePage(record)));
}
