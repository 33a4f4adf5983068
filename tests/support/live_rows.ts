/**
 * What a growing source folder holds at the moment.
 *
 * @module
 */
import { join } from "node:path";
import type { Context } from "@/pipeline/context.ts";
import { trainColumns } from "@/pipeline/simulate/inject_drift.ts";

/** Reads `train` as text: the last date in it. */
export function readLive({ dataset }: Context, folder: string): { readonly last: string } {
  const file = dataset.tables.find(({ name }) => name === "train")!.file, { date } = trainColumns(dataset);
  const [head, ...lines] = Deno.readTextFileSync(join(folder, file)).trim().split("\n");
  const at = head!.split(",").indexOf(date);
  return { last: lines.map((line) => line.split(",")[at]!).reduce((a, b) => a > b ? a : b) };
}
