/**
 * What a trained model does when it is asked what everybody knows the answer to.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Finding } from "@/core/check.ts";
import { column, type Matrix, selectRows } from "@/core/matrix.ts";
import type { DatasetProfile, Panel } from "@/core/panel.ts";
import type { Model } from "@/core/regressor.ts";
import { planDependence, recipe } from "@/features/mod.ts";
import { forecastSlice } from "@/pipeline/fit.ts";
import { buildHorizon, type HorizonTable, horizonTable } from "@/pipeline/horizon_table.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { plannedFeatures } from "@/pipeline/planned_features.ts";
import { addSteps } from "@/pipeline/time.ts";

/** What the tests need to know of a model's card. */
export type BehaviourCard = Pick<ModelCard, "horizon" | "series" | "firstDate" | "features">;

/** Series that are asked, spread evenly over the panel; of some only their names are changed. */
const SERIES = 24, RENAMED = 2;
/** Days of each series on which a promotion is taken on and off. */
const DAYS = 4;
/** A promotion may lower a forecast by so much before that is more than the noise of trees. */
const LOWERED = 0.01;
/** Rows that are asked alone and in another order. */
const ROWS = 200;

/**
 * Tests the behaviour of a trained model on the next horizon of some series (Ribeiro et al. 2020: minimum functionality,
 * invariance, direction):
 *
 * - no forecast is missing, infinite or, where sales cannot be, negative;
 * - a promotion does not lower a forecast;
 * - a closed store sells nothing;
 * - the order of rows, and which others are asked along, changes no bit;
 * - other names of the same series change no bit;
 * - weekdays move with the calendar: a day earlier, the week's pattern is a step further ahead.
 *
 * A test that a dataset has nothing for (promotions, weekdays in weekly data) is left out.
 *
 * @returns One finding per test; critical but for promotions on weekdays that never had one. Where forecasts are no numbers,
 * nothing else is asked.
 */
export function behaviour(panel: Panel, model: Model, card: BehaviourCard): Finding[] {
  const series = panelOf(panel, SERIES);
  const table = tableOf(series, card);
  const forecast = (x: Matrix) => forecastOf(model, x, table.profile);
  // Read before the rules of the trade: they would refuse what is no number, and cut off what is below zero.
  const odd = oddForecasts(model, table);
  if (!odd.passed) return [odd];
  const usual = forecast(table.matrix);
  return [
    odd,
    ...promotions(table, forecast),
    ...closedDays(table, model),
    rowOrder(table.matrix, usual, forecast),
    otherNames(panel, model, card),
    ...shiftedCalendar(series, usual, model, card),
  ];
}

/** Some series of a panel, evenly spread. */
function panelOf(panel: Panel, count: number): Panel {
  const ids = panel.frame.getColumn("unique_id").unique().toArray().sort() as string[];
  const kept = ids.length <= count
    ? ids
    : Array.from({ length: count }, (_, k) => ids[Math.floor(k * ids.length / count)]!);
  const frame = ids.length <= count ? panel.frame : panel.frame.filter(pl.col("unique_id").isIn(kept));
  return { ...panel, frame };
}

/** The next horizon of a panel under its usual plan. */
function tableOf(panel: Panel, card: BehaviourCard): HorizonTable {
  const { index, vectors } = buildHorizon(panel, undefined, card);
  return horizonTable("behaviour", index, vectors);
}

function forecastOf(model: Model, x: Matrix, profile: DatasetProfile): Float64Array {
  const unused = new Float64Array(0);
  return forecastSlice(model, { x, y: unused, weight: unused }, profile);
}

function finding(check: string, passed: boolean, observed: string, wanted: string): Finding {
  return { check: `behaviour: ${check}`, passed, severity: "critical", observed, wanted };
}

function oddForecasts(model: Model, { matrix, profile }: HorizonTable): Finding {
  const odd = model.predict(matrix).filter((value) => !Number.isFinite(value)).length;
  const below = profile.allowsNegative || odd > 0
    ? 0
    : forecastOf(model, matrix, profile).filter((value) => value < 0).length;
  return finding(
    `forecasts are numbers${profile.allowsNegative ? "" : ", not below zero"}`,
    odd + below === 0 && matrix.rows > 0,
    `${odd + below} of ${matrix.rows} are not`,
    "none",
  );
}

/** Takes the promotion on and off, one open day at a time: on weekdays that promotions are known of, and on the others. */
function promotions(table: HorizonTable, forecast: (x: Matrix) => Float64Array): Finding[] {
  const { profile, matrix } = table;
  const promo = profile.events.find((name) => name.startsWith("promo") && profile.roles[name] === "known");
  if (promo === undefined || !matrix.names.includes(promo)) return [];
  const known = promotedWeekdays(table, promo);
  const dependence = planDependence(recipe(profile, { horizon: table.horizon }), profile);
  const judge = (check: string, rows: readonly { readonly at: number; readonly only: number }[]): Finding[] => {
    if (rows.length === 0) return [];
    const [off, on] = [0, 1].map((value) =>
      forecast(plannedFeatures(
        table,
        dependence,
        rows.map(({ at, only }) => ({ at, only, changes: new Map([[only, { [promo]: value }]]) })),
      ))
    );
    const effects = Array.from(on!, (value, row) => off![row]! > 0 ? value / off![row]! - 1 : 0);
    const lowered = effects.filter((effect) => effect < -LOWERED).length;
    const mean = effects.reduce((sum, effect) => sum + effect, 0) / effects.length;
    return [finding(
      check,
      lowered === 0,
      `${percent(mean)} on average, ${percent(Math.min(...effects))} to ${percent(Math.max(...effects))}; ` +
        `lower by more than ${100 * LOWERED} % on ${lowered} of ${effects.length} days`,
      "lower on none",
    )];
  };
  return [
    ...judge("a promotion does not lower a forecast", openDays(table, (weekday) => known.has(weekday))),
    ...judge(
      "nor does one on a weekday that never had any",
      openDays(table, (weekday) => !known.has(weekday)),
    ).map((found) => ({ ...found, severity: "warning" as const })),
  ];
}

