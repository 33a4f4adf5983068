import type { MetricName } from "@/core/metric.ts";
import { bias } from "@/evaluation/metrics/bias.ts";
import { mae } from "@/evaluation/metrics/mae.ts";
import { mape } from "@/evaluation/metrics/mape.ts";
import { mase } from "@/evaluation/metrics/mase.ts";
import type { Metric } from "@/evaluation/metrics/metric.ts";
import { rmse } from "@/evaluation/metrics/rmse.ts";
import { rmspe } from "@/evaluation/metrics/rmspe.ts";
import { smape } from "@/evaluation/metrics/smape.ts";
import { wmae } from "@/evaluation/metrics/wmae.ts";

/** Every metric by its name; the compiler asks for one per name of `core/metric.ts`. */
export const metrics: Readonly<Record<MetricName, Metric>> = { rmspe, wmae, smape, rmse, mae, mape, mase, bias };
