/**
 * Suites over a table that is read from a file: what a team waits for.
 *
 * @module
 */
import { parseSuite, runSuite } from "@/checks/mod.ts";
import { readTableFile } from "@/stores/mod.ts";
import type { ContractsJob, Measured } from "./job.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** Runs each suite several times; the first of them warms up as much as any. */
export async function measureContracts(clock: Stopwatch, job: ContractsJob): Promise<Measured["facts"]> {
  const table = readTableFile(job.table);
  const suites = { few: job.few, many: job.many };
  let verdicts = "";
  for (const [name, path] of Object.entries(suites)) {
    const suite = parseSuite(await Deno.readTextFile(path), path);
    for (let run = 0; run < job.runs; run++) {
      const { results } = await clock.time(`${name} ${run}`, () => runSuite(table, suite));
      if (name === "few") verdicts = results.map(({ success }) => Number(success)).join("");
    }
  }
  return { rows: table.height, columns: table.width, verdicts };
}