/** A few open days of every series, spread over its horizon. */
function openDays(table: HorizonTable, ofWeekday: (weekday: number) => boolean) {
  const { ids, horizon, profile, matrix } = table;
  const open = profile.openColumn === undefined ? undefined : column(matrix, profile.openColumn);
  return ids.flatMap((_, at) => {
    const steps = Array.from({ length: horizon }, (_, step) => step).filter((step) =>
      (open === undefined || open[at * horizon + step] !== 0) && ofWeekday(weekdayOf(table, at, step))
    );
    const every = Math.max(1, Math.floor(steps.length / DAYS));
    return steps.filter((_, k) => k % every === 0).slice(0, DAYS).map((only) => ({ at, only }));
  });
}

/** A step's weekday as a number; steps before the horizon are below 0. */
function weekdayOf({ vectors, profile, horizon }: HorizonTable, at: number, step: number): number {
  const start = vectors["start"]!, length = start[at + 1]! - start[at]!;
  const stride = profile.frequency === "1d" ? 1 : 7;
  return (vectors["firstDay"]![at]! + (length - horizon + step) * stride) % 7;
}

/** The weekdays on which some series had a promotion: what one does on others, nobody knows. */
function promotedWeekdays(table: HorizonTable, promo: string): ReadonlySet<number> {
  const { vectors, horizon, ids } = table;
  const start = vectors["start"]!, planned = vectors[`column:${promo}`]!;
  const weekdays = new Set<number>();
  ids.forEach((_, at) => {
    const first = start[at]!, past = start[at + 1]! - first - horizon;
    for (let k = 0; k < past; k++) if (planned[first + k]! > 0) weekdays.add(weekdayOf(table, at, k - past));
  });
  return weekdays;
}

function closedDays(table: HorizonTable, model: Model): Finding[] {
  const { profile, matrix } = table;
  if (profile.openColumn === undefined || !matrix.names.includes(profile.openColumn)) return [];
  const closed = withColumn(matrix, profile.openColumn, 0);
  const sold = forecastOf(model, closed, profile).filter((value) => value !== 0).length;
  return [finding("a closed store sells nothing", sold === 0, `${sold} of ${matrix.rows} sell something`, "none")];
}

function rowOrder(matrix: Matrix, usual: Float64Array, forecast: (x: Matrix) => Float64Array): Finding {
  const every = Math.max(1, Math.floor(matrix.rows / ROWS));
  const rows = Uint32Array.from({ length: matrix.rows }, (_, row) => row).filter((row) => row % every === 0).reverse();
  const again = forecast(selectRows(matrix, rows));
  const other = rows.filter((row, k) => !Object.is(again[k], usual[row])).length;
  return finding(
    "the order of rows changes nothing",
    other === 0,
    `${other} of ${rows.length} differ`,
    "the same bits",
  );
}

/** Calls two series by other names, everywhere: ten times their number, say. */
function otherNames(panel: Panel, model: Model, card: BehaviourCard): Finding {
  const series = panelOf(panel, RENAMED);
  const renamed: Panel = {
    ...series,
    frame: series.frame.withColumn(pl.concatString([pl.col("unique_id"), pl.lit("0")], "").alias("unique_id")),
  };
  const [usual, other] = [
    tableOf(series, card),
    tableOf(renamed, { ...card, series: card.series.map((id) => `${id}0`) }),
  ].map((table) => forecastOf(model, table.matrix, table.profile));
  const differ = usual!.filter((value, row) => !Object.is(value, other![row])).length;
  return finding(
    "other names of series change nothing",
    differ === 0,
    `${differ} of ${usual!.length} differ`,
    "the same bits",
  );
}

/**
 * Forecasts from a day earlier on. Forecasts of the same dates must be nearer to the usual ones than forecasts of the same
 * steps: the week's pattern belongs to the calendar, not to how far ahead a day is.
 */
function shiftedCalendar(panel: Panel, usual: Float64Array, model: Model, card: BehaviourCard): Finding[] {
  const { profile, asOf } = panel, { horizon } = card;
  if (profile.frequency !== "1d" || horizon < 2 * profile.seasonLength) return [];
  const table = tableOf({ ...panel, asOf: addSteps(asOf, -1, profile.frequency) }, card);
  const earlier = forecastOf(model, table.matrix, table.profile);
  let byDate = 0, byStep = 0, rows = 0;
  for (let row = 0; row < usual.length; row++) {
    if ((row + 1) % horizon === 0) continue;
    const [now, date, step] = [usual[row]!, earlier[row + 1]!, earlier[row]!];
    if (!(now > 0 && date > 0 && step > 0)) continue;
    byDate += Math.abs(Math.log(now / date));
    byStep += Math.abs(Math.log(now / step));
    rows++;
  }
  const mean = (sum: number) => percent(sum / Math.max(1, rows)).slice(1);
  return [finding(
    "weekdays move with the calendar",
    rows > 0 && byDate < byStep,
    `a day earlier, the same dates differ by ${mean(byDate)}, the same steps by ${mean(byStep)}`,
    "the same dates nearer than the same steps",
  )];
}

const percent = (share: number) => `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)} %`;

function withColumn(x: Matrix, name: string, value: number): Matrix {
  const data = x.data.slice(), from = x.names.indexOf(name) * x.rows;
  data.fill(value, from, from + x.rows);
  return { ...x, data };
}
