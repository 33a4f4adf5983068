/**
 * The routes of the API, in the order of the documentation. One line each.
 *
 * @module
 */
import type { Routes } from "@/serving/route.ts";
import { healthRoutes } from "@/serving/routes/health.ts";
import { metricsRoutes } from "@/serving/routes/metrics.ts";

/** Makers of all routes. */
export const routes: readonly Routes[] = [
  healthRoutes,
  metricsRoutes,
];
