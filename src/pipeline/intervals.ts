/**
 * Intervals of a run: learnt from its windows, judged walking forward, and laid beside forecasts.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Finding } from "@/core/check.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import {
  conformalQuantiles,
  coverageBySlice,
  type ForecastRows,
  type IntervalColumns,
  intervalColumns,
  type IntervalMethod,
  type IntervalRecipe,
  type IntervalShape,
  type IntervalWindow,
  type JudgedWindow,
  judgeIntervals,
  learnIntervals,
  type LevelScores,
  naiveIntervals,
  type SliceCoverage,
  splitConformal,
  type Window,
  type WindowIntervals,
} from "@/evaluation/mod.ts";
import { numbers } from "@/pipeline/blend.ts";
import { levelName } from "@/pipeline/level_name.ts";

/** The levels that every run reports, in percent. */
export const INTERVAL_LEVELS: readonly number[] = [50, 80, 95];

/** What the coverage of 80 % intervals must be: overall, and in each slice that has enough rows to tell. */
export const COVERAGE_BARS = {
  level: 80,
  overall: [0.78, 0.82],
  slice: [0.72, 0.88],
  sliceRows: 1000,
  /** Windows that must have met a slice, or the backtest, before a miss is more than chance. */
  windows: 6,
} as const;

/** How one kind of interval fared. */
export interface MethodScores {
  /** `conformal` around the champion, `quantile` (conformalised quantile boosting), `naive` around seasonal naive. */
  readonly method: "conformal" | "quantile" | "naive";
  /** Means over the backtest windows that had an earlier one to learn from; null when none had. */
  readonly backtest: Pick<WindowIntervals, "levels" | "crps"> | null;
  /** On the holdout; null when nothing came due before it. */
  readonly holdout: WindowIntervals | null;
  readonly windows: readonly WindowIntervals[];
}

/** How the intervals of a run fared. Every window was judged by what windows before it taught. */
export interface IntervalStudy {
  readonly model: string;
  readonly methods: readonly MethodScores[];
  /** Coverage of the champion's 80 % intervals by slice: the mean over the backtest windows. */
  readonly slices: readonly SliceCoverage[];
  /** The same on the holdout. */
  readonly holdoutSlices: readonly SliceCoverage[];
}

/** The prefix of the columns that quantile models forecast: `quantile-lo-80`. */
export const QUANTILE = "quantile";

/** The names of the columns of an interval. */
export const endNames = (model: string, level: number): readonly [lo: string, hi: string] => [
  `${model}-lo-${level}`,
  `${model}-hi-${level}`,
];

/** What is true of a dataset's intervals before anything is learnt: steps share a spread in six bands of the horizon. */
export function intervalShape(
  { targetTransform, allowsNegative }: DatasetProfile,
  { horizon }: { readonly horizon: number },
): IntervalShape {
  return { space: targetTransform, allowsNegative, stepsPerBand: Math.max(1, Math.ceil(horizon / 6)) };
}

/** Rows of a frame as intervals see them; slices are told by their codes. */
function forecastRows(frame: DataFrame, model: string, { slices }: DatasetProfile): ForecastRows {
  const own = slices.filter((name) => frame.columns.includes(name));
  return {
    yHat: numbers(frame, model),
    series: frame.getColumn("unique_id").toArray() as string[],
    step: numbers(frame, "step"),
    scale: frame.columns.includes("scale") ? numbers(frame, "scale") : new Float64Array(frame.height).fill(NaN),
    slices: Object.fromEntries(own.map((name) => [name, Array.from(numbers(frame, name), String)])),
  };
}

/** The rows of a window that were days of trade: a closed day is certain, and says nothing about the others. */
export function tradedRows(frame: DataFrame, { openColumn }: DatasetProfile): DataFrame {
  return openColumn === undefined ? frame : frame.filter(pl.col("y").gt(0));
}

