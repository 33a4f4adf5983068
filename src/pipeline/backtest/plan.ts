/**
 * The protocol's windows: which origins are scored, and which earlier ones only teach the blend.
 *
 * @module
 */
import { ParamsError } from "@/core/errors.ts";
import type { Panel } from "@/core/panel.ts";
import type { Window } from "@/evaluation/mod.ts";
import { addSteps, stepsBetween } from "@/pipeline/time.ts";
import { firstDateOf, planRunWindows } from "@/pipeline/windows.ts";

/** What a backtest forecasts. */
export interface ProtocolPlan {
  /** The last window of the data. */
  readonly holdout: Window;
  /** Windows that are scored, oldest first; the holdout is not among them. */
  readonly rolling: readonly Window[];
  /** Windows before those, forecast only so that the first ones have something to learn a blend from. */
  readonly teachers: readonly Window[];
  /**
   * Windows with less history than that, one before each scored window that nothing else ended before: they teach how
   * wide its interval must be, but no blend, since trees had hardly a year to learn from.
   */
  readonly forerunners: readonly Window[];
  /** Whether the holdout is forecast and scored too. */
  readonly withHoldout: boolean;
  readonly notes: readonly string[];
}

/**
 * Plans a backtest.
 *
 * @param origins How many rolling origins before the holdout, or the very dates of the origins.
 * @param teach How many windows teach a blend, at most.
 * @throws {ParamsError} If a date is none of the panel's, or leaves too little before or after it.
 */
export function planProtocol(panel: Panel, origins: number | readonly string[], teach: number): ProtocolPlan {
  const { frequency, horizon, seasonLength } = panel.profile;
  const firstDate = firstDateOf(panel);
  const windowAt = (origin: string): Window => ({
    origin,
    from: origin,
    to: addSteps(origin, horizon - 1, frequency),
  });
  const before = (origin: string, count: number) =>
    Array.from({ length: count }, (_, k) => addSteps(origin, -(count - k) * horizon, frequency))
      .filter((date) => stepsBetween(firstDate, date, frequency) >= seasonLength + horizon)
      .map(windowAt);
  // One season is what the naive forecast needs.
  const forerunnersOf = (scored: readonly Window[], teachers: readonly Window[]) =>
    scored.filter(({ origin }) => ![...scored, ...teachers].some(({ to }) => to < origin))
      .map(({ origin }) => addSteps(origin, -horizon, frequency))
      .filter((date) => stepsBetween(firstDate, date, frequency) >= seasonLength)
      .map(windowAt);
  if (typeof origins === "number") {
    const { holdout, backtest, notes } = planRunWindows(panel, origins);
    const [first, second] = backtest;
    // Windows that overlap fill the history already: nothing is left before the first.
    const side = first === undefined || stepsBetween(first.origin, (second ?? holdout).origin, frequency) >= horizon;
    const teachers = first === undefined || !side ? [] : before(first.origin, teach);
    const forerunners = forerunnersOf(backtest, teachers);
    return { holdout, rolling: backtest, teachers, forerunners, withHoldout: true, notes };
  }
  const { holdout } = planRunWindows(panel, 0);
  const dates = [...new Set(origins)].sort();
  for (const date of dates) requirePossible(date, { firstDate, holdout: holdout.origin, panel });
  const rolling = dates.filter((date) => date !== holdout.origin).map(windowAt);
  const teachers = before(dates[0] ?? holdout.origin, teach)
    .filter(({ origin }) => !dates.includes(origin));
  const forerunners = forerunnersOf(rolling, teachers);
  return { holdout, rolling, teachers, forerunners, withHoldout: dates.includes(holdout.origin), notes: [] };
}

/** The windows that may teach a blend at an origin: the newest ones that had ended by then. */
export function teachersOf(origin: string, windows: readonly Window[], teach: number): Window[] {
  return windows.filter(({ to }) => to < origin).sort((a, b) => a.origin < b.origin ? -1 : 1).slice(-teach || Infinity);
}

function requirePossible(
  date: string,
  { firstDate, holdout, panel }: { readonly firstDate: string; readonly holdout: string; readonly panel: Panel },
): void {
  const { frequency, horizon } = panel.profile;
  const cannot = `Cannot forecast from the origin ${date} as it must be`;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) throw new ParamsError(`${cannot} a date YYYY-MM-DD`);
  const steps = stepsBetween(firstDate, date, frequency);
  if (!Number.isInteger(steps)) throw new ParamsError(`${cannot} a step of the data, which begins on ${firstDate}`);
  const earliest = addSteps(firstDate, horizon, frequency);
  if (date < earliest || date > holdout) {
    throw new ParamsError(`${cannot} from ${earliest} (a horizon of history) to ${holdout} (a horizon to score)`);
  }
}
