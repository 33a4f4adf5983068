/**
 * The metrics in words: how each is named, written, drawn and compared.
 *
 * @module
 */
import type { MetricName } from "@/core/metric.ts";
import { formatPercent, formatSales, MISSING } from "@/charts/format.ts";

/** How a metric is told to people. */
export interface MetricWords {
  /** As the literature writes it: `RMSPE`. */
  readonly label: string;
  /** One sentence for a planner. */
  readonly meaning: string;
  /** What its number is: a share (0.1 is 10 %), a percentage, a ratio to naive, or units of sales. */
  readonly kind: "share" | "percent" | "ratio" | "units";
}

/** Every metric in words. */
export const METRIC_WORDS: Readonly<Record<MetricName, MetricWords>> = {
  rmspe: {
    label: "RMSPE",
    meaning: "Typical miss as a share of actual sales; large misses weigh more. Rows without sales do not count.",
    kind: "share",
  },
  wmae: { label: "WMAE", meaning: "Average miss in units of sales; holiday weeks count more.", kind: "units" },
  smape: {
    label: "SMAPE",
    meaning: "Average miss relative to actual and forecast together (0 to 200).",
    kind: "percent",
  },
  rmse: { label: "RMSE", meaning: "Typical miss in units of sales; large misses weigh more.", kind: "units" },
  mae: { label: "MAE", meaning: "Average miss in units of sales.", kind: "units" },
  mape: { label: "MAPE", meaning: "Average miss as a share of actual sales.", kind: "share" },
  mase: {
    label: "MASE",
    meaning: "Average miss relative to seasonal naive in the past: below 1 is better.",
    kind: "ratio",
  },
  bias: {
    label: "Bias",
    meaning: "Whether forecasts are too high (+) or too low (−) altogether; zero is best.",
    kind: "share",
  },
};

/**
 * Writes a metric's value in its own unit.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { formatMetric } from "@/charts/metric_words.ts";
 *
 * expect(formatMetric("rmspe", 0.0994)).toBe("9.9\u00a0%");
 * expect(formatMetric("smape", 12.61)).toBe("12.6\u00a0%");
 * expect(formatMetric("mase", 0.8149)).toBe("0.815");
 * expect(formatMetric("bias", 0.012)).toBe("+1.2\u00a0%");
 * expect(formatMetric("mae", null)).toBe("–");
 * ```
 */
export function formatMetric(metric: MetricName, value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  switch (METRIC_WORDS[metric].kind) {
    case "share":
      return (metric === "bias" && value >= 0.0005 ? "+" : "") + formatPercent(value);
    case "percent":
      return formatPercent(value / 100);
    case "ratio":
      return value.toFixed(3);
    case "units":
      return formatSales(value);
  }
}

/** How a metric's axis is drawn. */
export interface MetricAxis {
  /** The axis title, with its unit. */
  readonly title: string;
  /** Values are multiplied by this before they are drawn. */
  readonly scale: number;
  /** What follows each tick: a percent sign, or nothing. */
  readonly suffix: string;
  /** How Plotly writes the ticks: with thousands separators, and no more digits than needed. */
  readonly tickformat: string;
}

/**
 * Returns how a metric's axis is drawn: title with unit, and the factor from the value to what is drawn.
 *
 * @param unit What one unit of sales is: `EUR a day`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { metricAxis } from "@/charts/metric_words.ts";
 *
 * expect(metricAxis("rmspe").scale).toBe(100);
 * expect(metricAxis("mae", "EUR a day").title).toBe("MAE (EUR a day)");
 * ```
 */
export function metricAxis(metric: MetricName, unit = "units of sales"): MetricAxis {
  const { label, kind } = METRIC_WORDS[metric];
  const tickformat = ",~r";
  switch (kind) {
    case "share":
      return { title: `${label} (%)`, scale: 100, suffix: "\u00a0%", tickformat };
    case "percent":
      return { title: `${label} (%)`, scale: 1, suffix: "\u00a0%", tickformat };
    case "ratio":
      return { title: `${label} (1 = naive in the past)`, scale: 1, suffix: "", tickformat };
    case "units":
      return { title: `${label} (${unit})`, scale: 1, suffix: "", tickformat };
  }
}

/**
 * Returns how bad a value is: the value itself, or for bias its distance from zero; `Infinity` where it is missing.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { badness } from "@/charts/metric_words.ts";
 *
 * expect(badness("bias", -0.02)).toBe(0.02);
 * expect(badness("mae", null)).toBe(Infinity);
 * ```
 */
export function badness(metric: MetricName, value: number | null | undefined): number {
  if (value === null || value === undefined || !Number.isFinite(value)) return Infinity;
  return metric === "bias" ? Math.abs(value) : value;
}

/**
 * Returns the relative change of an error against a baseline's: −0.31 is 31 % less; null where it cannot be said.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { changeAgainst } from "@/charts/metric_words.ts";
 *
 * expect(changeAgainst("mae", 75, 100)).toBe(-0.25);
 * expect(changeAgainst("mae", 75, null)).toBeNull();
 * ```
 */
export function changeAgainst(
  metric: MetricName,
  value: number | null | undefined,
  baseline: number | null | undefined,
): number | null {
  const ours = badness(metric, value), theirs = badness(metric, baseline);
  return Number.isFinite(ours) && Number.isFinite(theirs) && theirs > 0 ? ours / theirs - 1 : null;
}
