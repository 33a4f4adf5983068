import { column, type Matrix } from "@/core/matrix.ts";
import { ModelUnavailableError } from "@/core/errors.ts";
import type { Files, ForecastScale, Model, Pooling, Regressor } from "@/core/regressor.ts";
import { explained, onScale, rescaled } from "@/models/explanation.ts";
import { joinRows } from "@/models/math/join_rows.ts";
import { lowRank } from "@/models/math/low_rank.ts";
import { type SeriesGrid, seriesGrid } from "@/models/math/series_grid.ts";
import { typicalValue } from "@/models/math/typical_value.ts";
import { readModel, writeModel } from "@/models/model_json.ts";
import { validParams } from "@/models/valid_params.ts";

const KIND = "svd_growth";
const SMOOTH_FILE = "smooth.f32";
const DAY_OF_YEAR = "day_of_year";

const DEFAULTS: SvdGrowthParams = {
  group: "",
  season: 52,
  rank: 6,
  raw: 0,
  event: "",
  before: 0.15,
  after: 0.05,
  recent: 13,
  shrink: 0.75,
  fade: 1,
  min_growth: 0.5,
  max_growth: 2,
};

/** Parameters of the smoothed-last-year model. */
export type SvdGrowthParams = {
  /** Series with the same value of this column are smoothed together: departments. Empty: all of them. */
  readonly group: string;
  /** Steps that reach the same season last year. */
  readonly season: number;
  /** How many patterns per group survive the smoothing. */
  readonly rank: number;
  /** Share of last year that is taken as it was, unsmoothed. */
  readonly raw: number;
  /** A column above 0 in steps with a holiday, whose sales stay in the week they fell in; empty: none is known. */
  readonly event: string;
  /** Share of a forecast that comes from the step before, and from the step after, the one a season ago. */
  readonly before: number;
  readonly after: number;
  /** Growth compares this many of the newest steps with the same steps a season before. */
  readonly recent: number;
  /** How much of the growth goes on: 0 none, 1 all of it. */
  readonly shrink: number;
  /** What is left of the growth with each step ahead: 1 all of it, 0.98 half of it (as a power) after 34 steps. */
  readonly fade: number;
  /** Growth is kept within these limits before it is shrunk. */
  readonly min_growth: number;
  readonly max_growth: number;
};

/** What the model keeps, besides the smoothed history. */
interface Learnt {
  readonly group: string;
  /** Models from before growth faded lack it. */
  readonly fade?: number;
  /** The column of holidays and the steps that had one; models from before there was one lack both. */
  readonly event?: string;
  readonly events?: readonly number[];
  readonly season: number;
  readonly before: number;
  readonly after: number;
  /** The step of the first and the number of columns of the smoothed history. */
  readonly first: number;
  readonly steps: number;
  /** Per series: its code, its growth, and its level where last year has nothing to say. */
  readonly series: readonly number[];
  readonly growth: readonly number[];
  readonly level: readonly number[];
  /** The level of a group, for series that were never seen: pairs of group and level. */
  readonly groupLevels: readonly (readonly [number, number])[];
}

/** The columns that a fit reads. */
const columnsOf = (
  { group, event }: SvdGrowthParams,
) => ["series", "t", ...group ? [group] : [], ...event ? [event] : []];

/**
 * The fit needs every value of every series, and the model keeps them all: what parts tell is their rows themselves, in
 * the order of series and steps. (Inner products of steps would be sums, but more of them than there are values wherever
 * a group has fewer series than steps, as Walmart's departments have.)
 */
const POOLING: Pooling<SvdGrowthParams> = {
  share({ x, y }, params) {
    const names = columnsOf(validParams(svdGrowth, params));
    return Object.fromEntries([...names.map((name) => [name, column(x, name)] as const), ["y", y] as const]
      .map(([name, values]) => [name, Float64Array.from(values)]));
  },
  join: (shares) => joinRows(shares, ["series", "t"]),
  fit(joined, params) {
    const valid = validParams(svdGrowth, params), names = columnsOf(valid), y = joined["y"]!;
    const data = new Float32Array(y.length * names.length);
    names.forEach((name, k) => data.set(joined[name]!, k * y.length));
    const x: Matrix = { names, rows: y.length, data, categorical: [] };
    const grid = seriesGrid(x, y);
    const groups = groupOfSeries(grid, x, valid.group);
    const smooth = smoothByGroup(grid, groups, valid);
    const level = levels(grid, groups, valid.recent);
    return svdGrowthModel({
      group: valid.group,
      fade: valid.fade,
      ...(valid.event ? { event: valid.event, events: stepsWith(x, valid.event) } : {}),
      season: valid.season,
      before: valid.before,
      after: valid.after,
      first: grid.first,
      steps: grid.steps,
      series: [...grid.series],
      growth: growthOf(grid, valid),
      level: level.series,
      groupLevels: level.groups,
    }, smooth);
  },
};

