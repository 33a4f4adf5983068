import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { StoreError } from "@/core/errors.ts";
import { type ApprovedUsers, newKeyPair } from "@/governance/mod.ts";
import { batchForecast } from "@/serving/batch_forecast.ts";
import { signRequest } from "@/serving/signed_request.ts";
import { fakeModel, type TestServer, testServer } from "../support/serving.ts";

const told = async (answer: Response) => ({ status: answer.status, ...await answer.json() });

describe("POST /predict", () => {
  it("takes the dataset's own names", async () => {
    await using server = await testServer();
    const answer = await told(
      await server.ask("/predict", { Store: 2, Date: "2015-08-10", Promo: 1, StateHoliday: 0 }),
    );
    expect(answer).toEqual({
      status: 200,
      unique_id: "2",
      ds: "2015-08-10",
      prediction: 3000,
      intervals: { 50: { lo: 2250, hi: 3750 }, 80: { lo: 1800, hi: 4200 }, 95: { lo: 1575, hi: 4425 } },
      model: { name: "test-rossmann", version: "1" },
      feature_hash: "0000000000000009",
    });
  });

  it("takes the panel's names", async () => {
    await using server = await testServer();
    const answer = await told(
      await server.ask("/predict", { unique_id: "2", ds: "2015-08-10", promo: false, open: 1 }),
    );
    expect(answer.prediction).toBe(2000);
  });

  it("a closed day sells nothing", async () => {
    await using server = await testServer();
    expect((await told(await server.ask("/predict", { Store: 1, Date: "2015-08-02", Open: 0 }))).prediction).toBe(0);
  });

  const refusals: readonly (readonly [what: string, body: unknown, status: number, says: string])[] = [
    ["an unknown store", { Store: 99, Date: "2015-08-02" }, 404, "nearest"],
    ["a wrong type", { Store: "one", Date: "2015-08-02" }, 422, "/Store must be integer"],
    ["an unknown field", { Store: 1, Date: "2015-08-02", Price: 1 }, 422, "/Price is not known"],
    ["a missing date", { Store: 1 }, 422, "Date"],
    ["a date that is none", { Store: 1, Date: "2015-02-30" }, 422, "Date"],
    ["a date of the past", { Store: 1, Date: "2015-07-31" }, 422, "before 2015-08-01"],
    ["a date after the horizon", { Store: 1, Date: "2015-09-12" }, 422, "after 2015-09-11"],
    ["a promotion of 2", { Store: 1, Date: "2015-08-02", Promo: 2 }, 422, "Promo"],
    ["a huge number", { Store: 1e308, Date: "2015-08-02" }, 422, "Store"],
    ["a list", [], 422, "object"],
    ["SQL as a series", { unique_id: "1'; DROP TABLE predictions; --", ds: "2015-08-02" }, 404, "nearest"],
    ["a path as a series", { unique_id: "../../etc/passwd", ds: "2015-08-02" }, 404, "nearest"],
    ["text that is no JSON", "{Store: 1}", 400, "JSON"],
    ["NaN", '{"Store": NaN}', 400, "JSON"],
  ];
  for (const [what, body, status, says] of refusals) {
    it(`refuses ${what} with a problem`, async () => {
      await using server = await testServer();
      const answer = await server.ask("/predict", body);
      const problem = await answer.json();
      expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
      expect(JSON.stringify(problem)).toContain(says);
      expect(problem.instance).toBe(answer.headers.get("x-request-id"));
    });
  }

  it("says what is wrong with the row as it was told, and nothing of the other way to tell it", async () => {
    await using server = await testServer();
    const said = async (body: unknown) => (await (await server.ask("/predict", body)).json()).detail;
    expect(await said({ unique_id: "1", ds: "tomorrow" })).toBe('Cannot use this body: /ds must match format "date"');
    expect(await said({ unique_id: "1", ds: "2015-08-02", wether: 1 })).toBe(
      "Cannot use this body: /wether is not known",
    );
    expect(await said({ Store: 1, Date: "2015-08-02", Wether: 1 })).toBe("Cannot use this body: /Wether is not known");
  });

  it("refuses a body that is too large, compressed, or of another kind", async () => {
    await using server = await testServer({ settings: { bodyBytes: 100 } });
    expect((await server.ask("/predict", "x".repeat(101))).status).toBe(413);
    expect((await server.ask("/predict", "x", { headers: { "content-encoding": "gzip" } })).status).toBe(415);
    expect((await server.ask("/predict", "x", { headers: { "content-type": "text/xml" } })).status).toBe(415);
  });

  it("answers 503 while there is no model", async () => {
    await using server = await testServer({ load: () => Promise.reject(new Error("no")) });
    const answer = await server.ask("/predict", { Store: 1, Date: "2015-08-02" });
    expect([answer.status, Number(answer.headers.get("retry-after")) > 0]).toEqual([503, true]);
  });

  it("logs what it served, with the plan and the hash of the features", async () => {
    await using server = await testServer();
    await server.ask("/predict", { Store: 2, Date: "2015-08-10", Promo: 1 }, { headers: { "x-request-id": "abc" } });
    expect(await server.services.served.flush()).toBe(true);
    const [row] = await server.services.forecasts.predictions("2015-08-01");
    expect(row).toMatchObject({
      requestId: "abc",
      route: "/predict",
      model: "test-rossmann/1",
      uniqueId: "2",
      ds: "2015-08-10",
      yHat: 3000,
      hash: "0000000000000009",
      changes: '{"9":{"promo":1}}',
      origin: "2015-08-01",
    });
  });

  it("goes on while the store is away, and writes the log when it is back", async () => {
    await using server = await testServer();
    const { forecasts, served } = server.services;
    const write = forecasts.logPredictions;
    Object.assign(forecasts, { logPredictions: () => Promise.reject(new StoreError("away", "db")) });
    expect((await server.ask("/predict", { Store: 1, Date: "2015-08-02" })).status).toBe(200);
    expect([await served.flush(), served.waiting]).toEqual([false, 1]);
    Object.assign(forecasts, { logPredictions: write });
    expect([await served.flush(), served.waiting]).toEqual([true, 0]);
    expect((await forecasts.counts()).predictions).toBe(1);
  });
});

