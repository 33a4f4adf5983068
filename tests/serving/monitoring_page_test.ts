import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { raiseRetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";
import { afterRun, NO_RUNS, writeRetrainState } from "@/pipeline/retrain/retrain_state.ts";
import { type TestServer, testServer } from "../support/serving.ts";

describe("the page Monitoring", () => {
  const page = async (server: TestServer) => {
    const answer = await server.ask("/dashboard/monitoring");
    expect(answer.status).toBe(200);
    return (await answer.text()).replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
  };

  it("says that nothing is due, then why something is, and how the last attempt ended", async () => {
    await using server = await testServer();
    const { store } = server.services;
    expect(await page(server)).toContain("Nothing asks for a new model. No model was made anew yet.");
    await raiseRetrainFlag(store, {
      dataset: "rossmann",
      asOf: "2015-08-01",
      checkedAt: "2015-08-01T06:00:00Z",
      model: "shop/1",
      reasons: ["sales are <b>unlike</b> last year"],
    });
    const started = { startedAt: "2015-08-01T06:00:00Z", endedAt: "2015-08-01T06:01:00Z", seconds: 60 };
    const failed = { outcome: "failed", trigger: "flag", champion: 1, challenger: null, asOf: null } as const;
    await writeRetrainState(
      store,
      afterRun(NO_RUNS("rossmann"), { ...started, ...failed, reason: "The disk is full." }),
    );
    const html = await (await server.ask("/dashboard/monitoring")).text();
    expect(html).toContain("sales are &lt;b&gt;unlike&lt;/b&gt; last year");
    const text = await page(server);
    expect(text).toContain("A new model is due since");
    expect(text).toContain("deno task retrain --dataset rossmann");
    expect(text).toContain("it broke; the model of before still answers");
    expect(text).toContain("The disk is full.");
    expect(text).toContain("So far: 1 failed");
  });

  it("shows the alerts that follow from what tasks left, and says whom else to ask", async () => {
    await using server = await testServer();
    expect(await page(server)).toContain("The last runs of tasks left no alert.");
    const run = { outcome: "failed", trigger: "flag", champion: 1, challenger: null, asOf: null } as const;
    const when = { startedAt: "2015-08-01T06:00:00Z", endedAt: "2015-08-01T06:01:00Z", seconds: 60 };
    const { store } = server.services;
    await writeRetrainState(store, afterRun(NO_RUNS("rossmann"), { ...run, ...when, reason: "The disk is full." }));
    const text = await page(server);
    expect(text).toContain("RetrainingFailed ✗ critical The disk is full. The model before it still answers.");
    expect(text).toContain("SHELFCAST_PROMETHEUS=");
  });

  it("shows the alerts of the Prometheus that it was told of, and says when that does not answer", async () => {
    const alert = (name: string, severity: string, state: string) => ({
      labels: { alertname: name, severity },
      annotations: { summary: `${name} <b>` },
      state,
      activeAt: "2015-08-01T06:00:00Z",
    });
    const alerts = [alert("ShelfcastSlow", "warning", "pending"), alert("ShelfcastDown", "critical", "firing")];
    const api = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      ({ url }) =>
        new URL(url).pathname === "/api/v1/alerts"
          ? Response.json({ status: "success", data: { alerts } })
          : new Response("", { status: 404 }),
    );
    await using server = await testServer({ settings: { prometheus: `http://127.0.0.1:${api.addr.port}` } });
    const text = await page(server);
    expect(text).toMatch(/ShelfcastDown ✗ critical ShelfcastDown &lt;b&gt;.*ShelfcastSlow warning, not for long yet/);
    alerts.length = 0;
    expect(await page(server)).toContain("No alert is active.");
    await api.shutdown();
    expect(await page(server)).toMatch(/Prometheus at .* does not tell its alerts/);
  });
});
