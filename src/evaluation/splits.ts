import type { Frequency } from "@/core/panel.ts";

/** Steps that are forecast from one origin, as dates `YYYY-MM-DD`. */
export interface Window {
  /** Where the forecaster stands: the first date that is not known, so the same as `from`. */
  readonly origin: string;
  /** The first date that is forecast. */
  readonly from: string;
  /** The last date that is forecast. */
  readonly to: string;
}

/** Which steps are forecast to learn from (the backtest), and which only to report on (the holdout). */
export interface WindowPlan {
  /** The newest steps before `asOf`, which nobody learns from. */
  readonly holdout: Window;
  /** Oldest first; every one ends before the holdout begins. They may overlap each other. */
  readonly backtest: readonly Window[];
  /** What could not be done as asked, in sentences for a person. */
  readonly notes: readonly string[];
}

/** What `planWindows` is asked for. */
export interface WindowRequest {
  /** The first date of the data. */
  readonly firstDate: string;
  /** The first date whose target is not known: as if the data ended the step before. */
  readonly asOf: string;
  /** Whether steps are days or weeks. */
  readonly frequency: Frequency;
  /** Steps that a forecast reaches ahead. */
  readonly horizon: number;
  /** Steps of one season: 7 for daily, 52 for weekly data. */
  readonly seasonLength: number;
  /** How many earlier windows to backtest on. */
  readonly windows?: number;
  /** Steps between the origins of the backtest; shortened when the history asks for it. */
  readonly step?: number;
}

/**
 * Plans the forecasts by which models are judged: the last `horizon` steps are the holdout, which nobody learns from;
 * earlier windows, stepping back from it, are where models are chosen and tuned.
 *
 * Dates are counted on the grid that starts at `firstDate`, so weekly windows keep its weekday. An origin of the backtest
 * needs one season plus one horizon of history before it. When windows that stand side by side do not fit, they are moved
 * closer together so that they overlap; when even that does not help, there are fewer of them. `notes` says so.
 *
 * @throws {RangeError} If a number or date makes no sense, or the history before the holdout is shorter than the horizon.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { planWindows } from "@/evaluation/mod.ts";
 *
 * const plan = planWindows({
 *   firstDate: "2013-01-01",
 *   asOf: "2015-06-20",
 *   frequency: "1d",
 *   horizon: 42,
 *   seasonLength: 7,
 *   windows: 2,
 * });
 * expect(plan.holdout).toEqual({ origin: "2015-05-09", from: "2015-05-09", to: "2015-06-19" });
 * expect(plan.backtest.map((window) => window.origin)).toEqual(["2015-02-14", "2015-03-28"]);
 * ```
 */
export function planWindows(request: WindowRequest): WindowPlan {
  const { frequency, horizon, seasonLength, windows = 3, step = horizon } = request;
  for (
    const [name, value, least] of [
      ["horizon", horizon, 1],
      ["seasonLength", seasonLength, 1],
      ["windows", windows, 0],
      ["step", step, 1],
    ] as const
  ) {
    if (!Number.isInteger(value) || value < least) {
      throw new RangeError(
        `Cannot plan windows as ${name} must be a whole number >= ${least}: current value is ${value}`,
      );
    }
  }
  const first = Temporal.PlainDate.from(request.firstDate);
  const days = frequency === "1w" ? 7 : 1;
  const unit = frequency === "1w" ? "weeks" : "days";
  const known = first.until(Temporal.PlainDate.from(request.asOf), { largestUnit: "day" }).days;
  // An --as-of inside a week means that the week which ends after it is not known yet.
  const steps = Math.ceil(known / days);
  const dateAt = (index: number) => first.add({ days: index * days }).toString();
  const windowAt = (index: number): Window => ({
    origin: dateAt(index),
    from: dateAt(index),
    to: dateAt(index + horizon - 1),
  });

  const holdoutAt = steps - horizon;
  if (holdoutAt < horizon) {
    const longest = Math.floor(Math.max(0, steps) / 2);
    throw new RangeError(
      `Cannot hold out the last ${horizon} ${unit} as the history before them must not be shorter than the horizon: ` +
        `the data has ${Math.max(0, steps)} ${unit}, from ${dateAt(0)} to before ${request.asOf}` +
        (longest > 0 ? `; a horizon of at most ${longest} would do` : ""),
    );
  }
  const needed = seasonLength + horizon;
  const needs =
    `an origin needs ${needed} ${unit} of history (one season of ${seasonLength} and a horizon of ${horizon})`;
  const notes: string[] = [];
  if (holdoutAt < needed) {
    notes.push(`The holdout is forecast from only ${holdoutAt} ${unit} of history: ${needs}.`);
  }
  // The newest window of the backtest ends where the holdout begins; `room` is how far back the others can go from it.
  const newest = holdoutAt - horizon;
  const room = newest - needed;
  const possible = room < 0 ? 0 : Math.min(windows, room + 1);
  const fitting = possible > 1 ? Math.min(step, Math.floor(room / (possible - 1))) : step;
  if (possible < windows) {
    notes.push(
      `${possible} of ${windows} backtest windows can be run: ${needs}, and the newest window that ends before the ` +
        `holdout has ${Math.max(0, newest)}.`,
    );
  }
  if (fitting < step) {
    notes.push(
      `The backtest windows start ${fitting} ${unit} apart instead of ${step}` +
        `${fitting < horizon ? " and overlap" : ""}: the history is too short for more.`,
    );
  }
  const backtest = Array.from({ length: possible }, (_, k) => windowAt(newest - (possible - 1 - k) * fitting));
  return { holdout: windowAt(holdoutAt), backtest, notes };
}