describe("POST /predict_batch", () => {
  const rows = [
    { Store: 1, Date: "2015-08-10" },
    { Store: 99, Date: "2015-08-10" },
    { Store: 1, Date: "2015-08-10" },
    { Store: 2, Date: "yesterday" },
    { unique_id: "3", ds: "2015-08-11", open: 0 },
  ];

  it("answers each row, and tells what is wrong with the bad ones", async () => {
    await using server = await testServer();
    const { status, rows: count, failed, predictions } = await told(await server.ask("/predict_batch", rows));
    expect([status, count, failed]).toEqual([200, 5, 3]);
    expect(predictions.map(({ row }: { row: number }) => row)).toEqual([0, 1, 2, 3, 4]);
    expect(predictions[1].error.nearest).toContain("1");
    expect(predictions[2].error.detail).toContain("row 0 has 1 on 2015-08-10 too");
    expect(predictions[3].error.detail).toContain("Date");
    expect(predictions[4].prediction).toBe(0);
  });

  it("takes CSV as Kaggle writes it", async () => {
    await using server = await testServer();
    const csv = '"Id","Store","DayOfWeek","Date","Open","Promo","StateHoliday","SchoolHoliday"\n' +
      '1,1,1,"2015-08-10",1,1,"0",0\n2,2,1,"2015-08-10",,0,"a",1\n';
    const answer = await told(await server.ask("/predict_batch", csv, { headers: { "content-type": "text/csv" } }));
    expect([answer.failed, answer.predictions.map(({ prediction }: { prediction: number }) => prediction)])
      .toEqual([0, [1500, 2000]]);
  });

  it("streams one row per line", async () => {
    await using server = await testServer();
    const answer = await server.ask("/predict_batch", rows, { headers: { accept: "application/x-ndjson" } });
    expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
    const lines = (await answer.text()).trim().split("\n").map((line) => JSON.parse(line));
    expect(lines.length).toBe(5);
    expect(new Set(lines.map(({ row }) => row)).size).toBe(5);
  });

  it("refuses more rows than are allowed, none, and a broken CSV", async () => {
    await using server = await testServer({ settings: { batchRows: 2 } });
    expect((await server.ask("/predict_batch", rows)).status).toBe(422);
    expect((await server.ask("/predict_batch", [])).status).toBe(422);
    const csv = { headers: { "content-type": "text/csv" } };
    expect((await server.ask("/predict_batch", "Store,Date\n1,2015-08-10,7\n", csv)).status).toBe(422);
    expect((await server.ask("/predict_batch", "", csv)).status).toBe(422);
  });
});

