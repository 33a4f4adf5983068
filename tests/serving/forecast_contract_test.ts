import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { GateError } from "@/core/errors.ts";
import { predictionsGate } from "@/pipeline/validate_predictions.ts";
import { batchForecast } from "@/serving/batch_forecast.ts";
import { keepForecasts } from "@/serving/keep_forecasts.ts";
import { predictionsOf } from "@/serving/predictions_of.ts";
import { readFrame } from "@/stores/mod.ts";
import { testServer } from "../support/serving.ts";
import { workdir } from "../support/workdir.ts";

const FILE = "data/predictions/rossmann/forecast.parquet";

describe("the contract of forecasts", () => {
  it("lets a batch pass, and keeps it as a table with what it was judged by", async () => {
    await using work = await workdir();
    await using server = await testServer();
    const context = await work.context(), { models, forecasts, now } = server.services, model = models.answerer();
    const gate = await predictionsGate(context);
    await batchForecast(model, forecasts, { now, accept: (part) => gate.accept(predictionsOf(model, part)) });
    const table = await gate.close();
    expect(table!.height).toBe(model.series.length * model.horizon);
    expect(table!.getColumn("lo").nullCount()).toBe(0);
    await keepForecasts(context, model, forecasts, table);
    expect(readFrame(context.store, FILE)!.height).toBe(table!.height);
    expect(await work.read("reports/rossmann/validation/predictions.html")).toContain("it is fit");
  });

  it("completes the table from the store when most series were there already", async () => {
    await using work = await workdir();
    await using server = await testServer();
    const context = await work.context(), { models, forecasts, now } = server.services, model = models.answerer();
    await batchForecast(model, forecasts, { now });
    await keepForecasts(context, model, forecasts, undefined);
    const table = readFrame(context.store, FILE)!;
    expect([...new Set(table.getColumn("unique_id").toArray())]).toEqual([...model.series]);
  });

  it("refuses a part before anything of it is stored", async () => {
    await using work = await workdir();
    await using server = await testServer();
    const context = await work.context(), { models, forecasts, now } = server.services, model = models.answerer();
    const gate = await predictionsGate(context);
    const lie = batchForecast(model, forecasts, {
      now,
      accept: (part) => gate.accept(predictionsOf(model, part.map((row) => ({ ...row, yHat: -1 })))),
    });
    await expect(lie).rejects.toThrow(GateError);
    expect((await forecasts.counts()).forecasts).toBe(0);
  });
});
