/**
 * When to retrain: policies, replayed on what every model would have done, and what each costs.
 *
 * @module
 */
import type { History, WeekError } from "@/pipeline/simulate/history.ts";

/**
 * When a new model is made.
 *
 * - `never`: the first one stays.
 * - `monthly`: every four weeks.
 * - `drift`: when monitoring asks for it, or errors of two weeks running are a fifth above what the model promised.
 * - `oracle`: whenever it pays, by what only the future knows; no policy can cost less.
 */
export const POLICIES = ["never", "monthly", "drift", "oracle"] as const;
export type Policy = typeof POLICIES[number];

/** What things cost, in the currency of sales. */
export interface Prices {
  /** A unit that was sold above the forecast, and would have been missed: its margin. */
  readonly under: number;
  /** A unit that was forecast and not sold: capital, shelf, waste. */
  readonly over: number;
  /** An hour of one processor core. */
  readonly cpuHour: number;
  /** A person who looks at a challenger and approves it. */
  readonly approval: number;
}

/** What a policy did in a week. */
export interface PolicyWeek {
  readonly week: string;
  /** Weeks since the model that answered was trained. */
  readonly age: number;
  readonly error: WeekError;
  /** What happened before the week began, in order. */
  readonly events: readonly string[];
}

/** A policy, replayed. */
export interface PolicyRun {
  readonly policy: Policy;
  readonly weeks: readonly PolicyWeek[];
  readonly retrained: number;
  readonly deployed: number;
  readonly rolledBack: number;
  /** Share of sales that forecasts missed by; root mean squared percentage error. */
  readonly wape: number;
  readonly rmspe: number;
  readonly cpuSeconds: number;
  readonly cost: { readonly error: number; readonly compute: number; readonly people: number; readonly total: number };
}

const MONTH = 4, COOL_DOWN = 2, WORSE = 1.2, ROLLBACK = 1.1, WATCHED = 2;

/** What a week's errors cost. */
export const errorCost = ({ under, over }: WeekError, prices: Pick<Prices, "under" | "over">): number =>
  under * prices.under + over * prices.over;

/**
 * Replays a policy week by week: look, retrain, gate, deploy, and roll back when the new model does worse than the old one
 * would have.
 *
 * The gate compares a recipe fitted a horizon ago with the model in production on the weeks since, where that had not seen
 * them; otherwise with the naive forecast. An oracle needs no gate.
 */
export function replayPolicy(history: History, policy: Policy, prices: Prices): PolicyRun {
  const { weeks, lead, errors, cpuSeconds } = history;
  const at = (model: number, week: number) => errors[model]![week]!;
  const plan = policy === "oracle" ? oraclePlan(history, prices) : undefined;
  let current = lead, before: number | undefined, deployedAt = -Infinity, askedAt = 0, spent = 0;
  let retrained = 0, deployed = 0, rolledBack = 0;
  const told = weeks.map((week, k): PolicyWeek => {
    const now = lead + k, events: string[] = [];
    if (before !== undefined && now - deployedAt === WATCHED && policy !== "oracle") {
      const sum = (model: number) =>
        range(deployedAt, now).reduce((all, one) => all + errorCost(at(model, one), prices), 0);
      if (sum(current) > ROLLBACK * sum(before)) {
        events.push(`rolled back to the model of ${weekOf(history, before)}`);
        current = before;
        before = undefined;
        rolledBack++;
      }
    }
    const why = k === 0 ? undefined : reason(history, policy, { now, current, askedAt, plan, prices });
    if (why !== undefined) {
      askedAt = now;
      retrained++;
      spent += cpuSeconds[now]!;
      events.push(`retrained: ${why}`);
      const verdict = policy === "oracle" ? { accepted: true, says: "it pays" } : gate(history, now, current, prices);
      events.push(verdict.accepted ? `deployed: ${verdict.says}` : `kept: ${verdict.says}`);
      if (verdict.accepted) {
        before = current;
        current = now;
        deployedAt = now;
        deployed++;
      }
    }
    return { week, age: now - current, error: at(current, now), events };
  });
  const total = told.reduce((all, { error }) => added(all, error), NOTHING);
  const cost = {
    error: errorCost(total, prices),
    compute: (spent / 3600) * prices.cpuHour,
    people: deployed * prices.approval,
  };
  return {
    policy,
    weeks: told,
    retrained,
    deployed,
    rolledBack,
    wape: (total.under + total.over) / total.sales,
    rmspe: Math.sqrt(total.squares / total.rows),
    cpuSeconds: spent,
    cost: { ...cost, total: cost.error + cost.compute + cost.people },
  };
}

/** How much worse models get with age. */
export interface Staleness {
  /** Weeks since training. */
  readonly age: number;
  /** Share of sales that forecasts of such models missed by, and that of fresh models in the same weeks. */
  readonly wape: number;
  readonly fresh: number;
  /** What the age costs per week, in the currency of sales. */
  readonly cost: number;
  readonly pairs: number;
}