/**
 * Says "what the week a year ago would have sold without its accidents, times how the shop has grown since".
 *
 * Per group a table of series × weeks is smoothed by its few strongest patterns (a truncated SVD, which won Walmart's
 * competition); a forecast is the smoothed value a season earlier, with a little of its neighbours, times the damped growth
 * of the series. 52 weeks are one or two days short of a year, so the same dates lie partly in the week before: that one
 * counts more than the week after. Holidays that keep their weekday (Thanksgiving) fall into the same week every year:
 * where `event` tells them, such a week takes nothing of its neighbours and gives them nothing; Christmas keeps its date,
 * and does. A series without a value there gets the mean of its newest steps, a series never seen
 * the median of its group, and 0 where there is none.
 * In units of y; needs the columns `series`, `t`, the group's, and with `event` that one and `day_of_year`.
 *
 * @throws {RangeError} If a column is missing.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { svdGrowth } from "@/models/mod.ts";
 *
 * // Two seasons of four steps; the second is twice the first.
 * const t = [0, 1, 2, 3, 4, 5, 6, 7];
 * const x = { names: ["series", "t"], rows: 8, data: Float32Array.of(...t.map(() => 0), ...t), categorical: [] };
 * const y = Float32Array.of(1, 2, 3, 4, 2, 4, 6, 8);
 * const params = { ...svdGrowth.defaults, season: 4, recent: 4, shrink: 1, before: 0, after: 0 };
 * using model = await svdGrowth.fit({ x, y }, params, { seed: 1 });
 * const next = { names: ["series", "t"], rows: 1, data: Float32Array.of(0, 8), categorical: [] };
 * expect(model.predict(next)[0]).toBeCloseTo(2 * 2);
 * ```
 */
export const svdGrowth: Regressor<SvdGrowthParams> = {
  kind: KIND,
  defaults: DEFAULTS,
  schema: {
    type: "object",
    properties: {
      group: {
        type: "string",
        description: "Series with the same value of this column are smoothed together; empty: all of them",
        default: DEFAULTS.group,
      },
      season: {
        type: "integer",
        minimum: 1,
        description: "Steps that reach the same season last year",
        default: DEFAULTS.season,
      },
      rank: {
        type: "integer",
        minimum: 1,
        description: "How many patterns per group survive the smoothing",
        default: DEFAULTS.rank,
      },
      raw: {
        type: "number",
        minimum: 0,
        maximum: 1,
        description: "Share of last year that is taken as it was, unsmoothed",
        default: DEFAULTS.raw,
      },
      event: {
        type: "string",
        description: "The column that is above 0 in steps with a holiday; empty: none is known",
        default: DEFAULTS.event,
      },
      before: {
        type: "number",
        minimum: 0,
        maximum: 0.5,
        description: "Share of a forecast that comes from the step before the one a season ago",
        default: DEFAULTS.before,
      },
      after: {
        type: "number",
        minimum: 0,
        maximum: 0.5,
        description: "Share of a forecast that comes from the step after the one a season ago",
        default: DEFAULTS.after,
      },
      recent: {
        type: "integer",
        minimum: 1,
        description: "How many of the newest steps growth is measured on",
        default: DEFAULTS.recent,
      },
      shrink: {
        type: "number",
        minimum: 0,
        maximum: 1,
        description: "How much of the growth goes on: 0 none, 1 all of it",
        default: DEFAULTS.shrink,
      },
      fade: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1,
        description: "What is left of the growth with each step ahead; 1 for all of it",
        default: DEFAULTS.fade,
      },
      min_growth: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1,
        description: "Growth below this is taken for an accident",
        default: DEFAULTS.min_growth,
      },
      max_growth: {
        type: "number",
        minimum: 1,
        description: "Growth above this is taken for an accident",
        default: DEFAULTS.max_growth,
      },
    },
    required: [
      "group",
      "season",
      "rank",
      "raw",
      "event",
      "before",
      "after",
      "recent",
      "shrink",
      "fade",
      "min_growth",
      "max_growth",
    ],
    additionalProperties: false,
  },
  needs: ["series", "t"],
  // deno-lint-ignore require-await -- the contract is asynchronous: errors are rejections, not exceptions
  async fit(train, params, { signal }) {
    signal?.throwIfAborted();
    return POOLING.fit(POOLING.join([POOLING.share(train, params)]), params);
  },
  pooling: POOLING,
  // deno-lint-ignore require-await
  async load(files) {
    const learnt = readModel<Learnt>(KIND, files);
    return svdGrowthModel(learnt, readSmooth(files, learnt.series.length * learnt.steps));
  },
};

