/**
 * The models that can compete in a run: every registered regressor, and the blend of some of them.
 *
 * @module
 */
import type { Regressor } from "@/core/regressor.ts";
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
}

/**
 * Returns a model of the run, wired to its dataset: its parameters, and for learners the relative target.
 *
 * @param threads Threads that native learners may use.
 */
export function contestant(
  name: string,
  profile: DatasetProfile,
  choices: DatasetParams,
  { threads }: { readonly threads: number },
): Contestant {
  const { kind: _kind, ...own } = choices.regressors[name] ?? {};
  const regressor = wired(kindOf(name, choices), profile);
  const given = new Set(Object.keys((regressor.schema as { properties?: object }).properties ?? {}));
  const wiring = {
    ...(given.has("threads") ? { threads } : {}),
    ...(given.has("transform") ? { transform: profile.targetTransform } : {}),
  };
  return { name, regressor, params: { ...regressor.defaults, ...wiring, ...own } };
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
 * and only open days are learnt from.
 */
export function hiddenFromLearners({ openColumn }: Pick<DatasetProfile, "openColumn">): readonly string[] {
  return [
    "series",
    "t",
    HORIZON_STEP,
    "year",
    "base",
    "seasonal_naive",
    ...(openColumn === undefined ? [] : [openColumn]),
  ];
}
