import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { column, type Matrix } from "@/core/matrix.ts";
import type { Model } from "@/core/regressor.ts";
import { behaviour } from "@/pipeline/behaviour.ts";
import { loadNewest } from "@/pipeline/forecast.ts";
import { readIngested } from "@/pipeline/ingest.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { rawFiles, workdir } from "../support/workdir.ts";

const NUMBERS = "behaviour: forecasts are numbers, not below zero";
const PROMOTION = "behaviour: a promotion does not lower a forecast";
const CLOSED = "behaviour: a closed store sells nothing";
const ORDER = "behaviour: the order of rows changes nothing";
const NAMES = "behaviour: other names of series change nothing";
const WEEKDAYS = "behaviour: weekdays move with the calendar";

/** A model that says something else of every row. */
function saying(model: Model, predict: (x: Matrix) => Float64Array<ArrayBuffer>): Model {
  return { ...model, predict, [Symbol.dispose]() {} };
}

/** Multiplies the numbers in the columns that name series. */
function scaledIds(csv: string, columns: readonly string[], factor: number): string {
  const [head, ...lines] = csv.trimEnd().split(/\r?\n/);
  const names = head!.split(",").map((name) => name.replaceAll('"', ""));
  const scaled = lines.map((line) => {
    const cells = line.split(",");
    for (const column of columns) {
      const at = names.indexOf(column);
      if (at >= 0) cells[at] = cells[at]!.replace(/\d+/, (id) => String(factor * Number(id)));
    }
    return cells.join(",");
  });
  return [head, ...scaled].join("\n") + "\n";
}

describe("behaviour()", () => {
  it("passes a trained model, is kept with its version, and finds what is wrong with others", async () => {
    await using work = await workdir();
    const context = await work.context({ models: ["seasonal_naive", "lightgbm", "xgboost", "ensemble"] });
    await pipeline(context);
    const { panel } = await readIngested(context);
    const { card, model: trained } = await loadNewest(context);
    using model = trained;
    const told = (one: Model) => behaviour(panel, one, card);
    const failing = (one: Model) => told(one).filter(({ passed }) => !passed).map(({ check }) => check);

    expect(told(model)).toEqual(card.behaviour);
    const critical = card.behaviour!.filter(({ severity }) => severity === "critical");
    expect(critical.map(({ check }) => check)).toEqual([NUMBERS, PROMOTION, CLOSED, ORDER, NAMES, WEEKDAYS]);
    expect(critical.filter(({ passed }) => !passed)).toEqual([]);

    const spoilt = (spoil: (value: number, x: Matrix, row: number) => number) =>
      saying(model, (x) => model.predict(x).map((value, row) => spoil(value, x, row)));
    expect(failing(spoilt(() => NaN))).toEqual([NUMBERS]);
    expect(failing(spoilt((value, x, row) => value * (1 - 0.5 * column(x, "promo")[row]!)))).toContain(PROMOTION);
    expect(failing(spoilt((value, _x, row) => value * (1 + row / 1e6)))).toContain(ORDER);
    const byStep = [1, 1, 2, 1, 3, 1, 1];
    const failed = failing(spoilt((_value, _x, row) => 1000 * byStep[row % 7]!));
    expect(failed).toContain(WEEKDAYS);
  });

  for (const [dataset, size] of [["walmart", { series: 8, steps: 143 }], ["store-item", { steps: 700 }]] as const) {
    it(`asks of ${dataset} what it has something for`, async () => {
      await using work = await workdir();
      const source = await work.source("raw", rawFiles(dataset, size));
      await pipeline(await work.context({ dataset, source }));
      const { card, model } = await loadNewest(await work.context({ dataset, source }));
      model[Symbol.dispose]();
      const checks = card.behaviour!.map(({ check, passed }) => [check, passed]);
      const numbers = dataset === "walmart" ? "behaviour: forecasts are numbers" : NUMBERS;
      const weekdays = dataset === "walmart" ? [] : [[WEEKDAYS, true]];
      expect(checks).toEqual([[numbers, true], [ORDER, true], [NAMES, true], ...weekdays]);
    });
  }
});

describe("a whole run", () => {
  for (
    const [dataset, size, ids] of [
      ["rossmann", {}, ["Store"]],
      ["store-item", { steps: 700 }, ["store", "item"]],
    ] as const
  ) {
    it(`of ${dataset} forecasts the same when all series have ten times their numbers`, async () => {
      await using work = await workdir();
      const files = rawFiles(dataset, size);
      const models = ["seasonal_naive", "lightgbm"];
      const forecasts = async (name: string, factor: number) => {
        const scaled = Object.fromEntries(
          Object.entries(files).map(([file, csv]) => [file, scaledIds(csv, ids, factor)]),
        );
        await pipeline(await work.context({ dataset, models, source: await work.source(name, scaled) }));
        const [head, ...lines] = (await work.read(`reports/${dataset}/holdout.csv`)).trimEnd().split("\n");
        const at = head!.split(",").indexOf("lightgbm");
        return lines.map((line) => Number(line.split(",")[at]).toPrecision(10)).sort();
      };
      expect(await forecasts("tenfold", 10)).toEqual(await forecasts("plain", 1));
    });
  }
});
