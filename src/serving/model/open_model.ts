/**
 * A model's files and the table of its horizon as a model that answers requests.
 *
 * @module
 */
import type { CalendarValues } from "@/charts/mod.ts";
import { ModelUnavailableError, UnknownSeriesError } from "@/core/errors.ts";
import { nearestNames } from "@/core/names.ts";
import { column } from "@/core/matrix.ts";
import type { Files } from "@/core/regressor.ts";
import type { Stage } from "@/core/registry.ts";
import { intervalOfSpread, type IntervalRecipe, rowSpread } from "@/evaluation/mod.ts";
import { dayNumber, FEATURE_GROUPS, featureGroup } from "@/features/mod.ts";
import { codeOf, type HorizonTable } from "@/pipeline/horizon_table.ts";
import { INTERVAL_LEVELS } from "@/pipeline/intervals.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { daysOf } from "@/pipeline/time.ts";
import { Crew } from "@/serving/model/crew.ts";
import type { Computed } from "@/serving/model/forecaster.ts";
import type { GoldenFile } from "@/serving/model/load_model.ts";
import { hashText } from "@/serving/model/feature_hash.ts";
import type {
  ApprovalNote,
  Ask,
  Changes,
  Day,
  Explanation,
  Known,
  Path,
  Recalled,
  ServedModel,
} from "@/serving/served_model.ts";

/** What a served model is made of. */
export interface ModelParts {
  readonly name: string;
  readonly version: string;
  readonly stage: Stage;
  readonly source: string;
  readonly card: ModelCard;
  readonly files: Files;
  readonly approvals: readonly ApprovalNote[];
  readonly table: HorizonTable;
  /** What each combination of a day's switches brings, where that was made beforehand. */
  readonly plans?: Float32Array | undefined;
  /** What puts intervals around its forecasts; null where its run could learn none. */
  readonly intervals: IntervalRecipe | null;
}

/** Forecasts under other plans that are remembered: each takes about a hundred bytes. */
const REMEMBERED = 200_000;
/** Rows that are computed again one by one, to see that one forecast has the bits of many. */
const PROBED = 5;
const DAY = 86_400_000;
const UNCHANGED: Changes = new Map();

/**
 * Opens a model: loads it into a crew of Workers, forecasts every series under its usual plan (or reads what it forecast
 * when it was first opened), and proves on some rows that it still forecasts this, bit for bit, one row at a time.
 *
 * @param options.workers Threads that forecast; 0 to forecast where it is asked, for tests and notebooks.
 * @throws {ModelUnavailableError} If the model cannot be loaded, or what it forecasts cannot be trusted.
 */
