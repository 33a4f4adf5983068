import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { fileURLToPath } from "node:url";
import type { ProtocolRecord } from "@/pipeline/backtest/record.ts";
import { directoryStore, memoryStore } from "@/stores/mod.ts";
import { accuracyTable, keepRecord, readRecords, withAccuracyTable } from "../../tasks/support/records.ts";

const project = directoryStore(fileURLToPath(new URL("../../", import.meta.url)));

const model = (name: string, mean: number, holdout: number) => ({
  model: name,
  rolling: { mean, median: mean, min: mean - 0.01, max: mean + 0.01 },
  holdout,
  seedSpread: 0.001,
  scores: { "2015-03-28": [mean], "2015-05-09": [holdout] },
});

const record: ProtocolRecord = {
  format: 1,
  dataset: "rossmann",
  source: "/home/anna/rossmann",
  fingerprint: "abc",
  code: "def",
  asOf: "2015-06-20",
  horizon: 42,
  metric: "rmspe",
  seeds: [1],
  holdout: { origin: "2015-05-09", from: "2015-05-09", to: "2015-06-19" },
  origins: ["2015-03-28"],
  baseline: "seasonal_naive",
  simple: "group_median",
  champion: "lightgbm",
  models: [model("lightgbm", 0.1, 0.101), model("group_median", 0.16, 0.15), model("seasonal_naive", 0.3, 0.31)],
  noiseFloor: null,
  notes: [],
};

describe("the README's accuracy table", () => {
  it("has no number without a record: it is what the records say, to the letter", async () => {
    const page = new TextDecoder().decode(await project.get("README.md"));
    expect(withAccuracyTable(page, await readRecords(project))).toBe(page);
  });

  it("shows the champion beside seasonal naive and the best simple model", () => {
    const [, , row] = accuracyTable({ rossmann: record }).split("\n");
    expect(row!.split("|").map((cell) => cell.trim()).slice(2, -1)).toEqual([
      "rmspe",
      "lightgbm",
      "0.1000, 0.1000",
      "0.0900 to 0.1100",
      "0.3000",
      "0.1600 (group_median)",
      "0.1010 from 2015-05-09",
    ]);
  });

  it("says which page lacks its markers", () => {
    expect(() => withAccuracyTable("# A page", { rossmann: record })).toThrow("markers");
  });
});

describe("keepRecord()", () => {
  it("keeps a record without the folder that the data came from", async () => {
    const store = memoryStore();
    await keepRecord(store, "rossmann_42", record);
    const { rossmann_42: kept } = await readRecords(store);
    expect(kept!.source).toBe("competition data");
    expect(kept!.models).toEqual(record.models);
  });

  it("refuses a name that is no file's", async () => {
    await expect(keepRecord(memoryStore(), "../secrets", record)).rejects.toThrow("small letters");
  });
});
