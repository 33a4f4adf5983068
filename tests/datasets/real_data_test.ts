/**
 * The real files, where the environment variable SHELFCAST_DATA names a folder with rossmann/, walmart/, store-item/.
 */
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import type { Dataset, RawTables } from "@/core/dataset.ts";
import { datasets, type RawFile, readTable } from "@/datasets/mod.ts";

const root = Deno.env.get("SHELFCAST_DATA");
const folders = new Set(root === undefined ? [] : Array.from(Deno.readDirSync(root), (entry) => entry.name));

/** The files of a folder that a table's pattern names. */
function filesOf(folder: string, pattern: string): readonly RawFile[] {
  const slash = pattern.lastIndexOf("/");
  const inside = slash < 0 ? folder : `${folder}/${pattern.slice(0, slash)}`;
  const [before = "", after] = pattern.slice(slash + 1).split("*");
  try {
    return Array.from(Deno.readDirSync(inside), (entry) => entry.name)
      .filter((name) => after === undefined ? name === before : name.startsWith(before) && name.endsWith(after))
      .sort()
      .map((name) => ({ path: pattern.slice(0, slash + 1) + name, bytes: Deno.readFileSync(`${inside}/${name}`) }));
  } catch {
    return [];
  }
}

function rawOf(dataset: Dataset): RawTables {
  return Object.fromEntries(dataset.tables.flatMap((spec) => {
    const files = filesOf(`${root}/${dataset.profile.name}`, spec.file);
    return files.length === 0 ? [] : [[spec.name, readTable(files, spec, dataset.profile.name)]];
  }));
}

describe("the real files", () => {
  for (const dataset of Object.values(datasets)) {
    const { profile } = dataset;
    const reason = root === undefined
      ? "SHELFCAST_DATA is not set"
      : folders.has(profile.name)
      ? undefined
      : `${root} has no folder ${profile.name}`;
    const title = `of ${profile.name} become a regular panel that keeps every target`;
    it(reason === undefined ? title : `${title} (skipped: ${reason})`, { skip: reason !== undefined }, () => {
      const raw = rawOf(dataset);
      const { panel, cleaning } = dataset.toPanel(raw);
      const { frame } = panel;
      const target = raw.train!.columns.find((name) => name.toLowerCase().endsWith("sales"))!;
      expect(frame.getColumn("y").length - frame.getColumn("y").nullCount()).toBe(raw.train!.height);
      expect(Number(frame.getColumn("y").sum())).toBeCloseTo(Number(raw.train!.getColumn(target).sum()), 0);
      const added = cleaning.filter((note) => note.issue === "gap").reduce((total, note) => total + note.rows, 0);
      expect(frame.height).toBe(raw.train!.height + (raw.test?.height ?? 0) + added);

      const step = profile.frequency === "1w" ? 7 : 1;
      const apart = frame.select(
        pl.col("ds").cast(pl.Int32).diff(1, "ignore").alias("days"),
        pl.col("unique_id").eq(pl.col("unique_id").shift(1)).alias("same"),
      ).filter(pl.col("same"));
      expect([Number(apart.getColumn("days").min()), Number(apart.getColumn("days").max())]).toEqual([step, step]);

      const future = frame.filter(pl.col("ds").cast(pl.String).gtEq(pl.lit(panel.asOf)));
      expect(future.getColumn("y").nullCount()).toBe(future.height);
      if (raw.test === undefined) return;
      const forecasts = future.select(pl.col("unique_id"), pl.col("ds"), pl.lit(1).alias("model"));
      expect(dataset.submission(raw.test, forecasts).height).toBe(raw.test.height);
    });
  }
});