describe("POST /forecast", () => {
  it("forecasts the horizon under a plan, beside the usual one", async () => {
    await using server = await testServer();
    const plan = [{ ds: "2015-08-10", promo: 1 }, { ds: "2015-08-11", open: 0 }];
    const answer = await told(await server.ask("/forecast", { Store: 2, plan }));
    expect([answer.status, answer.days.length]).toEqual([200, 42]);
    expect(answer.days[9]).toMatchObject({ ds: "2015-08-10", prediction: 3000, usual: 2000, known: { promo: 1 } });
    expect(answer.days[10]).toMatchObject({ prediction: 0, intervals: { 80: { lo: 0, hi: 0 } } });
    expect(answer.total - answer.usual_total).toBeCloseTo(1000 - 2000);
  });

  it("forecasts a part of the horizon", async () => {
    await using server = await testServer();
    const answer = await told(await server.ask("/forecast", { unique_id: "1", start: "2015-08-03", horizon: 2 }));
    expect(answer.days.map(({ ds }: { ds: string }) => ds)).toEqual(["2015-08-03", "2015-08-04"]);
  });

  for (
    const [what, body, status] of [
      ["a series that is not named", { plan: [] }, 422],
      ["an unknown series", { unique_id: "x" }, 404],
      ["a plan beyond the horizon", { Store: 1, plan: [{ ds: "2016-01-01", promo: 1 }] }, 422],
      ["a date that is planned twice", { Store: 1, plan: [{ ds: "2015-08-03" }, { ds: "2015-08-03" }] }, 422],
      ["a horizon that is too long", { Store: 1, start: "2015-09-11", horizon: 2 }, 422],
    ] as const
  ) {
    it(`refuses ${what}`, async () => {
      await using server = await testServer();
      expect((await server.ask("/forecast", body)).status).toBe(status);
    });
  }
});

describe("GET /forecast", () => {
  async function withForecasts(): Promise<TestServer> {
    const server = await testServer();
    const { models, forecasts, now } = server.services;
    await batchForecast(models.answerer(), forecasts, { now });
    return server;
  }

  it("reads what the batch stored, by series and date", async () => {
    await using server = await withForecasts();
    const answer = await told(await server.ask("/forecast?store_id=2&date=2015-08-10&level=80"));
    expect(answer).toEqual({
      status: 200,
      unique_id: "2",
      forecasts: [{
        ds: "2015-08-10",
        prediction: 2000,
        intervals: { 80: { lo: 1200, hi: 2800 } },
        model: "test-rossmann/1",
        origin: "2015-08-01",
        made_at: "2015-08-01T06:00:00Z",
      }],
    });
    const range = await told(await server.ask("/forecast?unique_id=2&from=2015-08-10&to=2015-08-12"));
    expect(range.forecasts.length).toBe(3);
  });

  it("is as good as POST /predict says, bit for bit", async () => {
    await using server = await withForecasts();
    const stored = await told(await server.ask("/forecast?unique_id=3&date=2015-08-20"));
    const now = await told(await server.ask("/predict", { Store: 3, Date: "2015-08-20" }));
    expect(stored.forecasts[0].prediction).toBe(now.prediction);
  });

  for (
    const [query, status] of [
      ["unique_id=99", 404],
      ["", 422],
      ["unique_id=1&colour=red", 422],
      ["unique_id=1&from=soon", 422],
      ["unique_id=1&unique_id=2", 422],
      ["store_id=one", 422],
    ] as const
  ) {
    it(`answers ?${query} with ${status}`, async () => {
      await using server = await withForecasts();
      expect((await server.ask(`/forecast?${query}`)).status).toBe(status);
    });
  }

  it("answers 503 while the store is away", async () => {
    await using server = await testServer();
    Object.assign(server.services.forecasts, { forecasts: () => Promise.reject(new StoreError("away", "/secret/db")) });
    const answer = await server.ask("/forecast?unique_id=1");
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain("secret");
  });

  it("a batch that is run again does nothing", async () => {
    await using server = await withForecasts();
    const { models, forecasts, now } = server.services;
    expect(await batchForecast(models.answerer(), forecasts, { now })).toMatchObject({ rows: 0, skipped: 3 });
  });
});

