import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl, { type DataFrame } from "nodejs-polars";
import type { Panel } from "@/core/panel.ts";
import { random } from "@/core/random.ts";
import { datasets, readTable } from "@/datasets/mod.ts";
import { buildFeatures, planDependence, recipe, replan } from "@/features/mod.ts";
import { futurePanel } from "@/pipeline/future_panel.ts";
import { buildHorizon, codeOf, horizonTable, plannedSeries } from "@/pipeline/horizon_table.ts";
import { seriesOf } from "@/pipeline/series.ts";
import { rawFiles } from "../support/workdir.ts";

function panelOf(dataset: string, options: { series: number; steps: number; seed: number }): Panel {
  const { tables, toPanel } = datasets[dataset]!, files = rawFiles(dataset, options);
  const raw = Object.fromEntries(
    tables.filter(({ file, name }) => file in files && name !== "test").map((table) => [
      table.name,
      readTable(new TextEncoder().encode(files[table.file]), table, dataset),
    ]),
  );
  return toPanel(raw).panel;
}

/** A random plan for a few steps of every series. */
function randomPlan({ profile }: Panel, horizon: number, seed: number) {
  const chance = random(seed), changes = new Map<number, Record<string, number | string>>();
  const known = Object.keys(profile.roles).filter((name) => profile.roles[name] === "known");
  for (let step = 0; step < horizon; step++) {
    if (chance.next() < 0.5) continue;
    const picked = known.filter(() => chance.next() < 0.7);
    changes.set(
      step,
      Object.fromEntries(picked.map((name) => [name, chance.pick<number | string>(profile.levels[name] ?? [0, 1])])),
    );
  }
  return changes;
}

/** The whole panel with one series' plan changed, as somebody would who knows nothing of short cuts. */
function changedPanel(
  whole: Panel,
  id: string,
  changes: ReadonlyMap<number, Readonly<Record<string, unknown>>>,
): Panel {
  const rows = whole.frame.toRecords() as Record<string, unknown>[];
  const origin = Date.parse(whole.asOf), stride = whole.profile.frequency === "1w" ? 7 : 1;
  const columns = Object.fromEntries(
    [...new Set([...changes.values()].flatMap((values) => Object.keys(values)))].map((name) => [
      name,
      rows.map((row) => {
        const step = ((row.ds as Date).getTime() - origin) / 86_400_000 / stride;
        const changed = row.unique_id === id ? changes.get(step) : undefined;
        return changed !== undefined && name in changed ? changed[name] : row[name];
      }),
    ]),
  );
  const frame = Object.entries(columns).reduce((all: DataFrame, [name, values]) => {
    const { dtype } = whole.frame.getColumn(name);
    const series = typeof values.find((value) => value !== null) === "string"
      ? pl.Series(name, values as string[])
      : pl.Series(name, values as number[], pl.Float64).cast(dtype);
    return all.withColumn(series);
  }, whole.frame);
  return { ...whole, frame };
}

const CASES = [
  ["rossmann", { series: 5, steps: 420, seed: 3 }, 14],
  ["rossmann", { series: 4, steps: 400, seed: 4 }, 42],
  ["walmart", { series: 8, steps: 143, seed: 3 }, 13],
  ["store-item", { series: 4, steps: 500, seed: 3 }, 20],
] as const;

describe("replan() of one series has the bits of a build of the whole panel", () => {
  for (const [dataset, options, horizon] of CASES) {
    it(`${dataset}, ${horizon} steps`, () => {
      const panel = panelOf(dataset, options), ids = seriesOf(panel);
      const card = { horizon, series: ids, firstDate: "2013-01-01", features: [] };
      const firstDate = (panel.frame.select(pl.col("ds").min()).row(0)[0] as Date).toISOString().slice(0, 10);
      const { index, vectors } = buildHorizon(panel, undefined, { ...card, firstDate });
      const table = horizonTable("test", index, vectors);
      const features = recipe(table.profile, { horizon });
      const dependence = planDependence(features, table.profile);
      const own = { ...panel, profile: { ...panel.profile, horizon } };
      const whole = futurePanel(own, undefined, horizon).panel;
      for (let seed = 1; seed <= 3; seed++) {
        const at = seed % ids.length, changes = randomPlan(whole, horizon, seed);
        const changed = changedPanel(whole, ids[at]!, changes);
        const wanted = buildFeatures(changed, features, { origin: panel.asOf, horizon, series: ids }).frame
          .filter(pl.col("block").eq(0).and(pl.col("unique_id").eq(pl.lit(ids[at]!))));
        const coded = plannedSeries(table, at, changes);
        // Beside another plan of the same series, which must not disturb it.
        const other = plannedSeries(table, at, new Map());
        const found = replan([other, coded], dependence, table.profile, { origin: panel.asOf, horizon });
        for (const name of dependence.changing) {
          expect([name, ...found[name]!.slice(horizon)]).toEqual([name, ...wanted.getColumn(name).toTypedArray()]);
          const { names, rows, data } = table.matrix, column = names.indexOf(name);
          const usual = data.slice(column * rows + at * horizon, column * rows + (at + 1) * horizon);
          expect([name, ...found[name]!.slice(0, horizon)]).toEqual([name, ...usual]);
        }
        for (const name of table.matrix.names.filter((name) => !dependence.changing.includes(name))) {
          const { names, rows, data } = table.matrix, column = names.indexOf(name);
          const usual = data.slice(column * rows + at * horizon, column * rows + (at + 1) * horizon);
          expect([name, ...wanted.getColumn(name).toTypedArray()]).toEqual([name, ...usual]);
        }
      }
    });
  }

  it("and a text that the profile does not list is missing", () => {
    const { profile } = datasets.rossmann!;
    expect([codeOf(profile, "state_holiday", "a"), codeOf(profile, "state_holiday", "x")]).toEqual([1, NaN]);
  });
});
