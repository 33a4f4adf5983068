/**
 * The metrics of a registry as lines in CloudWatch's Embedded Metric Format: whoever ships the log, ships the metrics.
 *
 * Format: docs.aws.amazon.com, "Specification: Embedded metric format".
 *
 * @module
 */
import { dirname } from "node:path";
import type client from "prom-client";

/** What CloudWatch takes at most in one line. */
const MOST_METRICS = 100;
/** The name under which metrics appear in CloudWatch. */
const EMF_NAMESPACE = "shelfcast";

/** CloudWatch's word for the unit that a metric's name ends with. */
function unitOf(name: string): "Seconds" | "Bytes" | "Count" | "None" {
  if (name.endsWith("_seconds") || name.endsWith("_seconds_sum")) return "Seconds";
  if (name.endsWith("_bytes")) return "Bytes";
  return name.endsWith("_total") || name.endsWith("_count") || name.endsWith("_rows") ? "Count" : "None";
}

/** Turns readings of a registry into lines, one reading after the other. */
export interface EmfReader {
  /** What the registry says now, one JSON document per set of labels; counters say what was added since the last reading. */
  read(registry: client.Registry, now: Temporal.Instant): Promise<readonly string[]>;
}

/**
 * Opens a reader. Of histograms there are sum and count; what is not a number is left out, as CloudWatch refuses it.
 *
 * @param dimensions Labels that every line has beside its own.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { emfReader } from "@/pipeline/emf.ts";
 * import { openMetrics } from "@/serving/metrics.ts";
 *
 * const { registry, predictions } = openMetrics(), reader = emfReader({ dataset: "rossmann" });
 * predictions.inc({ route: "/predict", version: "1" }, 3);
 * const lines = await reader.read(registry, Temporal.Instant.from("2015-08-01T06:00:00Z"));
 * const line = lines.map((text) => JSON.parse(text)).find(({ version }) => version === "1");
 * expect(line).toMatchObject({ dataset: "rossmann", route: "/predict", prediction_count_total: 3 });
 * ```
 */
export function emfReader(dimensions: Readonly<Record<string, string>>): EmfReader {
  const before = new Map<string, number>();
  return {
    async read(registry, now) {
      const groups = new Map<string, { labels: Record<string, string>; values: Record<string, number> }>();
      for (const { name, type, values } of await registry.getMetricsAsJSON() as unknown as readonly Reading[]) {
        for (const { labels, value, metricName = name } of values) {
          if (metricName.endsWith("_bucket") || !Number.isFinite(value)) continue;
          const own = { ...dimensions, ...Object.fromEntries(Object.entries(labels).map(([k, v]) => [k, String(v)])) };
          const key = JSON.stringify(Object.entries(own).sort());
          const counts = type === "counter" || type === "histogram";
          const since = counts ? value - (before.get(metricName + key) ?? 0) : value;
          if (counts) before.set(metricName + key, value);
          const group = groups.get(key) ?? { labels: own, values: {} };
          group.values[metricName] = since;
          groups.set(key, group);
        }
      }
      return [...groups.values()].flatMap(({ labels, values }) => {
        const names = Object.keys(values);
        return Array.from(
          { length: Math.ceil(names.length / MOST_METRICS) },
          (_, part) =>
            emfLine(
              labels,
              names.slice(part * MOST_METRICS, (part + 1) * MOST_METRICS).map((name) => [name, values[name]!]),
              now,
            ),
        );
      });
    },
  };
}

/** A metric as prom-client gives it. */
interface Reading {
  readonly name: string;
  readonly type: string;
  readonly values: readonly {
    readonly labels: Readonly<Record<string, string | number>>;
    readonly value: number;
    readonly metricName?: string;
  }[];
}

function emfLine(
  labels: Readonly<Record<string, string>>,
  values: readonly (readonly [string, number])[],
  now: Temporal.Instant,
) {
  return JSON.stringify({
    _aws: {
      Timestamp: now.epochMilliseconds,
      CloudWatchMetrics: [{
        Namespace: EMF_NAMESPACE,
        Dimensions: [Object.keys(labels)],
        Metrics: values.map(([Name]) => ({ Name, Unit: unitOf(Name) })),
      }],
    },
    ...labels,
    ...Object.fromEntries(values),
  });
}

/** The file that lines of a day (UTC) go to, in the working folder. */
export const emfLogKey = (now: Temporal.Instant): string => `logs/emf-${now.toString().slice(0, 10)}.log`;

/** Adds lines to a file at the end, and makes the folder that it is in. */
export async function appendEmf(path: string, lines: readonly string[]): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, lines.map((line) => `${line}\n`).join(""), { append: true });
}
