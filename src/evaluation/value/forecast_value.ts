/**
 * What each step of a forecasting process is worth.
 *
 * @module
 */

/** One step, with its error: naive, statistical model, planner's change. */
export interface ProcessStep {
  /** The name of the step: `seasonal_naive`, `lightgbm`. */
  readonly step: string;
  /** The error after this step, lower is better. */
  readonly error: number;
  /** What orders by this step's forecast cost per series and day. */
  readonly cost: number;
}

/** What a step added. Gains are shares: 0.1 is an error 10 % smaller. */
export interface StepValue extends ProcessStep {
  /** How much smaller the error is than the naive forecast's; below 0 it is larger. */
  readonly overNaive: number;
  /** How much smaller the error is than after the step before; 0 for the first step. */
  readonly overBefore: number;
  /** Money per series and day that it saves against the step before. */
  readonly saved: number;
}

/**
 * Lays out what each step of a process added: forecast value added (Gilliland 2010).
 *
 * @param steps In the order of the process; the first is the naive forecast.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { forecastValueAdded } from "@/evaluation/mod.ts";
 *
 * const steps = [{ step: "naive", error: 0.2, cost: 10 }, { step: "model", error: 0.1, cost: 6 }];
 * const [, model] = forecastValueAdded(steps);
 * expect([model!.overNaive, model!.saved]).toEqual([0.5, 4]);
 * ```
 */
export function forecastValueAdded(steps: readonly ProcessStep[]): StepValue[] {
  const gain = (from: number, to: number) => from > 0 ? 1 - to / from : 0;
  return steps.map((step, at) => {
    const naive = steps[0]!, before = steps[Math.max(0, at - 1)]!;
    return {
      ...step,
      overNaive: gain(naive.error, step.error),
      overBefore: gain(before.error, step.error),
      saved: before.cost - step.cost,
    };
  });
}
