/**
 * Benchmarks that are kept with the project, and the page that is made of them.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";
import { readJsonIfThere } from "@/pipeline/json_files.ts";
import { formattedMarkdown } from "../formatted_markdown.ts";
import { keep, readKept, writePart } from "../made_part.ts";
import { type DriftBench, driftPart } from "./bench_drift.ts";
import type { BenchRecord } from "./record.ts";
import { servingPart, type ServingRecord } from "./serving/bench_serving.ts";
import { benchPart } from "./summary.ts";

/** Where they are: `pipeline.json`, `contracts.json`, `drift.json`, `decisions.json`, `serving.json`, … */
export const BENCHES = "docs/benchmarks/";

/** Keeps a benchmark under a name such as `rossmann`. */
export async function keepBench(project: Store, name: string, record: unknown): Promise<void> {
  await keep(project, BENCHES, name, record);
}

/** The kept benchmarks of whole pipelines. */
export async function keptBenches(project: Store): Promise<readonly BenchRecord[]> {
  const kept = Object.values(await readKept<Partial<BenchRecord>>(project, BENCHES));
  return kept.filter((record): record is BenchRecord => Array.isArray(record.stages));
}

/** Writes what the kept benchmark of serving says into docs/serving.md, where there is one. */
export const tellServing = (project: Store): Promise<void> =>
  tellSpeed<ServingRecord>(project, "serving", "docs/serving.md", servingPart);

/** Writes what the kept benchmark of drift says into docs/monitoring.md, where there is one. */
export const tellDriftBench = (project: Store): Promise<void> =>
  tellSpeed<DriftBench>(project, "drift", "docs/monitoring.md", driftPart);

async function tellSpeed<Kept>(project: Store, name: string, page: string, partOf: (kept: Kept) => string) {
  const of = `${BENCHES}${name}.json`, record = await readJsonIfThere<Kept>(project, of);
  if (record === undefined) return;
  const text = await formattedMarkdown(partOf(record));
  await writePart(project, { page, name: "speed", of }, text.trim());
}

/** Writes what they say into docs/benchmarks.md; returns how many there are. */
export async function tellBenches(project: Store): Promise<number> {
  const kept = await keptBenches(project);
  const part = { page: "docs/benchmarks.md", name: "benchmarks", of: "docs/benchmarks" };
  await writePart(project, part, kept.map(benchPart).join("\n\n"));
  return kept.length;
}
