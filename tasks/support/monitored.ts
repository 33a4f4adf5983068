/**
 * What tasks that monitor, whole or in parts, have in common: how many steps are judged, and the log of forecasts.
 *
 * @module
 */
import { ParamsError } from "@/core/errors.ts";
import type { MonitorOptions } from "@/pipeline/monitor/monitor.ts";
import type { ForecastStore } from "@/serving/stores/forecast_store.ts";
import type { Flag, FlagValues } from "./command.ts";

/** How much is judged. */
export const LAST_FLAG = {
  last: { type: "string", value: "N", about: "judge the newest N steps (default: 14 days, 4 weeks)" },
} as const satisfies Record<string, Flag>;

/** The options of monitoring, from the flags and a store of forecasts. */
export function monitorOptions({ last }: FlagValues, store: ForecastStore): Pick<MonitorOptions, "steps" | "log"> {
  return {
    log: async (from) => ({ forecasts: await store.forecastsOf({ from }), actuals: await store.actuals({ from }) }),
    ...(last === undefined ? {} : { steps: stepsOf(String(last)) }),
  };
}

function stepsOf(text: string): number {
  const steps = Number(text);
  if (!/^\d+$/.test(text) || steps < 1) {
    throw new ParamsError(`Cannot judge --last ${text}: expected a whole number from 1 on`);
  }
  return steps;
}
