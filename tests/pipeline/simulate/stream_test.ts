import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { RawTables } from "@/core/dataset.ts";
import { take } from "@/pipeline/ingest.ts";
import { readRetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";
import { DRIFT_KINDS, readDriftSpec } from "@/pipeline/simulate/drift_spec.ts";
import { injectDrift, trainColumns } from "@/pipeline/simulate/inject_drift.ts";
import { openLiveFolder } from "@/pipeline/simulate/live_folder.ts";
import { stream, type StreamedStep } from "@/pipeline/simulate/stream.ts";
import { addSteps } from "@/pipeline/time.ts";
import { readLive } from "../../support/live_rows.ts";
import { workdir } from "../../support/workdir.ts";

const FROM = "2014-01-15";

/** A row of Rossmann's train.csv, as far as it matters here. */
interface Row {
  readonly Store: number;
  readonly Date: Date;
  readonly Sales: number;
  readonly Promo: number;
}

describe("injectDrift()", () => {
  const mean = (values: readonly number[]) => values.reduce((sum, y) => sum + y, 0) / values.length;

  for (const kind of DRIFT_KINDS) {
    it(`${kind} changes nothing before its date, something after, and the same with the same seed`, async () => {
      await using work = await workdir();
      const context = await work.context({ series: 6, steps: 400 }), { tables } = await take(context);
      const spec = { kind, size: 0.5, from: FROM };
      const changed = injectDrift(context.dataset, tables, spec, 3);
      const rows = (raw: RawTables) => raw["train"]!.toRecords().map((row) => JSON.stringify(row));
      const before = (all: string[]) => all.filter((row) => JSON.parse(row).Date.slice(0, 10) < FROM);
      expect(before(rows(changed))).toEqual(before(rows(tables)));
      expect(rows(changed)).not.toEqual(rows(tables));
      expect(rows(injectDrift(context.dataset, tables, spec, 3))).toEqual(rows(changed));
      expect(before(rows(tables)).length).toBeGreaterThan(1_000);
    });
  }

  it("is of the size that was asked for", async () => {
    await using work = await workdir();
    const context = await work.context({ series: 6, steps: 400 }), { tables } = await take(context);
    const sales = (kind: typeof DRIFT_KINDS[number], size: number) => {
      const { train } = injectDrift(context.dataset, tables, { kind, size, from: FROM });
      return (train!.toRecords() as unknown as Row[]).filter(({ Date: day, Sales }) =>
        day.toISOString().slice(0, 10) >= FROM && Sales > 0
      );
    };
    const plain = sales("level", 0);
    const ratio = sales("level", -0.15).map(({ Sales }, row) => Sales / plain[row]!.Sales);
    expect(mean(ratio)).toBeCloseTo(0.85, 5);
    const swings = sales("variance", 1).map(({ Sales }, row) => Sales / plain[row]!.Sales - 1);
    expect(mean(swings)).toBeCloseTo(0, 1);
    // A tenth, doubled: what is added is a tenth times the root of 2² − 1.
    expect(Math.sqrt(mean(swings.map((own) => own ** 2)))).toBeGreaterThan(0.14);
    expect(Math.sqrt(mean(swings.map((own) => own ** 2)))).toBeLessThan(0.21);
    const concept = sales("concept", 0.3).map(({ Sales, Promo }, row) => [Promo, Sales / plain[row]!.Sales]);
    expect(mean(concept.filter(([promo]) => promo === 1).map(([, own]) => own!))).toBeCloseTo(0.7, 2);
    const stores = (rows: readonly Row[]) => new Set(rows.map(({ Store }) => Store)).size;
    expect(stores(sales("feed", 0.5))).toBeLessThan(stores(plain));
  });

  it("refuses what a dataset has nothing for, and what is misspelt", async () => {
    await using work = await workdir();
    const context = await work.context({ dataset: "store-item" }), { tables } = await take(context);
    expect(() => injectDrift(context.dataset, tables, { kind: "promo", size: 0.5, from: FROM })).toThrow(
      "no promotions",
    );
    expect(trainColumns(context.dataset)).toEqual({ date: "date", target: "sales", keys: ["store", "item"] });
    for (
      const text of ["level", "level:15@2015", "feed:1.5@2015-01-01", "level:-99%@2015-01-01", "jump:1@2015-01-01"]
    ) {
      expect(() => readDriftSpec(text)).toThrow(/^Cannot (read|make) the drift/);
    }
  });
});

describe("stream()", () => {
  for (const dataset of ["rossmann", "walmart", "store-item"]) {
    it(`tells ${dataset} step by step: never more than was known, and at the end all of it`, async () => {
      await using work = await workdir();
      const context = await work.context({ dataset }), taken = await take(context);
      const { frequency } = context.profile, to = taken.panel.asOf, from = addSteps(to, -3, frequency);
      const live = await openLiveFolder(context, taken), told: StreamedStep[] = [], known: string[] = [];
      for await (const step of stream(context, live, { from, to: addSteps(to, 1, frequency) })) {
        told.push(step);
        known.push(readLive(context, live.folder).last);
      }
      expect(told.map(({ date }) => date)).toEqual([0, 1, 2, 3].map((k) => addSteps(from, k, frequency)));
      expect(known.every((last, k) => last < told[k]!.date)).toBe(true);
      expect(known.at(-1)).toBe(addSteps(to, -1, frequency));
      expect(told[0]!.sold).toBe(0);
      expect(told.slice(1).every(({ sold }) => sold > 0)).toBe(true);
      const ids = new Set(taken.panel.frame.getColumn("unique_id").toArray());
      expect(live.soldBetween(from, to).every(({ unique_id }) => ids.has(unique_id))).toBe(true);
    });
  }

  it("raises the flag after sales jump, not before", async () => {
    await using work = await workdir();
    const context = await work.context({ series: 12, steps: 800 }), taken = await take(context);
    const to = taken.panel.asOf, from = addSteps(to, -28, "1d"), jump = addSteps(to, -14, "1d");
    const live = await openLiveFolder(context, taken, { kind: "level", size: 1, from: jump });
    const due: string[] = [];
    for await (const step of stream(context, live, { from, to: addSteps(to, 1, "1d") })) {
      if (step.due) due.push(step.date);
    }
    expect(due.length).toBeGreaterThan(0);
    expect(due[0]! > jump).toBe(true);
    expect(await readRetrainFlag(context.store, "rossmann")).toMatchObject({ since: expect.any(String) });
  });
});
