/**
 * The windows of a search: those it is judged by, those that confirm what it puts forward, and those that check the end.
 *
 * @module
 */
import { DatasetError } from "@/core/errors.ts";
import type { Panel } from "@/core/panel.ts";
import { LEAST_CONFIRMING, type Window } from "@/evaluation/mod.ts";
import { planRunWindows } from "@/pipeline/windows.ts";

/** Windows in order of time; none overlaps another. */
export interface TuneWindows {
  /** Trials are judged by these. */
  readonly folds: readonly Window[];
  /** The finalist alone meets what is in use in these. */
  readonly confirm: readonly Window[];
  /** Nothing is decided by these; the holdout is the last. */
  readonly unseen: readonly Window[];
}

/** One window to judge trials by, as many to confirm as a test needs, one to check. */
const LEAST = { folds: 1, confirm: LEAST_CONFIRMING, check: 1 };

/**
 * Plans the windows of a search. Where the history has no room for all that are asked for, those that check are the first
 * to go, then folds, then those that confirm.
 *
 * @param asked How many windows of each kind are wanted.
 * @throws {DatasetError} If there is no room for one fold, three windows that confirm, and one that checks.
 */
export function tuneWindows(
  panel: Panel,
  asked: { readonly folds: number; readonly confirm: number; readonly check: number },
): TuneWindows {
  const all = apart(panel, asked.folds + asked.confirm + asked.check);
  let spare = all.length - LEAST.folds - LEAST.confirm - LEAST.check;
  if (spare < 0) {
    throw new DatasetError(
      `Cannot tune on ${panel.profile.name} as a search needs ${all.length - spare} windows that do not overlap ` +
        `(${LEAST.folds} to judge trials by, ${LEAST.confirm} to confirm, ${LEAST.check} to check): the history has room ` +
        `for ${all.length}`,
      { dataset: panel.profile.name },
    );
  }
  const [confirm, folds] = (["confirm", "folds"] as const).map((kind) => {
    const more = Math.min(spare, asked[kind] - LEAST[kind]);
    spare -= more;
    return LEAST[kind] + more;
  }) as [number, number];
  return {
    folds: all.slice(0, folds),
    confirm: all.slice(folds, folds + confirm),
    unseen: all.slice(folds + confirm),
  };
}

/** So many windows, or as many as fit without overlap; the holdout last. */
function apart(panel: Panel, most: number): readonly Window[] {
  for (let count = most;; count--) {
    const { backtest, holdout } = planRunWindows(panel, count - 1), all = [...backtest, holdout];
    if (count === 1 || all.every(({ origin }, k) => k === 0 || all[k - 1]!.to < origin)) return all;
  }
}