/** The days of trade of a window as intervals see them. */
export function intervalWindow(
  frame: DataFrame,
  { origin, to }: Window,
  { model, baseline, profile }: {
    readonly model: string;
    readonly baseline: string;
    readonly profile: DatasetProfile;
  },
): IntervalWindow {
  const traded = tradedRows(frame, profile);
  const has = (level: number) => endNames(QUANTILE, level).every((name) => traded.columns.includes(name));
  const quantiles = INTERVAL_LEVELS.filter(has).map((level) => {
    const [lo, hi] = endNames(QUANTILE, level);
    return [level, { lo: numbers(traded, lo), hi: numbers(traded, hi) }] as const;
  });
  return {
    origin,
    to,
    rows: {
      ...forecastRows(traded, model, profile),
      y: numbers(traded, "y"),
      naive: numbers(traded, baseline),
      ...(quantiles.length === INTERVAL_LEVELS.length ? { quantiles: Object.fromEntries(quantiles) } : {}),
    },
  };
}

/** What a run has to say about its intervals. */
export interface RunIntervals {
  readonly study: IntervalStudy | null;
  /** Learnt from every window, the holdout's included: what the registered model takes along. */
  readonly recipe: IntervalRecipe | null;
  /** The frames, with the champion's intervals where an earlier window taught them, else null. */
  readonly frames: readonly DataFrame[];
}

/**
 * Learns the champion's intervals, judges them, and lays them beside its forecasts.
 *
 * @param frames One per window (see `windowFrame`), the holdout's last.
 */
export function runIntervals(
  frames: readonly DataFrame[],
  windows: readonly Window[],
  { model, baseline, profile }: {
    readonly model: string;
    readonly baseline: string;
    readonly profile: DatasetProfile;
  },
): RunIntervals {
  const shape = intervalShape(profile, profile);
  const own = windows.map((window, at) => intervalWindow(frames[at]!, window, { model, baseline, profile }));
  const usable = own.filter(({ rows }) => rows.y.length > 0);
  const holdout = windows.at(-1)!.origin;
  const recipes = new Map<number, IntervalRecipe>();
  // Windows come in the order of time, so how many there are says which: what they teach is learnt once.
  const learn = (past: readonly IntervalWindow[]) => {
    const known = recipes.get(past.length) ?? learnIntervals(past, shape);
    recipes.set(past.length, known);
    return known;
  };
  return {
    study: studyIntervals(own, {
      model,
      holdout,
      shape,
      conformal: (past, now, levels) => intervalColumns(learn(past), now, levels),
    }),
    recipe: usable.length === 0 ? null : learnIntervals(usable, shape),
    frames: frames.map((frame, at) => {
      const past = usable.filter(({ to }) => to < windows[at]!.origin);
      return past.length === 0
        ? withEnds(frame, model, undefined)
        : withEnds(frame, model, columnsOf(learn(past), frame, model, profile));
    }),
  };
}

/** Judges the champion's intervals, those of quantile models where there are any, and the naive ones. */
export function studyIntervals(
  windows: readonly IntervalWindow[],
  { model, holdout, shape, judged = () => true, conformal: method = splitConformal(shape) }: {
    readonly model: string;
    readonly holdout: string;
    readonly shape: IntervalShape;
    /** Windows that are judged; the others only teach. */
    readonly judged?: (origin: string) => boolean;
    readonly conformal?: IntervalMethod;
  },
): IntervalStudy | null {
  const judge = (method: IntervalMethod, options: Parameters<typeof judgeIntervals>[2] = {}) =>
    judgeIntervals(windows, method, { ...options, levels: INTERVAL_LEVELS }).filter(({ window }) =>
      judged(window.origin)
    );
  const conformal = judge(method);
  if (conformal.length === 0) return null;
  const naive = judge(naiveIntervals(shape), { middle: ({ naive }) => naive! });
  const quantile = windows.every(({ rows }) => rows.quantiles !== undefined) ? judge(conformalQuantiles(shape)) : [];
  const inBacktest = ({ window }: JudgedWindow) => window.origin !== holdout;
  return {
    model,
    methods: [
      methodScores("conformal", conformal, inBacktest),
      ...(quantile.length > 0 ? [methodScores("quantile", quantile, inBacktest)] : []),
      methodScores("naive", naive, inBacktest),
    ],
    slices: coverageBySlice(conformal.filter(inBacktest), COVERAGE_BARS.level),
    holdoutSlices: coverageBySlice(conformal.filter((judged) => !inBacktest(judged)), COVERAGE_BARS.level),
  };
}