describe("POST /actuals", () => {
  it("keeps what was sold, once", async () => {
    await using server = await testServer();
    const rows = [{ Store: 1, Date: "2015-08-01", Sales: 5000 }, { unique_id: "2", ds: "2015-08-01", y: 0 }];
    expect(await told(await server.ask("/actuals", rows))).toEqual({ status: 200, received: 2, changed: 2 });
    expect(await told(await server.ask("/actuals", rows))).toEqual({ status: 200, received: 2, changed: 0 });
  });

  for (
    const [what, row, status] of [
      ["an unknown series", { Store: 99, Date: "2015-08-01", Sales: 1 }, 404],
      ["negative sales", { Store: 1, Date: "2015-08-01", Sales: -1 }, 422],
      ["sales that are text", { Store: 1, Date: "2015-08-01", Sales: "many" }, 422],
      ["1e308", { Store: 1, Date: "2015-08-01", Sales: 1e308 }, 422],
    ] as const
  ) {
    it(`keeps nothing when a row has ${what}`, async () => {
      await using server = await testServer();
      const answer = await server.ask("/actuals", [{ Store: 1, Date: "2015-08-02", Sales: 1 }, row]);
      expect(answer.status).toBe(status);
      expect((await server.services.forecasts.counts()).actuals).toBe(0);
    });
  }
});

describe("GET /model_info", () => {
  it("tells version, split, approvals, data and age", async () => {
    await using server = await testServer();
    expect(await told(await server.ask("/model_info"))).toMatchObject({
      version: "1",
      stage: "Production",
      last: "2015-09-11",
      age_days: 0.25,
      metrics: { metric: "rmspe", baseline: "seasonal_naive" },
      approvals: [{ by: "alice" }],
    });
  });

  it("reports how far the shadow is from what was answered", async () => {
    const load = (which?: string) =>
      Promise.resolve(fakeModel({ version: which ?? "1", factor: which === "2" ? 1.1 : 1 }));
    await using server = await testServer({ load });
    await server.services.models.setShadow("2");
    await server.ask("/predict", { Store: 1, Date: "2015-08-20" });
    await new Promise((resolve) => setTimeout(resolve));
    const { shadow } = await told(await server.ask("/model_info"));
    expect(shadow).toMatchObject({ version: "2", predictions: 1, errors: 0 });
    expect(shadow.meanDifference).toBeCloseTo(0.1);
  });
});

describe("POST /explain", () => {
  it("tells contributions and the days that were like it", async () => {
    await using server = await testServer();
    const answer = await told(await server.ask("/explain", { Store: 1, Date: "2015-08-03" }));
    expect(answer).toMatchObject({ status: 200, unique_id: "1", contributions: [{ feature: "promo" }], analogues: [] });
  });
});

