import type { MetricName } from "@/core/metric.ts";

/** A score as tables have it: shares with four digits, other errors with about four. */
export function scoreText(metric: MetricName, value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (metric === "rmspe" || metric === "mape" || metric === "bias") return value.toFixed(4);
  return value.toFixed(Math.abs(value) >= 100 ? 0 : 3);
}