function methodScores(
  method: MethodScores["method"],
  judged: readonly JudgedWindow[],
  inBacktest: (judged: JudgedWindow) => boolean,
): MethodScores {
  const backtest = judged.filter(inBacktest).map(({ scores }) => scores);
  return {
    method,
    backtest: backtest.length === 0 ? null : meanScores(backtest),
    holdout: judged.find((one) => !inBacktest(one))?.scores ?? null,
    windows: backtest,
  };
}

function meanScores(windows: readonly WindowIntervals[]): Pick<WindowIntervals, "levels" | "crps"> {
  const mean = (value: (window: WindowIntervals) => number) =>
    windows.reduce((sum, window) => sum + value(window), 0) / windows.length;
  return {
    levels: windows[0]!.levels.map(({ level }, k): LevelScores => ({
      level,
      held: mean(({ levels }) => levels[k]!.held),
      width: mean(({ levels }) => levels[k]!.width),
      winkler: mean(({ levels }) => levels[k]!.winkler),
    })),
    crps: mean(({ crps }) => crps),
  };
}

/**
 * Judges the coverage of 80 % intervals by the bars of the project: overall, and in every slice with enough rows.
 *
 * The mean over the backtest windows decides. One window can be far off by chance, so where fewer than six of them can
 * tell, a miss is only a warning.
 */
export function coverageFindings(study: IntervalStudy, profile: DatasetProfile): Finding[] {
  const { level, overall, slice: bar, sliceRows, windows: enough } = COVERAGE_BARS;
  const conformal = study.methods.find(({ method }) => method === "conformal");
  const held = conformal?.backtest?.levels.find((scores) => scores.level === level)?.held;
  if (held === undefined) return [];
  const judge = (share: number, windows: number, [from, to]: readonly [number, number], slice?: string): Finding => ({
    check: "interval_coverage",
    ...(slice === undefined ? {} : { slice }),
    passed: share >= from && share <= to,
    severity: windows >= enough ? "critical" : "warning",
    observed: Math.round(share * 1e4) / 1e4,
    wanted: `between ${from} and ${to}`,
  });
  return [
    judge(held, conformal!.windows.length, overall),
    ...study.slices.filter(({ rows }) => rows >= sliceRows)
      .map(({ slice, group, held, windows }) =>
        judge(held, windows, bar, `${slice} = ${levelName(slice, Number(group), profile)}`)
      ),
  ];
}

/** The champion's intervals and the naive ones, and what they were judged on: the backtest, or else the holdout. */
export function toldIntervals({ methods }: IntervalStudy): {
  readonly own: readonly LevelScores[];
  readonly naive: readonly LevelScores[];
  /** `8 backtest windows` */
  readonly on: string;
} {
  const of = (name: MethodScores["method"]) => methods.find(({ method }) => method === name)!;
  const scores = (name: MethodScores["method"]) => (of(name).backtest ?? of(name).holdout!).levels;
  const { backtest, windows } = of("conformal");
  const on = backtest === null
    ? "the holdout"
    : `${windows.length} backtest ${windows.length === 1 ? "window" : "windows"}`;
  return { own: scores("conformal"), naive: scores("naive"), on };
}

/** Intervals around a model's forecasts of the rows of a frame. */
export function columnsOf(
  recipe: IntervalRecipe,
  frame: DataFrame,
  model: string,
  profile: DatasetProfile,
  levels: readonly number[] = INTERVAL_LEVELS,
): IntervalColumns {
  const { openColumn } = profile;
  const open = openColumn !== undefined && frame.columns.includes(openColumn) ? numbers(frame, openColumn) : undefined;
  return intervalColumns(recipe, forecastRows(frame, model, profile), levels, { closed: (row) => open?.[row] === 0 });
}

/** Adds the columns `<model>-lo-80`, `<model>-hi-80`, …; all null without intervals. */
function withEnds(frame: DataFrame, model: string, columns: IntervalColumns | undefined): DataFrame {
  const ends = (level: number, side: 0 | 1) => {
    const name = endNames(model, level)[side], own = columns?.[level];
    if (own === undefined) return pl.Series(name, Array<null>(frame.height).fill(null), pl.Float64);
    return pl.Series(name, side === 0 ? own.lo : own.hi);
  };
  return frame.withColumns(...INTERVAL_LEVELS.flatMap((level) => [ends(level, 0), ends(level, 1)]));
}