function svdGrowthModel(learnt: Learnt, smooth: Float32Array<ArrayBuffer>): Model {
  const { group, event = "", fade = 1, season, before, after, first, steps, series, growth, level } = learnt;
  const line = new Map(series.map((code, at) => [code, at]));
  const groupLevel = new Map(learnt.groupLevels);
  /** A series' smoothed value at a step, NaN where there is none. */
  const smoothAt = (at: number, step: number) => step >= 0 && step < steps ? smooth[at * steps + step]! : NaN;
  const events = new Set(learnt.events);
  /** The same with a little of its neighbours; one that is missing says the same as the step itself. */
  const aroundAt = (at: number, step: number, kept: boolean, fixedDate: boolean) => {
    const middle = smoothAt(at, step), earlier = smoothAt(at, step - 1), later = smoothAt(at, step + 1);
    const from = (neighbour: number, share: number) => kept || events.has(neighbour) && !fixedDate ? 0 : share;
    const b = from(step - 1, before), a = from(step + 1, after);
    return (1 - b - a) * middle + b * (Number.isNaN(earlier) ? middle : earlier) +
      a * (Number.isNaN(later) ? middle : later);
  };
  /** What each row's series sold a year ago, and what that is multiplied by. */
  const partsOf = (x: Matrix) => {
    const codes = column(x, "series"), t = column(x, "t");
    const groups = group ? column(x, group) : undefined;
    const holiday = event ? column(x, event) : undefined, day = event ? column(x, DAY_OF_YEAR) : undefined;
    return Array.from(codes, (code, row) => {
      const at = line.get(code);
      if (at === undefined) return { then: groupLevel.get(groups ? groupCode(groups[row]!) : 0) ?? 0, factor: 1 };
      // Whole seasons back, until the step lies in what was known.
      const seasons = Math.max(1, Math.ceil((t[row]! - first - steps + 1) / season));
      const step = t[row]! - first - seasons * season;
      const fixedDate = day !== undefined && isAroundNewYear(day[row]!);
      const then = aroundAt(at, step, holiday !== undefined && holiday[row]! > 0 && !fixedDate, fixedDate);
      return Number.isNaN(then)
        ? { then: level[at]!, factor: 1 }
        : { then, factor: growth[at]! ** (seasons * fade ** (t[row]! - first - steps + 1)) };
    });
  };
  return {
    kind: KIND,
    features: ["series", "t", ...group ? [group] : [], ...event ? [event, DAY_OF_YEAR] : []],
    predict: (x) => Float64Array.from(partsOf(x), ({ then, factor }) => then * factor),
    explain(x: Matrix, scale: ForecastScale) {
      const parts = partsOf(x);
      const units = explained({
        last_year: parts.map(({ then }) => then),
        growth: parts.map(({ then, factor }) => then * (factor - 1)),
      }, x.rows);
      return scale === "identity" ? units : rescaled(units, (y) => onScale(y, scale));
    },
    save: () => ({
      ...writeModel(KIND, { ...learnt }),
      [SMOOTH_FILE]: new Uint8Array(smooth.buffer.slice(0)),
    }),
    [Symbol.dispose]() {},
  };
}

/** Christmas and New Year keep their date, other holidays of the trade their weekday. */
function isAroundNewYear(dayOfYear: number): boolean {
  return dayOfYear > 350 || dayOfYear < 4;
}

/** The steps in which a column is above 0. */
function stepsWith(x: Matrix, name: string): number[] {
  const t = column(x, "t"), flags = column(x, name);
  const steps = new Set<number>();
  for (let i = 0; i < x.rows; i++) if (flags[i]! > 0) steps.add(t[i]!);
  const first = t.reduce((least, step) => Math.min(least, step), Infinity);
  return [...steps].map((step) => step - first).sort((a, b) => a - b);
}

