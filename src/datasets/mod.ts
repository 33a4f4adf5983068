/**
 * The datasets: what is true of each, how its raw files become a panel, and how to make files like them.
 *
 * @module
 */
import type { Dataset } from "@/core/dataset.ts";
import { ownDatasets } from "@/datasets/own_datasets.ts";
import { rossmann } from "@/datasets/rossmann.ts";
import { storeItem } from "@/datasets/store_item.ts";
import { walmart } from "@/datasets/walmart.ts";

export { inferDataset, type InferOptions, type Inferred, readTexts } from "@/datasets/infer_dataset.ts";
export { joinNotes } from "@/datasets/join_notes.ts";
export { type OwnColumn, ownDataset, type OwnDescription } from "@/datasets/own_dataset.ts";
export { isOwn, ownFolder } from "@/datasets/own_datasets.ts";
export { readSome, type ReadSomeOptions } from "@/datasets/read_some.ts";
export { type RawFile, readTable } from "@/datasets/read_table.ts";

/** Every dataset, by the name it has on the command line. */
export const datasets: Readonly<Record<string, Dataset>> = Object.fromEntries(
  [rossmann, walmart, storeItem, ...ownDatasets()].map((dataset) => [dataset.profile.name, dataset]),
);
