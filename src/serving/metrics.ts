/**
 * What Prometheus reads: requests, predictions, latency, errors, the model's age.
 *
 * @module
 */
import client from "prom-client";

/** The metrics of one server. */
export interface Metrics {
  readonly registry: client.Registry;
  readonly requests: client.Counter<"route" | "method" | "status">;
  readonly predictions: client.Counter<"route" | "version">;
  readonly latency: client.Histogram<"route">;
  readonly errors: client.Counter<"kind">;
  readonly inFlight: client.Gauge;
  readonly rows: client.Histogram;
}

/** Request times worth telling apart, in seconds: from a look-up to a large batch. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Opens the metrics of a server.
 *
 * @param gauges Values that are looked up when somebody reads the metrics: name → what it is, and its value by label.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openMetrics } from "@/serving/metrics.ts";
 *
 * const metrics = openMetrics();
 * metrics.predictions.inc({ route: "/predict", version: "1" }, 3);
 * expect(await metrics.registry.metrics()).toContain('prediction_count_total{route="/predict",version="1"} 3');
 * ```
 */
export function openMetrics({ processMetrics = false }: { readonly processMetrics?: boolean } = {}): Metrics {
  const registry = new client.Registry(), registers = [registry];
  if (processMetrics) client.collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new client.Counter({
      name: "request_count_total",
      help: "Requests that were answered",
      labelNames: ["route", "method", "status"],
      registers,
    }),
    predictions: new client.Counter({
      name: "prediction_count_total",
      help: "Forecasts of one series and date that were given",
      labelNames: ["route", "version"],
      registers,
    }),
    latency: new client.Histogram({
      name: "request_latency_seconds",
      help: "Time from a request to its answer",
      labelNames: ["route"],
      buckets: BUCKETS,
      registers,
    }),
    errors: new client.Counter({
      name: "error_count_total",
      help: "Requests that were refused or failed, by kind of problem",
      labelNames: ["kind"],
      registers,
    }),
    inFlight: new client.Gauge({ name: "requests_in_flight", help: "Requests in work", registers }),
    rows: new client.Histogram({
      name: "batch_rows",
      help: "Rows of a batch",
      buckets: [1, 10, 100, 1_000, 10_000, 50_000, 100_000],
      registers,
    }),
  };
}

/** A gauge that is looked up when it is read; missing while `look` finds nothing. */
export function lookedUp<Label extends string>(
  { registry }: Metrics,
  name: string,
  help: string,
  labelNames: readonly Label[],
  look: () =>
    | readonly { readonly labels: Readonly<Record<Label, string>>; readonly value: number }[]
    | Promise<readonly { readonly labels: Readonly<Record<Label, string>>; readonly value: number }[]>,
): void {
  new client.Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      this.reset();
      // A gauge without labels is set to zero by that: what nobody knows is missing, not zero.
      this.remove({});
      for (const { labels, value } of await look()) this.set(labels as never, value);
    },
  });
}
