/**
 * A source folder that grows day by day: what was sold so far, and the plan of what comes.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Context } from "@/pipeline/context.ts";
import type { Taken } from "@/pipeline/ingest.ts";
import type { DriftSpec } from "@/pipeline/simulate/drift_spec.ts";
import { injectDrift, trainColumns } from "@/pipeline/simulate/inject_drift.ts";
import { addSteps } from "@/pipeline/time.ts";
import { writeFrame } from "@/stores/mod.ts";

/** Where the folder is, in the working folder: what `--source` of the other tasks takes. */
const liveFolder = (dataset: string): string => `data/live/${dataset}`;

/** A history that is told bit by bit. */
export interface LiveFolder {
  readonly folder: string;
  /** Writes what was known on the morning of a date: sales up to the day before, plans of the horizon. */
  tellUntil(date: string): Promise<void>;
  /** What was sold in a range of dates, the last excluded. */
  soldBetween(
    from: string,
    to: string,
  ): readonly { readonly unique_id: string; readonly ds: string; readonly y: number }[];
}

/** Opens the folder, with the whole history at hand; a made-up change is part of it. */
export async function openLiveFolder(context: Context, taken: Taken, drift?: DriftSpec): Promise<LiveFolder> {
  const { dataset, profile, store, params } = context, folder = liveFolder(profile.name);
  const tables = drift === undefined ? taken.tables : injectDrift(dataset, taken.tables, drift, params.seed);
  const { date, keys, target } = trainColumns(dataset), train = tables["train"]!;
  const day = pl.col(date).cast(pl.Utf8);
  const spec = (name: string) => dataset.tables.find((table) => table.name === name)!;
  const test = dataset.tables.find(({ name }) => name === "test");
  for (const file of taken.files) {
    if (file.path !== spec("train").file && file.path !== test?.file) {
      await store.put(`${folder}/${file.path}`, file.bytes);
    }
  }
  return {
    folder: store.path(folder),
    async tellUntil(until) {
      await writeFrame(store, `${folder}/${spec("train").file}`, train.filter(day.lt(pl.lit(until))));
      if (test === undefined) return;
      const end = addSteps(until, profile.horizon, profile.frequency);
      const ahead = train.filter(day.gtEq(pl.lit(until)).and(day.lt(pl.lit(end))));
      const key = `${folder}/${test.file}`;
      if (ahead.height === 0) return await store.delete(key);
      const id = test.columns.find(({ name }) => name.toLowerCase() === "id")?.name ?? "Id";
      const numbered = ahead.withColumn(pl.Series(id, Array.from({ length: ahead.height }, (_, row) => row + 1)));
      await writeFrame(
        store,
        key,
        numbered.select(...test.columns.map(({ name }) => name).filter((name) => numbered.columns.includes(name))),
      );
    },
    soldBetween(from, to) {
      const rows = train.filter(day.gtEq(pl.lit(from)).and(day.lt(pl.lit(to))).and(pl.col(target).isNotNull()));
      const series = keys.map((key) => rows.getColumn(key).toArray() as number[]);
      const days = rows.getColumn(date).cast(pl.Utf8).toArray() as string[],
        sales = rows.getColumn(target).toArray() as number[];
      return sales.map((y, row) => ({ unique_id: series.map((own) => own[row]).join("_"), ds: days[row]!, y }));
    },
  };
}
