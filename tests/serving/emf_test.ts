import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Ajv } from "ajv";
import client from "prom-client";
import { leaveBatchMetrics } from "@/pipeline/batch_metrics.ts";
import { emfLogKey, emfReader } from "@/pipeline/emf.ts";
import { loopGauges } from "@/serving/loop_gauges.ts";
import { monitoringGauges } from "@/serving/monitoring_gauges.ts";
import { liveServer } from "../support/live_server.ts";
import { testServer } from "../support/serving.ts";

/** What "Specification: Embedded metric format" of CloudWatch's documentation demands. */
const name = { type: "string", minLength: 1, maxLength: 1_024 };
const units = ["Seconds", "Bytes", "Count", "None"];
const check = new Ajv({ allErrors: true }).compile({
  type: "object",
  required: ["_aws"],
  properties: {
    _aws: {
      type: "object",
      additionalProperties: false,
      required: ["Timestamp", "CloudWatchMetrics"],
      properties: {
        Timestamp: { type: "integer", minimum: 0 },
        CloudWatchMetrics: {
          type: "array",
          minItems: 1,
          items: {
            type: "object",
            additionalProperties: false,
            required: ["Namespace", "Dimensions", "Metrics"],
            properties: {
              Namespace: name,
              Dimensions: { type: "array", items: { type: "array", maxItems: 30, items: { ...name, maxLength: 250 } } },
              Metrics: {
                type: "array",
                minItems: 1,
                maxItems: 100,
                items: {
                  type: "object",
                  additionalProperties: false,
                  required: ["Name"],
                  properties: { Name: name, Unit: { enum: units }, StorageResolution: { enum: [1, 60] } },
                },
              },
            },
          },
        },
      },
    },
  },
});

interface Line {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [name: string]: unknown;
}

/** Holds a line to the schema, and to what a schema cannot say: what it names, it has, as a number or a text. */
function valid(text: string): Line {
  const line = JSON.parse(text) as Line;
  if (!check(line)) throw new Error(JSON.stringify(check.errors));
  expect(text.length).toBeLessThan(256 * 1024);
  for (const { Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
    for (const dimension of Dimensions.flat()) expect(typeof line[dimension]).toBe("string");
    for (const { Name } of Metrics) expect(Number.isFinite(line[Name])).toBe(true);
  }
  return line;
}

const NOW = Temporal.Instant.from("2015-08-01T06:00:00Z");

describe("lines for CloudWatch", () => {
  it("say what /metrics says, every gauge and counter of a server", async () => {
    await using server = await testServer();
    monitoringGauges(server.services);
    loopGauges(server.services);
    await server.ask("/predict", { Store: 1, Date: "2015-08-10" });
    const { registry } = server.services.metrics;
    const lines = (await emfReader({ dataset: "rossmann" }).read(registry, NOW)).map(valid);
    const told = new Set(lines.flatMap(({ _aws }) => _aws.CloudWatchMetrics[0]!.Metrics.map(({ Name }) => Name)));
    const scraped = (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.split(/[{ ]/)[0]!).filter((one) => !one.endsWith("_bucket"));
    expect([...told].sort()).toEqual([...new Set(scraped)].sort());
    expect(told.has("model_age_seconds")).toBe(true);
    const answered = lines.find(({ route, status }) => route === "/predict" && status === "200");
    expect(answered).toMatchObject({ request_count_total: 1, dataset: "rossmann", method: "POST" });
  });

  it("of counters say what was added since the reading before, of gauges what is", async () => {
    const registry = new client.Registry(), registers = [registry], reader = emfReader({ dataset: "walmart" });
    const counter = new client.Counter({ name: "sold_total", help: "x", registers });
    const gauge = new client.Gauge({ name: "age_seconds", help: "x", registers });
    const seen: unknown[] = [];
    for (const [added, age] of [[3, 10], [4, 20], [0, NaN]] as const) {
      counter.inc(added);
      gauge.set(age);
      const [line] = (await reader.read(registry, NOW)).map(valid);
      seen.push([line!["sold_total"], line!["age_seconds"]]);
    }
    expect(seen).toEqual([[3, 10], [4, 20], [0, undefined]]);
  });

  it("are cut where there are more than a hundred metrics", async () => {
    const registry = new client.Registry();
    for (let k = 0; k < 150; k++) new client.Gauge({ name: `g${k}`, help: "x", registers: [registry] }).set(k);
    const lines = (await emfReader({}).read(registry, NOW)).map(valid);
    expect(lines.map(({ _aws }) => _aws.CloudWatchMetrics[0]!.Metrics.length)).toEqual([100, 50]);
  });

  it("are written by a server that is asked to, at the latest when it stops, and by tasks", async () => {
    const server = await liveServer({ env: { SHELFCAST_EMF: "1" } });
    const path = server.shop.path(emfLogKey(server.shop.context.now()));
    await (await server.ask("/health")).body?.cancel();
    await server.running.stop();
    const run = { task: "monitor", dataset: "rossmann", succeeded: true, seconds: 2, peakBytes: 3e8 };
    expect(await leaveBatchMetrics({ ...run, endedAt: NOW }, { emf: path })).toEqual([]);
    const lines = (await Deno.readTextFile(path)).trim().split("\n").map(valid);
    expect(lines.some((line) => line["model_ready"] === 1)).toBe(true);
    expect(lines.at(-1)).toMatchObject({ task: "monitor", batch_duration_seconds: 2 });
    await server[Symbol.asyncDispose]();
  });
});
