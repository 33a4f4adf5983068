/**
 * What every feature of a dataset's recipe promises: run over the registry, so that a new dataset is tested on arrival.
 *
 * @module
 */
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import pl from "nodejs-polars";
import type { Dataset } from "@/core/dataset.ts";
import type { Feature } from "@/core/feature.ts";
import type { Panel } from "@/core/panel.ts";
import { buildFeatures, distance, frozen, proveNoLeak, recipe } from "@/features/mod.ts";
import { rawTables } from "../support/raw_tables.ts";

const DAY = 86_400_000;

/** Runs the contract over data that the dataset's own generator made. */
export function featureContract(dataset: Dataset): void {
  const { profile } = dataset;
  const { horizon } = profile;
  const made = (options: { series: number; seed: number; steps: number }) =>
    dataset.toPanel(rawTables(dataset, dataset.generate(options))).panel;
  const stepsBefore = ({ asOf }: Panel, steps: number) => {
    const days = steps * (profile.frequency === "1w" ? 7 : 1);
    return new Date(Date.parse(asOf) - days * DAY).toISOString().slice(0, 10);
  };

  describe(`features of ${profile.name}`, () => {
    const features = recipe(profile, { horizon });
    const panel = made({ series: 12, seed: 4, steps: profile.yearLength * 2 + 2 * horizon });
    const table = buildFeatures(panel, features, { origin: stepsBefore(panel, horizon), horizon });
    const values = (name: string) => table.frame.getColumn(name).toTypedArray() as Float32Array;
    const block: Int32Array = table.frame.getColumn("block").toTypedArray();

    it("have names of their own that derive from their definitions", () => {
      const names = features.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const feature of features) {
        expect(feature.name).toMatch(/^[a-z][a-z0-9_]*$/);
        expect(feature.name).toBe(derivedName(feature));
      }
    });

    it("declare a reach that lets a whole forecast be made at once", () => {
      for (const { reach, helper } of features) {
        if (!helper) expect(reach === "origin" || reach >= horizon).toBe(true);
      }
    });

    it("read columns that are there, and observed ones only with a reach", () => {
      const observed = [
        "y",
        "target",
        "sales",
        ...Object.keys(profile.roles).filter((c) => profile.roles[c] === "observed"),
      ];
      for (const { reads, reach, name } of features) {
        expect({ name, reads: reads.length > 0 }).toEqual({ name, reads: true });
        if (reads.some((column) => observed.includes(column))) {
          expect({ name, reach }).not.toEqual({ name, reach: Infinity });
        }
      }
    });

    it("make one Float32 column each, in the panel's own rows", () => {
      expect(table.frame.columns).toEqual([
        "unique_id",
        "ds",
        "y",
        "block",
        "step",
        ...table.features.map((f) => f.name),
      ]);
      expect(table.frame.height).toBe(panel.frame.height);
      for (const { name } of table.features) expect(values(name)).toBeInstanceOf(Float32Array);
    });

    it("are not missing everywhere, neither in the past nor in the holdout", () => {
      // Columns of files that the generator leaves out (they are optional) are missing in the panel as well.
      const absent = panel.frame.columns.filter((name) =>
        panel.frame.getColumn(name).nullCount() === panel.frame.height
      );
      for (const { name, reads } of table.features) {
        if (reads.some((column) => absent.includes(column))) continue;
        for (const inside of [(b: number) => b < 0, (b: number) => b === 0]) {
          const column = values(name);
          const some = column.some((value, row) => inside(block[row]!) && Number.isFinite(value));
          expect({ name, some }).toEqual({ name, some: true });
        }
      }
    });

    it("give every future step a base and a naive forecast to beat", () => {
      for (const name of ["base", "seasonal_naive"]) {
        expect({ name, gaps: values(name).filter((value, row) => block[row]! >= 0 && !Number.isFinite(value)).length })
          .toEqual({ name, gaps: 0 });
      }
    });

    it("change nothing in the panel", () => {
      const before = panel.frame.clone();
      buildFeatures(panel, features, { origin: stepsBefore(panel, horizon), horizon });
      expect(panel.frame.frameEqual(before, true)).toBe(true);
    });

    it("are the same for a series whichever series stand beside it, unless they pool", () => {
      const alone = panel.frame.filter(pl.col("unique_id").eq(pl.lit(panel.frame.getColumn("unique_id").get(0))));
      const pooled = pooledNames(features);
      const own = features.filter(({ key, name }) => !key && !pooled.has(name));
      const small = buildFeatures({ ...panel, frame: alone }, own, { origin: table.origin, horizon });
      for (const { name } of small.features) {
        const one = small.frame.getColumn(name).toTypedArray() as Float32Array, among = values(name);
        expect({ name, same: one.every((value, row) => Object.is(value, among[row])) }).toEqual({
          name,
          same: true,
        });
      }
    });

    it("never know the future, whatever the panel, origin and horizon", () => {
      fc.assert(
        fc.property(
          fc.record({
            seed: fc.integer({ min: 1, max: 1_000 }),
            series: fc.integer({ min: 1, max: 5 }),
            steps: fc.integer({ min: 90, max: 160 }),
            horizon: fc.integer({ min: 1, max: 15 }),
            later: fc.integer({ min: 0, max: 20 }),
          }),
          ({ seed, series, steps, horizon, later }) => {
            const tiny = made({ series, seed, steps });
            const origins = [stepsBefore(tiny, horizon + later)];
            const verdict = proveNoLeak(tiny, recipe(profile, { horizon }), { origins, horizon, seed });
            expect(verdict.guilty).toEqual([]);
          },
        ),
        { numRuns: 6 },
      );
    });
  });
}

/** The name that a feature's definition leads to, by the function that makes such features. */
function derivedName(feature: Feature): string {
  switch (feature.form) {
    case "frozen":
      return frozen(feature.by, {
        statistic: feature.statistic,
        blocks: feature.blocks,
        of: feature.of,
        ...feature.where !== undefined && { where: feature.where },
      }).name;
    case "distance":
      return distance(feature.flag, feature.direction, {
        edge: feature.edge,
        cap: feature.cap,
        // A flag that was computed may go by the name of what it stands for: the closure of a refurbishment.
        name: feature.name.replace(/_(since|until)(_start|_end)?$/, ""),
      }).name;
    default:
      return feature.name;
  }
}

/** The features that look at more than one series, by themselves or through what they read. */
function pooledNames(features: readonly Feature[]): ReadonlySet<string> {
  const names = new Set<string>(["usually_open"]); // a helper that compares weekdays over all series
  for (const { form, name, reads } of features) {
    if (form === "pooled" || reads.some((read) => names.has(read))) names.add(name);
  }
  return names;
}