export async function openModel(
  parts: ModelParts,
  { workers = 1, golden }: { readonly workers?: number; readonly golden?: GoldenFile } = {},
): Promise<ServedModel> {
  const { card, files, table } = parts;
  const { profile, horizon, ids, vectors, origin } = table;
  const { champion, kinds } = card;
  const crew = await Crew.gather(workers, { kind: "load", table, files, champion, kinds, plans: parts.plans });
  let usual: Computed;
  try {
    const kept = await golden?.read();
    const remembers = kept !== undefined && kept.values.length === ids.length * horizon;
    usual = remembers ? kept : await crew.do({ kind: "usual" });
    await prove(crew, usual.values);
    if (!remembers) await golden?.write(usual);
  } catch (error) {
    crew[Symbol.dispose]();
    throw error instanceof ModelUnavailableError ? error : new ModelUnavailableError(
      `Cannot use the model ${parts.name} version ${parts.version}: ${(error as Error).message}`,
      { cause: error },
    );
  }
  const place = new Map(ids.map((id, at) => [id, at]));
  const start = vectors["start"] as Int32Array, y = vectors["y"] as Float64Array;
  const assumed = vectors["assumed"] as Uint8Array;
  const known = Object.keys(profile.roles).filter((name) => profile.roles[name] === "known");
  const columns = known.map((name) => [name, vectors[`column:${name}`] as Float32Array, profile.levels[name]] as const);
  const openColumn = columns.find(([name]) => name === profile.openColumn);
  const recipe = parts.intervals;
  const sliceColumns = profile.slices.filter((name) => table.matrix.names.includes(name))
    .map((name) => [name, column(table.matrix, name)] as const);
  const spreads = new Float64Array(recipe === null ? 0 : ids.length * horizon).fill(NaN);
  const firstDay = dayNumber(origin), stride = daysOf(profile.frequency);
  const remembered = new Map<string, Recalled>();

  const demand = (id: string): number => {
    const at = place.get(id);
    if (at === undefined) throw new UnknownSeriesError(id, nearestNames(id, ids));
    return at;
  };
  const dayOf = (step: number) => new Date((firstDay + step * stride) * DAY).toISOString().slice(0, 10);
  const dates = Array.from({ length: horizon }, (_, step) => dayOf(step));
  const steps = new Map(dates.map((date, step) => [date, step]));
  const dateOf = (step: number) => dates[step] ?? dayOf(step);
  const knownAt = (row: number): Known =>
    Object.fromEntries(columns.map(([name, values, levels]) => {
      const value = values[row]!;
      return [name, Number.isNaN(value) ? null : levels === undefined ? value : levels[value] ?? null];
    }));
  const dayAt = (at: number, row: number): Day => {
    const step = row - (start[at + 1]! - horizon), sold = y[row]!;
    return { ds: dateOf(step), y: Number.isNaN(sold) ? null : sold, known: knownAt(row) };
  };
  /** The changes that are changes: what is planned anyway says nothing. */
  const effective = (at: number, changes: Changes): Changes => {
    if (changes.size === 0) return changes;
    const kept = new Map<number, Known>();
    for (const [step, values] of changes) {
      const row = start[at + 1]! - horizon + step;
      let different: Record<string, number | string | null> | undefined;
      for (const [name, column] of columns) {
        if (!Object.hasOwn(values, name)) continue;
        const code = codeOf(profile, name, values[name]!), usualCode = column[row]!;
        if (Object.is(code, usualCode) || code === usualCode) continue;
        (different ??= {})[name] = values[name]!;
      }
      if (different !== undefined) kept.set(step, different);
    }
    return kept;
  };
  const usualPath = (id: string, at: number): Path => ({
    id,
    values: usual.values.slice(at * horizon, (at + 1) * horizon),
    hashes: Array.from({ length: horizon }, (_, step) => hashText(usual, at * horizon + step)),
    changes: new Map(),
  });

  /** How far outcomes are usually from a forecast under a plan, and whether that closes the series. */
  const spreadOf = (recipe: IntervalRecipe, at: number, step: number, value: number, changed: Known | undefined) => {
    const planned = (name: string, usualCode: number) =>
      changed !== undefined && Object.hasOwn(changed, name) ? codeOf(profile, name, changed[name]!) : usualCode;
    const closed = openColumn !== undefined &&
      planned(openColumn[0], openColumn[1][start[at + 1]! - horizon + step]!) === 0;
    // As planned, a row's spread is always the same: pages ask for thousands of them at many levels.
    const one = at * horizon + step, asPlanned = changed === undefined && Object.is(value, usual.values[one]);
    if (asPlanned && !Number.isNaN(spreads[one]!)) return { spread: spreads[one]!, closed };
    const slices: Record<string, string> = {};
    for (const [name, values] of sliceColumns) slices[name] = String(planned(name, values[at * horizon + step]!));
    const spread = closed ? 0 : rowSpread(recipe, value, { series: ids[at]!, step: step + 1, slices });
    if (asPlanned) spreads[one] = spread;
    return { spread, closed };
  };
  /** The intervals around one forecast: its spread is that of all levels. */
  const around = (recipe: IntervalRecipe, id: string, step: number, value: number, changes: Changes) => {
    const { spread, closed } = spreadOf(recipe, demand(id), step, value, changes.get(step));
    return (level: number) => intervalOfSpread(recipe, value, { series: id, closed }, spread, level);
  };

  const model: ServedModel = {
    name: parts.name,
    version: parts.version,
    stage: parts.stage,
    source: parts.source,
    card,
    profile,
    approvals: parts.approvals,
    origin,
    horizon,
    firstDate: table.firstDate,
    series: ids,
    levels: recipe === null ? [] : INTERVAL_LEVELS,
    has: (id) => place.has(id),
    dateOf,
    stepOf: (date) => {
      const within = steps.get(date);
      if (within !== undefined) return within;
      const away = (dayNumber(date) - firstDay) / stride;
      return Number.isInteger(away) ? away : NaN;
    },
    about: (id) => table.about[demand(id)]!,
    history(id, steps = Infinity) {
      const at = demand(id), end = start[at + 1]! - horizon, first = Math.max(start[at]!, end - steps);
      return Array.from({ length: end - first }, (_, k) => dayAt(at, first + k));
    },
    missing: () => missingRows({ start, y, horizon, firstDay, stride }),
    plan(id) {
      const at = demand(id), first = start[at + 1]! - horizon;
      return Array.from({ length: horizon }, (_, step) => ({
        ...dayAt(at, first + step),
        assumed: assumed[first + step] === 1,
      }));
    },
    recall(id, step, values) {
      const at = demand(id), row = start[at + 1]! - horizon + step;
      let key = "";
      for (let k = 0; k < columns.length; k++) {
        const [name, column] = columns[k]!;
        const value = values[name];
        if (value === undefined) continue;
        const code = codeOf(profile, name, value), usualCode = column[row]!;
        if (code !== usualCode && !Object.is(code, usualCode)) key += `|${k}=${code}`;
      }
      if (key === "") {
        const one = at * horizon + step;
        return { value: usual.values[one]!, hash: hashText(usual, one), asPlanned: true };
      }
      return remembered.get(`${at}:${step}${key}`);
    },
    async forecast(asks) {
      const later = asks.length > 64;
      return await Promise.all(asks.map(async ({ id, changes, only }: Ask): Promise<Path> => {
        const at = demand(id), changed = effective(at, changes);
        if (changed.size === 0) return usualPath(id, at);
        const share = await crew.compute({ at, changes: changed, ...only !== undefined && { only } }, { later });
        const path = {
          id,
          values: share.values,
          hashes: Array.from(share.values, (_, row) => hashText(share, row)),
          changes: changed,
        };
        if (only === undefined) return path;
        // A path of which one step is wanted has NaN elsewhere.
        const values = new Float64Array(horizon).fill(NaN), hashes = Array<string>(horizon).fill("");
        values[only] = path.values[0]!;
        hashes[only] = path.hashes[0]!;
        if (changed.size === 1 && changed.has(only)) {
          remember(at, only, changed.get(only)!, values[only]!, hashes[only]!);
        }
        return { id, values, hashes, changes: changed };
      }));
    },
    interval(id, step, value, level, changes = UNCHANGED) {
      return recipe === null ? undefined : around(recipe, id, step, value, changes)(level);
    },
    intervals(id, step, value, changes = UNCHANGED) {
      if (recipe === null) return {};
      const at = around(recipe, id, step, value, changes);
      return Object.fromEntries(INTERVAL_LEVELS.map((level) => [level, at(level)]));
    },
    async explain(id, step, changes) {
      const at = demand(id), changed = effective(at, changes);
      const [path] = await model.forecast([{ id, changes, only: step }]);
      const shares = await crew.do({ kind: "explain", ask: { at, changes: changed, only: step } });
      const row = start[at + 1]! - horizon + step, planned = { ...knownAt(row), ...changed.get(step) };
      const prediction = path!.values[step]!;
      const contributions = shares.features.map((feature, k) => ({
        feature,
        value: Number.isNaN(shares.values[k]!) ? null : shares.values[k]!,
        contribution: shares.contributions[k]!,
        group: featureGroup(feature),
      })).sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
      return {
        id,
        ds: dateOf(step),
        prediction,
        method: shares.method,
        space: profile.targetTransform,
        expected: shares.expected,
        contributions,
        groups: Object.fromEntries(FEATURE_GROUPS.flatMap((group) => {
          const own = contributions.filter((one) => one.group === group);
          return own.length === 0 ? [] : [[group, own.reduce((sum, { contribution }) => sum + contribution, 0)]];
        })),
        intervals: model.intervals(id, step, prediction, changed),
        analogues: analogues(at, step, planned),
      } satisfies Explanation;
    },
    [Symbol.dispose]: () => crew[Symbol.dispose](),
  };
  return model;

  function remember(at: number, step: number, values: Known, value: number, hash: string): void {
    let key = "";
    columns.forEach(([name], k) => {
      if (Object.hasOwn(values, name)) key += `|${k}=${codeOf(profile, name, values[name]!)}`;
    });
    // The oldest goes: a Map keeps the order of insertion.
    if (remembered.size >= REMEMBERED) remembered.delete(remembered.keys().next().value!);
    remembered.set(`${at}:${step}${key}`, { value, hash, asPlanned: false });
  }

  /** Days of the past of the same weekday (or, in weekly data, near the same week) and plan, newest first. */
  function analogues(at: number, step: number, planned: Known): Day[] {
    const end = start[at + 1]! - horizon, found: Day[] = [];
    const season = profile.frequency === "1d" ? 7 : profile.yearLength;
    for (
      let row = end + step - Math.ceil((step + 1) / season) * season;
      row >= start[at]! && found.length < 5;
      row -= season
    ) {
      if (row >= end || Number.isNaN(y[row]!)) continue;
      if (columns.every(([name, values]) => codeOf(profile, name, planned[name]!) === values[row]!)) {
        found.push(dayAt(at, row));
      }
    }
    return found;
  }
}

