import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { liveServer } from "../support/live_server.ts";
import { interopMissing } from "../support/python.ts";
import { fuzz } from "../support/schemathesis.ts";

const missing = interopMissing();

describe("requests that schemathesis makes up from the OpenAPI document", { skip: missing !== false }, () => {
  it("never fail on our side, and every answer is as documented", async () => {
    await using server = await liveServer();
    const { models } = server.running.services, model = models.answerer();
    const dates = [-400, -1, 0, 1, 7, 20, model.horizon - 1, model.horizon].map((step) => model.dateOf(step));
    const reports = await fuzz({ url: server.url, series: model.series, dates, model: model.name }, 12);
    expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
    expect(reports.reduce((sum, { cases }) => sum + cases, 0)).toBeGreaterThan(1_000);
    // After all of it the model still answers, and with the same numbers.
    const [id] = model.series, row = { unique_id: id, ds: model.origin };
    const { prediction } = await (await server.ask("/predict", row)).json();
    expect(prediction).toBe(model.recall(id!, 0, {})!.value);
  });
});