describe("the Open Inference Protocol", () => {
  const inputs = [
    { name: "unique_id", shape: [2], datatype: "BYTES", data: ["1", "2"] },
    { name: "ds", shape: [2], datatype: "BYTES", data: ["2015-08-10", "2015-08-10"] },
    { name: "promo", shape: [2], datatype: "FP64", data: [1, 0] },
  ];

  it("tells metadata and readiness", async () => {
    await using server = await testServer();
    expect(await told(await server.ask("/v2/models/test-rossmann"))).toMatchObject({ status: 200, versions: ["1"] });
    expect((await server.ask("/v2/models/test-rossmann/versions/1/ready")).status).toBe(200);
    expect((await server.ask("/v2/models/test-rossmann/versions/2/ready")).status).toBe(404);
    expect((await server.ask("/v2/health/ready")).status).toBe(200);
    expect(await (await server.ask("/v2/repository/index", {})).json()).toMatchObject([{ state: "READY" }]);
  });

  it("forecasts tensors", async () => {
    await using server = await testServer();
    const answer = await told(await server.ask("/v2/models/test-rossmann/infer", { id: "7", inputs }));
    expect(answer).toMatchObject({ status: 200, id: "7", model_version: "1" });
    expect(answer.outputs[0]).toEqual({ name: "prediction", shape: [2], datatype: "FP64", data: [1500, 2000] });
  });

  it("refuses tensors of different lengths, and names that it does not know", async () => {
    await using server = await testServer();
    const infer = (tensors: unknown) => server.ask("/v2/models/test-rossmann/infer", { inputs: tensors });
    expect((await infer([inputs[0], { ...inputs[1], shape: [1], data: ["2015-08-10"] }])).status).toBe(422);
    expect((await infer([...inputs, { ...inputs[2], name: "price" }])).status).toBe(422);
  });
});

describe("administration", () => {
  const { privateKey, publicKey } = newKeyPair(), viewer = newKeyPair();
  const users: ApprovedUsers = {
    users: [{ name: "ben", role: "deployer", key: publicKey }, { name: "vera", role: "viewer", key: viewer.publicKey }],
    mode: "signed",
    twoPersons: false,
    sealed: true,
  };
  const now = Temporal.Instant.from("2015-08-01T06:00:00Z");
  const load = (which?: string) => Promise.resolve(fakeModel({ version: which ?? "1" }));
  const signed = (path: string, body: string, { user = "ben", key = privateKey, at = now } = {}) => ({
    headers: signRequest({ method: "POST", path, body }, { user, privateKey: key, now: at }),
  });

  it("a listed deployer may reload, set a shadow and a canary", async () => {
    await using server = await testServer({ users, load });
    const reload = await server.ask("/admin/reload", "{}", signed("/admin/reload", "{}"));
    expect(await told(reload)).toMatchObject({ status: 200, outcome: "swapped" });
    const canary = JSON.stringify({ version: "2", share: 1 });
    expect((await server.ask("/admin/canary", canary, signed("/admin/canary", canary))).status).toBe(200);
    expect(server.services.models.answerer("1").version).toBe("2");
    const shadow = JSON.stringify({ version: "3" });
    expect((await server.ask("/admin/shadow", shadow, signed("/admin/shadow", shadow))).status).toBe(200);
    expect(server.services.models.shadow?.version).toBe("3");
  });

  it("nobody else may: no signature, another's key, a viewer, an old or used signature, another body", async () => {
    await using server = await testServer({ users, load });
    const path = "/admin/reload", once = signed(path, "{}");
    const attempts = [
      {},
      signed(path, "{}", { key: viewer.privateKey }),
      signed(path, "{}", { user: "vera", key: viewer.privateKey }),
      signed(path, "{}", { user: "mallory" }),
      signed(path, "{}", { at: now.subtract({ minutes: 6 }) }),
      signed(path, '{"a":1}'),
      signed("/admin/canary", "{}"),
    ];
    for (const attempt of attempts) expect((await server.ask(path, "{}", attempt)).status).toBe(403);
    expect((await server.ask(path, "{}", once)).status).toBe(200);
    expect((await server.ask(path, "{}", once)).status).toBe(403);
  });
});
