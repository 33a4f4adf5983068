import { after, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { deployedSource } from "@/serving/model/deployed_source.ts";
import { serve } from "@/serving/serve.ts";
import { postgresStore } from "@/serving/stores/postgres_store.ts";
import { liveServer } from "../support/live_server.ts";
import { forecastStoreContract } from "../contracts/forecast_store_contract.ts";
import { postgresPrograms, startPostgres } from "../support/postgres.ts";

const programs = postgresPrograms();
if (programs === undefined && Deno.env.get("CI") === "true") {
  throw new Error("Cannot test the store as PostgreSQL is not installed here: apt-get install postgresql");
}
const server = programs === undefined ? undefined : await startPostgres(programs);
after(() => server?.[Symbol.asyncDispose]());
const skip = server === undefined ? "PostgreSQL is not installed here (Debian: apt-get install postgresql)" : undefined;
let schemas = 0;
const open = () => Promise.resolve(postgresStore(server!.url, { schema: `test_${schemas++}` }));

forecastStoreContract("PostgreSQL", open, skip === undefined ? {} : { skip });

describe("a PostgreSQL that goes away and comes back", { skip: skip !== undefined }, () => {
  it("is used again, and has what it had acknowledged", async () => {
    await using store = await open();
    const actual = { uniqueId: "1", ds: "2015-08-01", y: 5, receivedAt: "2015-08-02T06:00:00Z" };
    expect(await store.putActuals([actual])).toBe(1);
    await server!.stop();
    await expect(store.putActuals([actual])).rejects.toThrow("Cannot use PostgreSQL");
    await server!.start();
    expect(await store.putActuals([actual])).toBe(0);
  });

  it("a server goes on without it, says so, and writes what it served when it is back", async () => {
    await using live = await liveServer({ env: { DATABASE_URL: server!.url } });
    const { services } = live.running, { forecasts, models, served, metrics } = services;
    const model = models.answerer(), [id] = model.series, row = { unique_id: id, ds: model.origin };
    const stored = { uniqueId: id!, ds: model.origin, model: "m/1", origin: model.origin, yHat: 1, intervals: {} };
    await forecasts.putForecasts([{ ...stored, madeAt: "2015-08-01T00:00:00Z" }]);
    expect((await live.ask("/predict", row)).status).toBe(200);
    await served.flush();
    const before = (await forecasts.counts()).predictions;

    await server!.stop();
    for (let k = 0; k < 10; k++) expect((await live.ask("/predict", row)).status).toBe(200);
    const away = await live.ask(`/forecast?unique_id=${id}`);
    expect([away.status, Number(away.headers.get("retry-after")) > 0]).toEqual([503, true]);
    const refused = await live.ask("/actuals", [{ unique_id: id, ds: model.origin, y: 5 }]);
    expect([refused.status, (await refused.json()).type]).toEqual([503, "/problems/store-unavailable"]);
    expect((await live.ask("/health/ready")).status).toBe(200);
    expect(served.waiting).toBe(10);
    expect(await metrics.registry.metrics()).toContain("prediction_log_waiting_rows 10");

    await server!.start();
    for (let tries = 0; served.waiting > 0 && tries < 100; tries++) await new Promise((done) => setTimeout(done, 100));
    expect([served.waiting, (await forecasts.counts()).predictions - before]).toEqual([0, 10]);
    expect((await live.ask(`/forecast?unique_id=${id}`)).status).toBe(200);
  });

  it("what was served while it was away outlives a restart of the server", async () => {
    await using live = await liveServer({ env: { DATABASE_URL: server!.url } });
    const { models, forecasts } = live.running.services, model = models.answerer();
    const before = (await forecasts.counts()).predictions;
    await server!.stop();
    await live.ask("/predict", { unique_id: model.series[0], ds: model.origin });
    await live.running.stop();
    await server!.start();
    const { context } = live.shop;
    const again = serve({ ...context, env: (name) => name === "DATABASE_URL" ? server!.url : context.env(name) }, {
      source: deployedSource(context),
      port: 0,
    });
    await again.loaded;
    await again.services.served.flush();
    expect((await again.services.forecasts.counts()).predictions - before).toBe(1);
    await again.stop();
  });

  it("two servers may open it at the same moment", async () => {
    await using a = postgresStore(server!.url, { schema: "shared" });
    await using b = postgresStore(server!.url, { schema: "shared" });
    const actual = { uniqueId: "1", ds: "2015-08-01", y: 5, receivedAt: "2015-08-02T06:00:00Z" };
    const changed = await Promise.all([a.putActuals([actual]), b.putActuals([actual])]);
    expect(changed.reduce((sum, one) => sum + one)).toBe(1);
  });
});
