/**
 * Counts and times every request, and writes the access log.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";
import type { Logger } from "@logtape/logtape";
import type { Metrics } from "@/serving/metrics.ts";
import type { Variables } from "@/serving/middleware/request_id.ts";

/** Measures requests by the path of their route, so that ids in paths do not become labels. */
export function measure(metrics: Metrics, log: Logger): MiddlewareHandler<{ Variables: Variables }> {
  return async function measure(c, next) {
    const started = performance.now();
    metrics.inFlight.inc();
    try {
      await next();
    } finally {
      metrics.inFlight.dec();
      const route = c.get("route") ?? "other", ms = performance.now() - started;
      const { status } = c.res, problem = c.get("problem");
      metrics.requests.inc({ route, method: c.req.method, status: String(status) });
      metrics.latency.observe({ route }, ms / 1000);
      if (problem !== undefined) metrics.errors.inc({ kind: problem });
      // Every request would be a line of its own, and the prediction log has them: only what failed is worth one here.
      if (status >= 500) log.error("failed", { route, status, ms, id: c.get("requestId") });
      else log.debug("answered", { route, status, ms, id: c.get("requestId") });
    }
  };
}
