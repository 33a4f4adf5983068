/**
 * What a search is told, completed by the params file and checked.
 *
 * @module
 */
import { ParamsError } from "@/core/errors.ts";
import { LEAST_CONFIRMING, type Search, SEARCHES } from "@/evaluation/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { ENSEMBLE } from "@/pipeline/models.ts";

/** What a search is told; what is left out comes from the params file. */
export interface TuneOptions {
  /** The model whose parameters are searched: `lightgbm`. */
  readonly model: string;
  /** Trials at most, and minutes after which no further one begins. */
  readonly trials?: number;
  readonly minutes?: number;
  readonly search?: Search;
  /**
   * Windows that trials are judged on, windows after them in which the finalist must be better than what is in use, and
   * windows after those (the holdout among them) that only check.
   */
  readonly folds?: number;
  readonly confirm?: number;
  readonly check?: number;
  /**
   * Keeps the params file's own choice from the search: whoever made it may have looked at the windows that check the
   * winner.
   */
  readonly blind?: boolean;
  /** Forgets what an earlier run of the same search found. */
  readonly fresh?: boolean;
  /** Milliseconds, for the budget of minutes. */
  readonly clock?: () => number;
}

/** The options, completed by the params file and checked. */
export function settingsOf({ params: { tune }, choices }: Context, given: TuneOptions) {
  const settings = {
    model: given.model,
    trials: given.trials ?? tune.trials,
    minutes: given.minutes ?? Infinity,
    search: given.search ?? tune.search,
    folds: given.folds ?? tune.folds,
    confirm: given.confirm ?? tune.confirm,
    check: given.check ?? tune.check,
    alpha: tune.alpha,
    startup: tune.startup,
    blind: given.blind ?? false,
  };
  if (settings.model === ENSEMBLE) {
    throw new ParamsError("Cannot tune the ensemble: its weights are learnt, not searched");
  }
  contestantExists(settings.model, choices, tune.spaces ?? {});
  for (
    const [name, value, least] of [["trials", settings.trials, 2], ["folds", settings.folds, 1], [
      "confirm",
      settings.confirm,
      LEAST_CONFIRMING,
    ], ["check", settings.check, 1]] as const
  ) {
    if (!Number.isInteger(value) || value < least) {
      throw new ParamsError(`Cannot tune with ${name} ${value}: expected a whole number of ${least} or more`);
    }
  }
  if (!(settings.minutes > 0)) {
    throw new ParamsError(`Cannot tune for ${settings.minutes} minutes: expected more than 0`);
  }
  if (!SEARCHES.includes(settings.search)) {
    throw new ParamsError(`Cannot search by "${settings.search}": known are ${SEARCHES.join(", ")}`);
  }
  return settings;
}

function contestantExists(
  model: string,
  { models }: Context["choices"],
  spaces: Readonly<Record<string, unknown>>,
): void {
  if (spaces[model] === undefined) {
    throw new ParamsError(
      `Cannot tune ${model} as the params file has no space for it (tune.spaces.${model}): it has ${
        Object.keys(spaces).join(", ") || "none"
      }`,
    );
  }
  if (!models.includes(model)) {
    throw new ParamsError(`Cannot tune ${model} as it does not compete here: the models are ${models.join(", ")}`);
  }
}
