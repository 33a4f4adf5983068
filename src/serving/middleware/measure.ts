/**
 * Counts and times every request, and writes the access log.
 *
 * @module
 */
import type { Logger } from "@logtape/logtape";
import type { Metrics } from "@/serving/metrics.ts";
import type { Visit } from "@/serving/middleware/visit.ts";

/** Notes that a request has its answer: counted by the path of its route, so that ids in paths do not become labels. */
export type Measure = (visit: Visit, method: string, status: number) => void;

/** Measures requests. */
export function measure(metrics: Metrics, log: Logger): Measure {
  return function measure({ id, route, problem, started }, method, status) {
    const ms = performance.now() - started;
    metrics.requests.inc({ route, method, status: String(status) });
    metrics.latency.observe({ route }, ms / 1000);
    if (problem !== undefined) metrics.errors.inc({ kind: problem });
    // Every request would be a line of its own, and the prediction log has them: only what failed is worth one here.
    if (status >= 500) log.error("failed", { route, status, ms, id });
    else log.debug("answered", { route, status, ms, id });
  };
}
