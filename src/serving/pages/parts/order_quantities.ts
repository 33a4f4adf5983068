/**
 * What to order of every series at a service level: quantiles of what may come, added up over the horizon.
 *
 * @module
 */
import { quantileEnd } from "@/evaluation/mod.ts";
import type { Models } from "@/serving/models.ts";
import type { Path, ServedModel } from "@/serving/served_model.ts";

/** Forecast and order of each series over the horizon, in the model's order of series. */
export interface OrderTotals {
  readonly forecast: Float64Array;
  readonly order: Float64Array;
}

/** A series and its forecasts under the usual plan. */
export type UsualPath = Pick<Path, "id" | "values">;

const usual = new WeakMap<ServedModel, Promise<readonly UsualPath[]>>();

/** Forecasts of all series under the usual plan, in the model's order: they stay the same as long as the model does. */
export async function usualPaths(model: ServedModel, models: Pick<Models, "using">): Promise<readonly UsualPath[]> {
  let paths = usual.get(model);
  if (paths === undefined) {
    const asked = models.using(model, (one) => one.forecast(one.series.map((id) => ({ id, changes: new Map() }))));
    paths = asked.then((all) => all.map(({ id, values }) => ({ id, values })));
    usual.set(model, paths);
    paths.catch(() => usual.delete(model));
  }
  return await paths;
}

/** Level → totals of a model: the same slider is moved by many, and a model does not change its mind. */
const remembered = new WeakMap<ServedModel, Map<string, OrderTotals>>();

/**
 * Adds up forecasts and orders of all series under their usual plan.
 *
 * @param paths Of all series, in the model's order.
 * @param service The share of outcomes that orders should cover: 0.8.
 */
export function orderTotals(model: ServedModel, paths: readonly UsualPath[], service: number): OrderTotals {
  const end = quantileEnd(service), key = `${end.side} ${end.level}`;
  let own = remembered.get(model);
  if (own === undefined) remembered.set(model, own = new Map());
  let totals = own.get(key);
  if (totals === undefined) own.set(key, totals = sumUp(model, paths, end));
  return totals;
}

function sumUp(
  model: ServedModel,
  paths: readonly UsualPath[],
  { level, side }: ReturnType<typeof quantileEnd>,
): OrderTotals {
  const forecast = new Float64Array(paths.length), order = new Float64Array(paths.length);
  paths.forEach(({ id, values }, at) => {
    for (let step = 0; step < values.length; step++) {
      const value = values[step]!;
      forecast[at]! += value;
      // A model that learnt no intervals can only be ordered by as it is.
      order[at]! += level === 0 ? value : model.interval(id, step, value, level)?.[side] ?? value;
    }
  });
  return { forecast, order };
}
