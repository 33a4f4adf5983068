import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { ProtocolRecord } from "@/pipeline/backtest/record.ts";
import { directoryStore } from "@/stores/mod.ts";
import { coverageTable, heaviestTable, tellAccuracy, trialTables } from "../../tasks/support/accuracy_page.ts";
import { keepRecord, TRIALS } from "../../tasks/support/records.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url)), PAGE = "docs/accuracy.md";

const levels = (shares: readonly number[]) =>
  [50, 80, 95].map((level, k) => ({
    level,
    held: shares[k]!,
    winkler: 100,
    width: 10,
    naiveHeld: 0.5,
    naiveWinkler: 200,
  }));

const record: ProtocolRecord = {
  format: 1,
  dataset: "rossmann",
  source: "synthetic",
  fingerprint: "abc",
  code: "def",
  asOf: "2015-06-20",
  horizon: 42,
  metric: "rmspe",
  seeds: [1],
  holdout: null,
  origins: ["2015-02-14", "2015-03-28"],
  baseline: "seasonal_naive",
  simple: null,
  champion: "lightgbm",
  models: [
    {
      model: "lightgbm",
      rolling: { mean: 0.1, median: 0.1, min: 0.1, max: 0.1 },
      holdout: null,
      seedSpread: 0,
      scores: {},
    },
    {
      model: "bands",
      rolling: { mean: 0.11, median: 0.1, min: 0.1, max: 0.1 },
      holdout: null,
      seedSpread: 0,
      scores: {},
    },
  ],
  noiseFloor: null,
  intervals: {
    model: "lightgbm",
    on: "2 backtest windows",
    levels: levels([0.5, 0.8, 0.95]),
    crps: 10,
    naiveCrps: 20,
    cqr: { levels: levels([0.51, 0.81, 0.96]), crps: 11 },
    byOrigin: {},
    holdout: null,
    slices: [
      { slice: "promo", group: "1", rows: 5000, windows: 2, held: 0.79 },
      { slice: "state_holiday", group: "1", rows: 1200, windows: 1, held: 0.7 },
    ],
  },
  heaviest: {
    model: "lightgbm",
    share: 0.005,
    carried: 0.4,
    byOrigin: { "2015-02-14": 0.3, "2015-03-28": 0.5 },
    score: 0.1,
    without: 0.08,
    groups: [{ slice: "state_holiday", group: "1", ofHeavy: 0.3, ofAll: 0.01 }],
    series: [],
    rows: [{ origin: "2015-02-14", id: "652", ds: "2015-02-15", y: 46, forecast: 4000, carried: 0.2 }],
  },
  notes: [],
};

const cells = (table: string, row = 0) => table.split("\n")[row + 2]!.split("|").map((cell) => cell.trim());

describe("docs/accuracy.md", () => {
  it("says what its records and trials say, and notices one that says something else", async () => {
    const folder = await Deno.makeTempDir(), copy = directoryStore(folder);
    const page = await Deno.readTextFile(join(PROJECT, PAGE));
    await copy.put(PAGE, page);
    for (const part of ["docs/records", "docs/trials"]) {
      for (const { name } of Deno.readDirSync(join(PROJECT, part))) {
        await copy.put(`${part}/${name}`, await Deno.readFile(join(PROJECT, part, name)));
      }
    }
    expect(await tellAccuracy(copy)).toBeGreaterThan(0);
    expect(await Deno.readTextFile(join(folder, PAGE))).toBe(page);
    await keepRecord(copy, "another", record, TRIALS);
    await tellAccuracy(copy);
    expect(await Deno.readTextFile(join(folder, PAGE))).toContain(
      "`another`: rossmann (embedded data), 42 steps, 2 origins",
    );
    await Deno.remove(folder, { recursive: true });
  });

  it("names the slices whose intervals are beyond the bars", () => {
    const row = cells(coverageTable({ own: record, older: { ...record, intervals: null } }));
    expect(row).toContain("80.0 %");
    expect(row).toContain("2: 70.0 % to 79.0 %");
    expect(row.at(-2)).toContain("70.0 % (1 window)");
  });

  it("tells what few rows carry, and which", () => {
    const row = cells(heaviestTable({ own: record }));
    expect(row).toContain("40.0 % (30.0 % to 50.0 %)");
    expect(row.at(-2)).toContain("652 on 2015-02-15: sold 46, forecast 4000, 20 % of its window");
  });

  it("tells a trial's models beside the best, and its quantile models beside the conformal intervals", () => {
    const text = trialTables({ own: record });
    expect(text).toContain("embedded data");
    expect(text).toMatch(/bands +\| 0\.1100 +\| 10\.0 %/);
    expect(text).toMatch(/\(CQR\) +\| 51\.0 % \| 81\.0 % \| 96\.0 %/);
  });
});
