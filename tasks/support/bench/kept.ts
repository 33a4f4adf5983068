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
export async function tellServing(project: Store): Promise<void> {
  const of = `${BENCHES}serving.json`, record = await readJsonIfThere<ServingRecord>(project, of);
  if (record === undefined) return;
  const text = await formattedMarkdown(servingPart(record));
  await writePart(project, { page: "docs/serving.md", name: "speed", of }, text.trim());
}

/** Writes what the kept benchmark of drift says into docs/monitoring.md, where there is one. */
export async function tellDriftBench(project: Store): Promise<void> {
  const of = `${BENCHES}drift.json`, record = await readJsonIfThere<DriftBench>(project, of);
  if (record === undefined) return;
  const text = await formattedMarkdown(driftPart(record));
  await writePart(project, { page: "docs/monitoring.md", name: "speed", of }, text.trim());
}

/** Writes what they say into docs/benchmarks.md; returns how many there are. */
export async function tellBenches(project: Store): Promise<number> {
  const kept = await keptBenches(project);
  const part = { page: "docs/benchmarks.md", name: "benchmarks", of: "docs/benchmarks" };
  await writePart(project, part, kept.map(benchPart).join("\n\n"));
  return kept.length;
}
