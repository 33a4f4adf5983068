/**
 * What Prometheus scrapes.
 *
 * @module
 */
import type { Routes } from "@/serving/route.ts";

/** `/metrics` in Prometheus' text format. */
export const metricsRoutes: Routes = ({ metrics }) => [{
  method: "get",
  path: "/metrics",
  tag: "monitoring",
  about: "Counts, latencies and gauges for Prometheus",
  answers: { 200: { about: "Prometheus' text format", media: { "text/plain": { type: "string" } } } },
  async handle() {
    return new Response(await metrics.registry.metrics(), {
      headers: { "content-type": metrics.registry.contentType },
    });
  },
}];