function readSmooth(files: Files, values: number): Float32Array<ArrayBuffer> {
  const bytes = files[SMOOTH_FILE];
  const expected = values * Float32Array.BYTES_PER_ELEMENT;
  if (bytes?.length !== expected) {
    throw new ModelUnavailableError(
      `Cannot load a ${KIND} model as its file ${SMOOTH_FILE} must have ${expected} bytes: it ` +
        (bytes ? `has ${bytes.length}` : "is missing"),
    );
  }
  return new Float32Array(bytes.slice().buffer);
}

/** The group of each series: the value of its newest row. */
function groupOfSeries({ series }: SeriesGrid, x: Matrix, group: string): Float32Array {
  const groups = new Float32Array(series.length);
  if (!group) return groups;
  const line = new Map(Array.from(series, (code, at) => [code, at]));
  const codes = column(x, "series"), values = column(x, group);
  for (let i = 0; i < x.rows; i++) {
    const at = line.get(codes[i]!);
    if (at !== undefined) groups[at] = groupCode(values[i]!);
  }
  return groups;
}

/** Series without a group form one of their own. */
function groupCode(value: number): number {
  return Number.isNaN(value) ? -1 : value;
}

/** Rows of the grid by group, in ascending order of the groups. */
function membersOf(groups: Float32Array): Map<number, number[]> {
  const members = new Map<number, number[]>();
  for (const group of [...new Set(groups)].sort((a, b) => a - b)) members.set(group, []);
  groups.forEach((group, at) => members.get(group)!.push(at));
  return members;
}

/** Every group's table through `lowRank`; NaN stays where there was no value. */
function smoothByGroup(
  { values, steps }: SeriesGrid,
  groups: Float32Array,
  { rank, raw }: Pick<SvdGrowthParams, "rank" | "raw">,
): Float32Array<ArrayBuffer> {
  const smooth = new Float32Array(values.length);
  for (const members of membersOf(groups).values()) {
    const table = new Float64Array(members.length * steps);
    members.forEach((at, row) => {
      for (let k = 0; k < steps; k++) {
        const value = values[at * steps + k]!;
        table[row * steps + k] = Number.isNaN(value) ? 0 : value;
      }
    });
    const smoothed = lowRank(table, { rows: members.length, columns: steps, rank });
    members.forEach((at, row) => {
      for (let k = 0; k < steps; k++) {
        smooth[at * steps + k] = (1 - raw) * smoothed[row * steps + k]! + raw * table[row * steps + k]!;
        if (Number.isNaN(values[at * steps + k]!)) smooth[at * steps + k] = NaN;
      }
    });
  }
  return smooth;
}

/** Per series the newest steps over the same steps a season before, where both are known; limited, then damped. */
function growthOf({ series, values, steps }: SeriesGrid, params: SvdGrowthParams): number[] {
  const { season, recent, shrink, min_growth, max_growth } = params;
  return Array.from(series, (_, at) => {
    let now = 0, then = 0;
    for (let k = Math.max(season, steps - recent); k < steps; k++) {
      const a = values[at * steps + k]!, b = values[at * steps + k - season]!;
      if (Number.isNaN(a) || Number.isNaN(b)) continue;
      now += a;
      then += b;
    }
    const ratio = now > 0 && then > 0 ? now / then : 1;
    return Math.min(max_growth, Math.max(min_growth, ratio)) ** shrink;
  });
}

/** What a series sells when last year has nothing to say: the mean of its newest steps, else of all; and per group. */
function levels({ series, values, steps }: SeriesGrid, groups: Float32Array, recent: number): {
  series: number[];
  groups: [number, number][];
} {
  const meanFrom = (at: number, from: number) => {
    let sum = 0, known = 0;
    for (let k = Math.max(0, from); k < steps; k++) {
      const value = values[at * steps + k]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      known++;
    }
    return known > 0 ? sum / known : NaN;
  };
  const own = Array.from(series, (_, at) => {
    const newest = meanFrom(at, steps - recent);
    return Number.isNaN(newest) ? meanFrom(at, 0) : newest;
  });
  const perGroup = [...membersOf(groups)].map(([group, members]): [number, number] => [
    group,
    typicalValue(members.map((at) => own[at]!)),
  ]);
  const ofGroup = new Map(perGroup);
  return { series: own.map((level, at) => Number.isNaN(level) ? ofGroup.get(groups[at]!)! : level), groups: perGroup };
}
