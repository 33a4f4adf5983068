/**
 * A series as its fan chart shows it: past, plan, forecast, intervals, last year.
 *
 * @module
 */
import { type Fan, fanChart, type FanDay, type Figure, type FutureDay } from "@/charts/mod.ts";
import type { Day, Known, Path, ServedModel } from "@/serving/served_model.ts";

/** What a planner wants to know of a path in numbers. */
export interface FanTotals {
  readonly total: number;
  readonly days: number;
  /** The same days a year before, where all of them are known. */
  readonly lastYear: number | undefined;
}

/** A day's plan as flags of the calendar strip. */
export function flagsOf({ openColumn, events }: ServedModel["profile"], known: Known): Omit<FanDay, "ds"> {
  const on = (name: string) =>
    known[name] !== null && known[name] !== undefined && !["0", ""].includes(String(known[name]));
  const promo = events.find((name) => name.includes("promo"));
  const holidays = events.filter((name) => name.includes("holiday") && !name.includes("school"));
  return {
    promo: promo !== undefined && on(promo),
    holiday: holidays.some(on),
    closed: openColumn !== undefined && Number(known[openColumn] ?? 1) === 0,
  };
}

/** The plan of a path: what is usual, with its changes. */
export function planOf(model: ServedModel, path: Pick<Path, "id" | "changes">): Day[] {
  return model.plan(path.id).map((day, step) => ({ ...day, known: { ...day.known, ...path.changes.get(step) } }));
}

/** The days of a path as its chart shows them. */
export function futureOf(model: ServedModel, path: Path, base?: Path): FutureDay[] {
  const { yearLength } = model.profile;
  const before = new Map(model.history(path.id, yearLength + model.horizon).map(({ ds, y }) => [ds, y]));
  return planOf(model, path).map(({ ds, known }, step) => {
    const forecast = path.values[step]!;
    const intervals = Object.entries(model.intervals(path.id, step, forecast, path.changes));
    return {
      ds,
      ...flagsOf(model.profile, known),
      forecast,
      intervals: Object.fromEntries(intervals.map(([level, { lo, hi }]) => [level, [lo, hi] as const])),
      lastYear: before.get(model.dateOf(step - yearLength)) ?? null,
      ...base === undefined ? {} : { base: base.values[step]! },
    };
  });
}

/** Adds a path up. */
export function totalsOf(future: readonly FutureDay[]): FanTotals {
  const years = future.map(({ lastYear }) => lastYear);
  return {
    total: future.reduce((sum, { forecast }) => sum + forecast, 0),
    days: future.filter(({ closed }) => !closed).length,
    lastYear: years.every((value) => typeof value === "number")
      ? years.reduce((sum, value) => sum + value!, 0)
      : undefined,
  };
}

/** The chart of a path after `steps` of history. */
export function figureOf(
  model: ServedModel,
  future: readonly FutureDay[],
  { id, steps, title }: { readonly id: string; readonly steps: number; readonly title: string },
): Figure {
  const { unit, frequency } = model.profile;
  const fan: Fan = {
    title,
    unit,
    frequency,
    past: model.history(id, steps).map(({ ds, y, known }) => ({ ds, y, ...flagsOf(model.profile, known) })),
    future,
  };
  return fanChart(fan);
}
