/**
 * The models that can compete in a run: every registered regressor, and the blend of some of them.
 *
 * @module
 */
import type { Regressor } from "@/core/regressor.ts";
import { ParamsError } from "@/core/errors.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { ensemble, HORIZON_STEP, horizonBands, regressors, relativeTarget, seedBag } from "@/models/mod.ts";
import type { DatasetParams } from "@/pipeline/params.ts";

/** The name of the blend in every table. */
export const ENSEMBLE = "ensemble";

/** The model that every score stands beside. */
export const BASELINE = "seasonal_naive";

/** The models from the simplest to the most complicated; those of one row are equals. */
const BY_SIMPLICITY = [
  ["seasonal_naive"],
  ["group_median"],
  ["factor_model", "svd_growth"],
  ["random_forest"],
  ["lightgbm", "xgboost"],
  [ENSEMBLE],
];

/**
 * How complicated a model is: 0 for the simplest.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { complexityOf } from "@/pipeline/models.ts";
 *
 * expect(complexityOf("group_median")).toBeLessThan(complexityOf("lightgbm"));
 * ```
 */
export function complexityOf(name: string): number {
  const at = BY_SIMPLICITY.findIndex((equals) => equals.includes(name));
  return at < 0 ? BY_SIMPLICITY.length : at;
}

/** Tells whether a model has nothing to learn but averages and seasons. */
export const isSimple = (name: string): boolean => complexityOf(name) < complexityOf("random_forest");

/** Regressors that learn what the target is relative to its expected level, rather than the target itself. */
const LEARNERS = ["random_forest", "lightgbm", "xgboost"];

/** Whether an algorithm grows trees; the others are simple models, without chance in them. */
export const isLearner = (kind: string): boolean => LEARNERS.includes(kind);

/** Every model's name, for flags and messages. */
export const modelNames: readonly string[] = [...Object.keys(regressors), ENSEMBLE];

/** A regressor, ready to be fitted on a dataset's features. */
export interface Contestant {
  readonly name: string;
  readonly regressor: Regressor;
  readonly params: Readonly<Record<string, unknown>>;
  /** Steps by which blocks are moved back that take turns with those that end at the origin; none: those alone. */
  readonly offsets: readonly number[];
  /** All steps of a forecast at once, or one after the other, each knowing the forecasts of those before. */
  readonly strategy: Strategy;
}

/** How a model forecasts several steps. */
export type Strategy = "direct" | "recursive";

/** What a caller is able to do with a model beyond fitting it on one training set and asking it once. */
export interface Abilities {
  readonly offsets?: boolean;
  readonly recursive?: boolean;
}

/**
 * Returns a model of the run, wired to its dataset: its parameters, and for learners the relative target.
 *
 * @param threads Threads that native learners may use.
 * @param able What the caller can do; a model that asks for more is refused rather than fitted as another one.
 * @throws {ParamsError} If its offsets or its strategy make no sense, or the caller is not able to follow them.
 */
export function contestant(
  name: string,
  profile: DatasetProfile,
  choices: DatasetParams,
  { threads }: { readonly threads: number },
  able: Abilities = {},
): Contestant {
  const { kind: _kind, offsets = [], strategy = "direct", ...own } = choices.regressors[name] ?? {};
  const regressor = wired(kindOf(name, choices), profile);
  const rows = trainingOf(name, { offsets, strategy, learner: isLearner(regressor.kind) }, profile, able);
  const given = new Set(Object.keys((regressor.schema as { properties?: object }).properties ?? {}));
  const wiring = {
    ...(given.has("threads") ? { threads } : {}),
    ...(given.has("transform") ? { transform: profile.targetTransform } : {}),
  };
  return { name, regressor, params: { ...regressor.defaults, ...wiring, ...own }, ...rows };
}

/** Checks what a model's params say of the rows that it learns from, and of how it forecasts. */
function trainingOf(
  name: string,
  { offsets, strategy, learner }: {
    readonly offsets: unknown;
    readonly strategy: unknown;
    readonly learner: boolean;
  },
  { horizon }: Pick<DatasetProfile, "horizon">,
  able: Abilities,
): Pick<Contestant, "offsets" | "strategy"> {
  const refuse = (why: string): never => {
    throw new ParamsError(`Cannot use the model ${name} as ${why}`, [why]);
  };
  const isStep = (offset: unknown) => Number.isInteger(offset) && Number(offset) > 0;
  if (!Array.isArray(offsets) || !offsets.every(isStep) || new Set(offsets).size < offsets.length) {
    return refuse(`its offsets must be different whole numbers from 1 on: they are ${JSON.stringify(offsets)}`);
  }
  if (strategy !== "direct" && strategy !== "recursive") {
    return refuse(`its strategy must be direct or recursive: it is ${JSON.stringify(strategy)}`);
  }
  if (!learner && (offsets.length > 0 || strategy === "recursive")) {
    return refuse("only models that learn from features have offsets or a strategy");
  }
  if (strategy === "recursive" && offsets.length > 0) {
    return refuse("a recursive model's blocks have one step, so that they have no offsets");
  }
  if (strategy === "recursive" && !able.recursive) {
    return refuse("it forecasts one step after the other (strategy: recursive), which only `deno task backtest` does");
  }
  if (offsets.length > 0 && !able.offsets) {
    return refuse("it has offsets, which `pipeline`, `train`, `tune` and `backtest` know and this task does not");
  }
  // Blocks of 14 days that start 21 earlier are those that start 7 earlier: a shorter horizon is no mistake of the params.
  const moves = new Set(offsets.map((offset) => Number(offset) % horizon).filter((offset) => offset > 0));
  return { offsets: [...moves], strategy };
}

/** The algorithm of a model: what its parameters name as `kind`, else the model is named after it. */
export function kindOf(name: string, { regressors }: Pick<DatasetParams, "regressors">): string {
  return String(regressors[name]?.["kind"] ?? name);
}

/**
 * The regressor that can load a model's files.
 *
 * @param kinds Model → its algorithm, as the model's card has them; models that are not among them are named after theirs.
 */
export function loaderOf(
  name: string,
  profile: DatasetProfile,
  kinds: Readonly<Record<string, string>> = {},
): Regressor {
  if (name === ENSEMBLE) {
    const members = new Set([...modelNames.slice(0, -1), ...Object.keys(kinds)]);
    return ensemble(Object.fromEntries([...members].map((member) => [member, loaderOf(member, profile, kinds)])));
  }
  return wired(kinds[name] ?? name, profile);
}

/** A regressor as this dataset needs it: learners fit the relative target, and see no column that cannot repeat. */
function wired(kind: string, profile: DatasetProfile): Regressor {
  const plain = regressors[kind]!;
  if (!isLearner(kind)) return plain;
  const { targetTransform: transform } = profile;
  return horizonBands(relativeTarget(seedBag(plain), { transform, exclude: hiddenFromLearners(profile) }));
}

/**
 * The features that learners do not see: years and time indices never come back, levels are in the target's base already,
 * and only open days are learnt from. First the one that params let some see.
 */
export function hiddenFromLearners({ openColumn }: Pick<DatasetProfile, "openColumn">): readonly string[] {
  return [
    HORIZON_STEP,
    "series",
    "t",
    "year",
    "base",
    "seasonal_naive",
    ...(openColumn === undefined ? [] : [openColumn]),
  ];
}
