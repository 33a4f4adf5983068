/**
 * What every dataset promises: run over the registry, so that a new dataset is tested on arrival.
 *
 * @module
 */
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl, { type DataFrame } from "nodejs-polars";
import type { Dataset } from "@/core/dataset.ts";
import { METRIC_NAMES } from "@/core/metric.ts";
import { random } from "@/core/random.ts";
import { rawTables } from "../support/raw_tables.ts";

const numbersOf = (frame: DataFrame, name: string) => frame.getColumn(name).cast(pl.Float64).toArray() as number[];
const idsOf = (frame: DataFrame) => frame.getColumn("unique_id").toArray() as string[];

/** Runs the contract over data that the dataset's own generator made. */
export function datasetContract(dataset: Dataset): void {
  const { profile } = dataset;
  const weekly = profile.frequency === "1w";
  const step = weekly ? 7 : 1;
  const size = { series: 20, seed: 7, steps: weekly ? 60 : 130 };
  const files = dataset.generate(size);
  const raw = rawTables(dataset, files);
  const { panel, cleaning } = dataset.toPanel(raw);
  const dateColumn = raw.test!.columns.find((name) => name.toLowerCase() === "date")!;
  const testDays = numbersOf(raw.test!.withColumn(pl.col(dateColumn).cast(pl.Int32)), dateColumn);

  describe(`dataset ${profile.name}`, () => {
    it("names its columns, metric, slices and events consistently", () => {
      expect(METRIC_NAMES).toContain(profile.metric);
      for (const key of profile.keys) expect(profile.roles[key]).toBe("static");
      for (const event of profile.events) expect(profile.roles[event]).toBe("known");
      for (const column of Object.keys(profile.levels)) expect(profile.roles).toHaveProperty(column);
      if (profile.openColumn !== undefined) expect(profile.roles[profile.openColumn]).toBe("known");
      if (profile.scoreWeight !== undefined) expect(profile.roles[profile.scoreWeight.column]).toBe("known");
      expect(profile.horizon).toBeGreaterThan(0);
    });

    it("generates the same bytes for the same seed, and others for another", () => {
      expect(dataset.generate(size)).toEqual(files);
      expect(dataset.generate({ ...size, seed: 8 })["train.csv"]).not.toEqual(files["train.csv"]);
    });

    it("generates as many series as were asked for, from one on", () => {
      const named = (series: number) => {
        const tables = rawTables(dataset, dataset.generate({ ...size, series }));
        return new Set(idsOf(dataset.toPanel(tables).panel.frame)).size;
      };
      expect([1, 3, 20].map(named)).toEqual([1, 3, 20]);
    });

    it("makes a panel of unique_id, ds, y and exactly the columns that have a role", () => {
      expect(panel.frame.columns.toSorted()).toEqual(
        ["unique_id", "ds", "y", ...Object.keys(panel.profile.roles)].sort(),
      );
      for (const [name, role] of Object.entries(panel.profile.roles)) expect(profile.roles[name]).toBe(role);
      const dtype = (name: string) => panel.frame.getColumn(name).dtype;
      expect(dtype("unique_id").equals(pl.String)).toBe(true);
      expect(dtype("ds").equals(pl.Date)).toBe(true);
      expect(dtype("y").equals(pl.Float64)).toBe(true);
      for (const key of profile.keys) expect(dtype(key).equals(pl.Int32)).toBe(true);
    });

    it("names series by their keys, and sorts them by number, then date, with no step missing or twice", () => {
      const days = panel.frame.getColumn("ds").cast(pl.Int32).toArray() as number[];
      const keys = profile.keys.map((key) => numbersOf(panel.frame, key));
      const ids = idsOf(panel.frame);
      for (let i = 0; i < ids.length; i++) {
        expect(ids[i]).toBe(keys.map((key) => key[i]).join("_"));
        if (i === 0) continue;
        const change = keys.map((key) => key[i]! - key[i - 1]!).find((difference) => difference !== 0) ?? 0;
        if (change === 0) expect(days[i]! - days[i - 1]!).toBe(step);
        else expect(change).toBeGreaterThan(0);
      }
    });

    it("has only values of the profile's levels in its text columns", () => {
      const text = Object.keys(panel.profile.roles).filter((name) =>
        panel.frame.getColumn(name).dtype.equals(pl.String)
      );
      for (const name of text) {
        const values = panel.frame.getColumn(name).dropNulls().unique().toArray() as string[];
        for (const value of values) expect(profile.levels[name]).toContain(value);
      }
    });

    it("keeps every target of train.csv, and adds none", () => {
      const target = raw.train!.columns.find((name) => name.toLowerCase().endsWith("sales"))!;
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      const known = panel.frame.getColumn("y").dropNulls().toArray() as number[];
      expect(known.length).toBe(raw.train!.height);
      expect(sum(known)).toBeCloseTo(sum(numbersOf(raw.train!, target)), 4);
    });

    it("knows neither targets nor observed columns from the origin on, and has test's rows there", () => {
      const future = panel.frame.filter(pl.col("ds").cast(pl.String).gtEq(pl.lit(panel.asOf)));
      expect(future.height).toBeGreaterThanOrEqual(raw.test!.height);
      const observed = Object.keys(panel.profile.roles).filter((name) => panel.profile.roles[name] === "observed");
      for (const name of ["y", ...observed]) expect(future.getColumn(name).nullCount()).toBe(future.height);
    });

    it("never changes what is static for a series", () => {
      const fixed = Object.keys(panel.profile.roles).filter((name) => panel.profile.roles[name] === "static");
      const distinct = panel.frame.select("unique_id", ...fixed).unique();
      expect(distinct.height).toBe(new Set(idsOf(panel.frame)).size);
    });

    it("ends its history the day before asOf", () => {
      const days = panel.frame.filter(pl.col("y").isNotNull()).getColumn("ds").cast(pl.Int32);
      const cut = Number(days.max()) - 14 * step;
      const history = Object.fromEntries(Object.entries(raw).filter(([name]) => name !== "test"));
      const asOf = new Date(cut * 86_400_000).toISOString().slice(0, 10);
      const early = dataset.toPanel(history, { asOf }).panel;
      expect(early.asOf).toBe(asOf);
      expect(Number(early.frame.getColumn("ds").cast(pl.Int32).max())).toBe(cut - step);
      const before = panel.frame.filter(pl.col("y").isNotNull().and(pl.col("ds").cast(pl.Int32).lt(cut)));
      const sameRows = early.frame.filter(pl.col("y").isNotNull());
      expect(sameRows.getColumn("y").toArray()).toEqual(before.getColumn("y").toArray());
    });

    it("refuses to go without a table that is not optional, naming its file", () => {
      for (const spec of dataset.tables.filter((table) => !table.optional)) {
        const others = Object.fromEntries(Object.entries(raw).filter(([name]) => name !== spec.name));
        expect(() => dataset.toPanel(others)).toThrow(`Cannot read ${spec.file} of ${profile.name}`);
      }
    });

    it("makes the same panel from shuffled rows, and leaves the raw tables as they were", () => {
      const before = raw.train!.clone();
      const shuffled = Object.fromEntries(
        Object.entries(raw).map(([name, table]) => {
          const chance = random(3);
          const luck = pl.Series("luck", Float64Array.from({ length: table.height }, chance.next));
          return [name, table.withColumn(luck).sort("luck").drop("luck")];
        }),
      );
      expect(shuffled.train!.frameEqual(raw.train!, true)).toBe(false);
      expect(dataset.toPanel(shuffled).panel.frame.frameEqual(panel.frame, true)).toBe(true);
      expect(raw.train!.frameEqual(before, true)).toBe(true);
    });

    it("says for each class of rows what was found, how often, and what was done", () => {
      expect(cleaning.map((note) => note.issue)).toContain("duplicate");
      for (const note of cleaning) {
        expect(note.found).not.toBe("");
        expect(note.done).not.toBe("");
        expect(note.rows).toBeGreaterThanOrEqual(note.issue === "duplicate" ? 0 : 1);
      }
      const added = panel.frame.height - raw.train!.height - raw.test!.height;
      const gaps = cleaning.filter((note) => note.issue === "gap").reduce((total, note) => total + note.rows, 0);
      expect(gaps).toBe(added);
    });

    it("lays a submission out with test.csv's rows in test.csv's order", () => {
      const future = panel.frame.filter(pl.col("ds").cast(pl.String).gtEq(pl.lit(panel.asOf)));
      const days = future.getColumn("ds").cast(pl.Int32).toArray() as number[];
      const forecasts = future.select("unique_id", "ds").withColumn(
        pl.Series("model", Float64Array.from(days)),
      ).withColumn(pl.lit(1).alias("model-lo-80"));
      const submission = dataset.submission(raw.test!, forecasts);
      expect(submission.height).toBe(raw.test!.height);
      expect(submission.columns.length).toBe(3);
      expect(submission.columns[2]).toBe("model-lo-80");
      // The made-up forecast of a row is its date, so that the order shows.
      expect(numbersOf(submission, submission.columns[1]!)).toEqual(testDays);
      expect(() => dataset.submission(raw.test!, forecasts.slice(1, forecasts.height - 1))).toThrow("have no forecast");
    });
  });
}
