import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { newKeyPair } from "@/governance/mod.ts";
import { liveServer } from "../support/live_server.ts";
import { interopMissing } from "../support/python.ts";
import { fuzz } from "../support/schemathesis.ts";

const missing = interopMissing();

describe("requests that schemathesis makes up from the OpenAPI document", { skip: missing !== false }, () => {
  it("never fail on our side, and every answer is as documented; those that change forecasts are signed", async () => {
    await using server = await liveServer();
    const { models } = server.running.services, model = models.answerer();
    const dates = [-400, -1, 0, 1, 7, 20, model.horizon - 1, model.horizon].map((step) => model.dateOf(step));
    const [id] = model.series, row = { unique_id: id!, ds: model.origin };
    const forecast = model.recall(id!, 0, {})!.value;
    const { publicKey: key, privateKey } = newKeyPair();
    await server.shop.changeUsers(({ users }) => ({ users: [...users, { name: "carla", role: "planner", key }] }));
    const planner = { user: "carla", privateKey, order: { ...row, value: Math.round(1.2 * forecast), reason: "Fair" } };
    const reports = await fuzz({ url: server.url, series: model.series, dates, model: model.name, planner }, 12);
    expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
    expect(reports.reduce((sum, { cases }) => sum + cases, 0)).toBeGreaterThan(1_000);
    // Signatures were no obstacle: some overrides were kept, and the others refused for what they said.
    const counts = await (await server.ask("/metrics")).text();
    const told = [...counts.matchAll(/^request_count_total\{route="\/overrides",method="POST",status="(\d+)"\}/gm)];
    const statuses = new Set(told.map(([, status]) => status));
    for (const status of ["200", "404", "409", "422"]) expect(statuses).toContain(status);
    expect(statuses).not.toContain("403");
    const { overrides } = await (await server.ask("/overrides?history=true")).json();
    expect(overrides.length).toBeGreaterThan(5);
    // After all of it the model still answers, and with the same numbers.
    const { prediction } = await (await server.ask("/predict", row)).json();
    expect(prediction).toBe(forecast);
  });
});