/** Compares models of every age with fresh ones of the same weeks. */
export function staleness({ errors }: History, prices: Pick<Prices, "under" | "over">): readonly Staleness[] {
  const count = errors.length;
  return Array.from({ length: count }, (_, age) => {
    const pairs = range(age, count).map((week) => [errors[week - age]![week]!, errors[week]![week]!] as const);
    const old = pairs.reduce((all, [own]) => added(all, own), NOTHING);
    const fresh = pairs.reduce((all, [, own]) => added(all, own), NOTHING);
    return {
      age,
      wape: (old.under + old.over) / old.sales,
      fresh: (fresh.under + fresh.over) / fresh.sales,
      cost: (errorCost(old, prices) - errorCost(fresh, prices)) / pairs.length,
      pairs: pairs.length,
    };
  });
}

interface Asked {
  readonly now: number;
  readonly current: number;
  readonly askedAt: number;
  readonly plan: ReadonlySet<number> | undefined;
  readonly prices: Prices;
}

function reason(history: History, policy: Policy, { now, current, askedAt, plan, prices }: Asked): string | undefined {
  const { lead, due } = history;
  if (policy === "oracle") return plan!.has(now) ? "the future is better with it" : undefined;
  if (policy === "monthly") return (now - lead) % MONTH === 0 ? "four weeks have passed" : undefined;
  if (policy === "never") return undefined;
  // One look at a drift is enough; the next one comes when the new model had time to show itself.
  if (askedAt > 0 && now - askedAt < COOL_DOWN) return undefined;
  if (due[now]!.length > 0) return due[now]![0];
  const late = [now - 2, now - 1].filter((week) => week >= Math.max(current, lead));
  const promised = promise(history, current, prices);
  if (late.length < 2 || promised === undefined) return undefined;
  const isWorse = late.every((week) => share(history.errors[current]![week]!, prices) > WORSE * promised);
  return isWorse ? "errors of two weeks are a fifth above what the model promised" : undefined;
}

/** What a model's recipe cost per unit of sales in the weeks before it was trained, fitted a horizon earlier. */
function promise({ look, errors }: History, model: number, prices: Prices): number | undefined {
  const fitted = model - look;
  if (fitted < 0) return undefined;
  return share(range(fitted, model).reduce((all, week) => added(all, errors[fitted]![week]!), NOTHING), prices);
}

function gate(history: History, now: number, champion: number, prices: Prices) {
  const { look, errors, naive } = history, fitted = now - look;
  if (fitted < 0) return { accepted: true, says: "not measured: too early" };
  const weeks = range(fitted, now);
  const sum = (week: (week: number) => WeekError) => weeks.reduce((all, one) => all + errorCost(week(one), prices), 0);
  const challenger = sum((week) => errors[fitted]![week]!);
  const isUnseen = champion <= fitted;
  const other = sum((week) => isUnseen ? errors[champion]![week]! : naive[week]!);
  const than = isUnseen ? "the model in production" : "the naive forecast";
  if (champion === fitted) {
    return { accepted: true, says: "not measured: no older recipe is unlike the one in production" };
  }
  return challenger < other
    ? { accepted: true, says: `better than ${than} by ${percent(1 - challenger / other)}` }
    : { accepted: false, says: `worse than ${than} by ${percent(challenger / other - 1)}` };
}

/** The weeks in which to retrain so that everything together costs least: shortest path, from the end to the beginning. */
function oraclePlan({ lead, errors, cpuSeconds }: History, prices: Prices): ReadonlySet<number> {
  const last = errors.length - 1;
  const price = (week: number) => (cpuSeconds[week]! / 3600) * prices.cpuHour + prices.approval;
  // best[model]: what the rest costs, from the week after on, when that model is in production.
  let best = Array<number>(errors.length).fill(0);
  const switches: boolean[][] = [];
  for (let week = last; week >= lead; week--) {
    const fresh = errorCost(errors[week]![week]!, prices) + price(week) + best[week]!;
    const next = [...best], own: boolean[] = [];
    for (let model = lead; model < Math.max(week, lead + 1); model++) {
      const stay = errorCost(errors[model]![week]!, prices) + best[model]!;
      own[model] = week > lead && fresh < stay;
      next[model] = own[model] ? fresh : stay;
    }
    switches[week] = own;
    best = next;
  }
  const plan = new Set<number>();
  for (let week = lead + 1, model = lead; week <= last; week++) {
    if (!switches[week]![model]) continue;
    plan.add(week);
    model = week;
  }
  return plan;
}

const NOTHING: WeekError = { under: 0, over: 0, sales: 0, squares: 0, rows: 0 };
const added = (a: WeekError, b: WeekError): WeekError => ({
  under: a.under + b.under,
  over: a.over + b.over,
  sales: a.sales + b.sales,
  squares: a.squares + b.squares,
  rows: a.rows + b.rows,
});
const share = (error: WeekError, prices: Prices) => errorCost(error, prices) / error.sales;
const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
const weekOf = ({ weeks, lead }: History, model: number) => weeks[model - lead] ?? "before";