/** The share of rows without sales in every month, over all series from their first row to the origin. */
function missingRows({ start, y, horizon, firstDay, stride }: {
  readonly start: Int32Array;
  readonly y: Float64Array;
  readonly horizon: number;
  readonly firstDay: number;
  readonly stride: number;
}): CalendarValues {
  const months = new Map<number, { rows: number; missing: number }>(), monthOf = new Map<number, number>();
  for (let at = 0; at + 1 < start.length; at++) {
    const end = start[at + 1]! - horizon;
    for (let row = start[at]!; row < end; row++) {
      const back = end - row;
      let month = monthOf.get(back);
      if (month === undefined) {
        const date = new Date((firstDay - back * stride) * DAY);
        monthOf.set(back, month = date.getUTCFullYear() * 12 + date.getUTCMonth());
      }
      let count = months.get(month);
      if (count === undefined) months.set(month, count = { rows: 0, missing: 0 });
      count.rows++;
      if (Number.isNaN(y[row]!)) count.missing++;
    }
  }
  const years = [...new Set([...months.keys()].map((month) => Math.floor(month / 12)))].sort((a, b) => a - b);
  const columns = Array.from({ length: 12 }, (_, month) => month + 1);
  return {
    rowsAre: "year",
    columnsAre: "month",
    rows: years,
    columns,
    values: years.map((year) =>
      columns.map((month) => {
        const count = months.get(year * 12 + month - 1);
        return count === undefined ? null : count.missing / count.rows;
      })
    ),
  };
}

async function prove(crew: Crew, usual: Float64Array): Promise<void> {
  const rows = Array.from({ length: Math.min(PROBED, usual.length) }, (_, k) => Math.floor(k * usual.length / PROBED));
  const again = await crew.do({ kind: "oneByOne", rows });
  const odd = rows.findIndex((row, k) => !Object.is(again[k], usual[row]));
  if (odd >= 0) {
    throw new ModelUnavailableError(
      `Cannot trust the model as one row must forecast what many rows do: row ${rows[odd]} gives ${again[odd]}, ` +
        `together ${usual[rows[odd]!]}`,
    );
  }
}
