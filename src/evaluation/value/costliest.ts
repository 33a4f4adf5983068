/**
 * Which series cost most, and why.
 *
 * @module
 */
import { type Costs, newsvendorCost } from "@/evaluation/value/newsvendor.ts";

/** One order of one series on one date, with what was then wanted. */
export interface OrderedRow {
  /** The series that was ordered for. */
  readonly series: string;
  /** `YYYY-MM-DD` */
  readonly ds: string;
  /** What was wanted, in units of y. */
  readonly sold: number;
  /** What was forecast, in units of y. */
  readonly forecast: number;
  /** What was ordered, in units of y. */
  readonly ordered: number;
  /** What was special: `promo`, `state_holiday`; empty on usual days. */
  readonly events: readonly string[];
}

/** Why a series costs what it costs: the one cause that explains most of it. */
export type CostCause = "few days" | "too low" | "too high" | "events" | "hard to foresee" | "large";

/** A series that costs much. */
export interface CostlySeries {
  /** The series that costs. */
  readonly series: string;
  /** What its orders cost in all, in the unit of the costs. */
  readonly cost: number;
  /** Of the cost of all series. */
  readonly share: number;
  /** The part of its cost that was for goods that were missing. */
  readonly underShare: number;
  /** How many orders it had. */
  readonly rows: number;
  /** What explains most of the cost. */
  readonly cause: CostCause;
  /** A sentence for a planner. */
  readonly why: string;
  /** The date that cost most, and how much. */
  readonly worst: { readonly ds: string; readonly cost: number };
}

/** A bias beyond this share of the errors' sizes is the cause; so is a tenth of the days that makes this much of the cost. */
const BIASED = 0.5, CONCENTRATED = 0.5, SPECIAL = 0.5;

/**
 * Finds the series whose orders cost most, each with the cause that a planner should look at first.
 *
 * Causes are asked for in this order: a tenth of the days that makes half of the cost; forecasts that err to one side;
 * events that make half of it but are fewer than half of the days; errors larger than those of most series; else it costs
 * much because it sells much.
 *
 * @param options.count How many series (default 20).
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { costliestSeries } from "@/evaluation/mod.ts";
 *
 * const day = (series: string, k: number, sold: number) =>
 *   ({ series, ds: `2015-01-0${k}`, sold, forecast: 10, ordered: 10, events: [] });
 * const rows = [1, 2, 3].flatMap((k) => [day("a", k, 20), day("b", k, 10)]);
 * const [first] = costliestSeries(rows, { under: 1, over: 1 }, { count: 1 });
 * expect([first!.series, first!.cost, first!.cause]).toEqual(["a", 30, "too low"]);
 * ```
 */
export function costliestSeries(
  rows: readonly OrderedRow[],
  costs: Costs,
  { count = 20 }: { readonly count?: number } = {},
): CostlySeries[] {
  const told = [...Map.groupBy(rows, ({ series }) => series)].map(([series, own]) => sumUp(series, own, costs));
  const all = told.reduce((sum, { cost }) => sum + cost, 0);
  const usual = median(told.map(({ relative }) => relative).filter(Number.isFinite));
  return told.sort((a, b) => b.cost - a.cost || (a.series < b.series ? -1 : 1)).slice(0, count).map((own) => ({
    series: own.series,
    cost: own.cost,
    share: all > 0 ? own.cost / all : 0,
    underShare: own.cost > 0 ? own.under / own.cost : 0,
    rows: own.rows,
    worst: own.worst,
    ...causeOf(own, usual),
  }));
}

type Summed = ReturnType<typeof sumUp>;

function sumUp(series: string, rows: readonly OrderedRow[], costs: Costs) {
  let cost = 0, under = 0, bias = 0, size = 0, sold = 0, special = 0, specialRows = 0;
  let worst = { ds: "", cost: -1 };
  const events = new Map<string, number>(), each: number[] = [];
  for (const row of rows) {
    const own = newsvendorCost(row.sold, row.ordered, costs);
    cost += own;
    each.push(own);
    if (row.sold > row.ordered) under += own;
    bias += row.forecast - row.sold;
    size += Math.abs(row.forecast - row.sold);
    sold += Math.abs(row.sold);
    if (row.events.length > 0) {
      special += own;
      specialRows++;
      for (const event of row.events) events.set(event, (events.get(event) ?? 0) + own);
    }
    if (own > worst.cost) worst = { ds: row.ds, cost: own };
  }
  const dearest = each.toSorted((a, b) => b - a).slice(0, Math.max(1, Math.ceil(each.length / 10)));
  return {
    series,
    rows: rows.length,
    cost,
    under,
    worst,
    bias: size > 0 ? bias / size : 0,
    level: sold > 0 ? bias / sold : 0,
    few: { days: dearest.length, share: cost > 0 ? dearest.reduce((sum, own) => sum + own, 0) / cost : 0 },
    special: cost > 0 ? special / cost : 0,
    specialRows: specialRows / rows.length,
    event: [...events].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "",
    /** Size of errors for what is sold. */
    relative: sold > 0 ? size / sold : NaN,
  };
}

function causeOf(own: Summed, usual: number): { readonly cause: CostCause; readonly why: string } {
  const percent = (share: number) => `${Math.round(100 * Math.abs(share))} %`;
  if (own.few.share > CONCENTRATED && own.rows >= 10) {
    const days = own.few.days === 1 ? "One date makes" : `${own.few.days} dates make`;
    return { cause: "few days", why: `${days} ${percent(own.few.share)} of the cost, above all ${own.worst.ds}` };
  }
  if (Math.abs(own.bias) > BIASED) {
    const cause = own.bias < 0 ? "too low" : "too high";
    return { cause, why: `Forecasts are ${cause} by ${percent(own.level)} of what is sold` };
  }
  if (own.special > SPECIAL && own.specialRows < 0.5) {
    return {
      cause: "events",
      why: `${percent(own.special)} of the cost falls on dates with ${own.event.replaceAll("_", " ")}, ` +
        `${percent(own.specialRows)} of all`,
    };
  }
  if (own.relative > 1.25 * usual) {
    return {
      cause: "hard to foresee",
      why: `Errors are ${percent(own.relative)} of what is sold, where ${percent(usual)} are usual`,
    };
  }
  return {
    cause: "large",
    why: `It sells much: errors are ${percent(own.relative)} of that, usual are ${percent(usual)}`,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length === 0
    ? NaN
    : sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
