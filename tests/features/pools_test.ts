import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Buffer } from "node:buffer";
import pl, { type DataFrame } from "nodejs-polars";
import fc from "fast-check";
import { isInPart } from "@/core/partition.ts";
import type { Panel } from "@/core/panel.ts";
import { datasets, readTable } from "@/datasets/mod.ts";
import {
  buildFeatures,
  collectPools,
  hasAsks,
  joinPools,
  type Pools,
  type PoolTable,
  readPools,
  recipe,
  withAnswers,
} from "@/features/mod.ts";
import { addExactly, exactSums, exactTotal } from "@/core/exact_sums.ts";
import { holdoutOrigin } from "@/pipeline/featurize.ts";
import { seriesOf } from "@/pipeline/series.ts";

/** A small panel of a dataset: some series begin late, so that they have to borrow a level. */
function panelOf(name: string, series: number, steps: number): Panel {
  const dataset = datasets[name]!, files = dataset.generate({ series, steps, seed: 3 });
  const tables = Object.fromEntries(
    dataset.tables.filter(({ file, name }) => file in files && name !== "test").map((table) => [
      table.name,
      readTable(new TextEncoder().encode(files[table.file]), table, name),
    ]),
  );
  const { panel } = dataset.toPanel(tables);
  const late = seriesOf(panel).filter((_, at) => at % 3 === 1);
  const cut = Date.parse(`${panel.asOf}T00:00:00Z`) / 86_400_000 - 1.5 * panel.profile.horizon *
      (panel.profile.frequency === "1w" ? 7 : 1);
  const frame = panel.frame.filter(
    pl.col("unique_id").isIn(late).not().or(pl.col("ds").cast(pl.Int32).gt(cut)),
  );
  return { ...panel, frame };
}

const bytesOf = (frame: DataFrame) => frame.rechunk().writeParquet({ compression: "uncompressed" }) as Buffer;

/** Features of a panel that was cut into parts, each of which sees its own rows and what the others told. */
function featuresOfParts(panel: Panel, of: number, order: readonly number[]): { frame: DataFrame; rounds: number } {
  const { profile } = panel, features = recipe(profile), series = seriesOf(panel);
  const [first, last] = panel.frame.select(
    pl.col("ds").min().cast(pl.Utf8),
    pl.col("ds").max().cast(pl.Utf8).alias("to"),
  )
    .row(0) as [string, string];
  const blocks = { origin: holdoutOrigin(panel), horizon: profile.horizon, series, extent: { first, last } };
  const parts = order.map((index) => {
    const own = series.filter((id) => isInPart(id, { index, of }));
    return { ...panel, frame: panel.frame.filter(pl.col("unique_id").isIn(own)) };
  }).filter(({ frame }) => frame.height > 0);
  let known: PoolTable[] = [], rounds = 0, complete = false;
  for (; !complete; rounds++) {
    const pools: Pools = known.length === 0 ? new Map() : readPools(pl.concat(known));
    const told = parts.map((part) => collectPools(part, features, { ...blocks, pools }));
    // Two at a time, as they may come.
    const joined = withAnswers(told.map(({ table }) => table).reduce((all, one) => joinPools([all, one])));
    known = [...known, joined];
    complete = !told.some(({ more }) => more) && !hasAsks(joined);
    expect(rounds).toBeLessThan(8);
  }
  const pools = readPools(pl.concat(known));
  const frames = parts.map((part) => buildFeatures(part, features, { ...blocks, pools }).frame);
  return { frame: pl.concat(frames).sort(["series", "ds"]), rounds };
}

describe("features of parts of a panel", () => {
  for (const [name, series, steps] of [["store-item", 12, 400], ["walmart", 14, 143], ["rossmann", 9, 430]] as const) {
    it(`of ${name} are those of the whole, bit for bit, whatever the parts`, () => {
      const panel = panelOf(name, series, steps);
      const whole = buildFeatures(panel, recipe(panel.profile), {
        origin: holdoutOrigin(panel),
        horizon: panel.profile.horizon,
      });
      const expected = bytesOf(whole.frame.sort(["series", "ds"]));
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 9 }), fc.infiniteStream(fc.nat()), (of, shuffle) => {
          const order = Array.from({ length: of }, (_, index) => index);
          const rank = order.map(() => shuffle.next().value as number);
          order.sort((a, b) => rank[a]! - rank[b]!);
          const { frame, rounds } = featuresOfParts(panel, of, order);
          expect(rounds).toBeGreaterThan(0);
          expect(frame.columns).toEqual(whole.frame.columns);
          expect(Buffer.compare(bytesOf(frame), expected)).toBe(0);
        }),
        { seed: 4, numRuns: 4, examples: [[1, fc.sample(fc.infiniteStream(fc.nat()), 1)[0]!]] },
      );
    });
  }

  it("says which feature waits for what others tell", () => {
    const panel = panelOf("store-item", 4, 400);
    const build = () =>
      buildFeatures(panel, recipe(panel.profile), {
        origin: holdoutOrigin(panel),
        horizon: panel.profile.horizon,
        pools: new Map(),
      });
    expect(build).toThrow(/the other parts have not told what "\w+" needs/);
  });
});

describe("exactSums()", () => {
  it("the order of values does not change a bit of their sum, and it is as near as a sum can be", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 }),
        (values) => {
          const [one, other] = [exactSums(1), exactSums(1)];
          for (const value of values) addExactly(one, 0, value);
          for (const value of values.toReversed()) addExactly(other, 0, value);
          expect(one.limbs).toEqual(other.limbs);
          const naive = values.reduce((sum, value) => sum + value, 0);
          const size = values.reduce((sum, value) => sum + Math.abs(value), 1);
          expect(Math.abs(exactTotal(one, 0) - naive)).toBeLessThanOrEqual(1e-13 * size);
        },
      ),
      { seed: 5 },
    );
  });

  it("whole numbers and cents keep every digit", () => {
    const sums = exactSums(1);
    for (let i = 0; i < 1_000; i++) addExactly(sums, 0, 46_039.49);
    expect(exactTotal(sums, 0)).toBeCloseTo(46_039_490, 6);
    expect(() => addExactly(sums, 0, NaN)).toThrow(RangeError);
    expect(() => addExactly(sums, 0, 2 ** 41)).toThrow(RangeError);
  });
});
