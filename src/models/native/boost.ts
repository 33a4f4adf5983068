/**
 * Boosting, round by round: stopping when told to, or when the validation error no longer falls.
 *
 * @module
 */
import type { Round } from "@/core/regressor.ts";

/** A native learner that is being trained. */
export interface Trainer extends Disposable {
  /** One more round. True when it could not add anything, so that there is no use in going on. */
  update(): boolean;
  /** Metric → value on the validation sample, the deciding one first; empty without such a sample. */
  evaluate(): Readonly<Record<string, number>>;
  /** The model's bytes, cut to its first `rounds` rounds. */
  bytes(rounds: number): Uint8Array<ArrayBuffer>;
}

/** How long to go on. */
export interface BoostOptions {
  readonly rounds: number;
  /** Rounds without a better validation metric after which to stop; 0 for never. */
  readonly patience: number;
  readonly stopped: () => boolean;
  readonly onRound: (round: Round) => void;
}

/**
 * Runs rounds until the last, until the validation metric has not improved for `patience` rounds, or until told to stop.
 *
 * @returns How many rounds to keep (the best ones, where `patience` counts), or undefined when it was told to stop.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { boost } from "@/models/native/boost.ts";
 *
 * const errors = [3, 2, 1, 2, 3, 4];
 * let round = 0;
 * const trainer = {
 *   update: () => (round++, false),
 *   evaluate: () => ({ l2: errors[round - 1]! }),
 *   bytes: () => new Uint8Array(),
 *   [Symbol.dispose]() {},
 * };
 * const kept = boost(trainer, { rounds: 6, patience: 2, stopped: () => false, onRound: () => {} });
 * expect(kept).toBe(3); // the third round was the best,
 * expect(round).toBe(5); // and two more showed it
 * ```
 */
export function boost(trainer: Trainer, { rounds, patience, stopped, onRound }: BoostOptions): number | undefined {
  let done = 0, best = Infinity, bestRound = 0;
  for (let round = 1; round <= rounds; round++) {
    if (stopped()) return undefined;
    // A fruitless round leaves no tree behind, but for the first, which leaves the constant that predicts best.
    if (trainer.update()) return bestRound || Math.max(1, done);
    done = round;
    const metrics = trainer.evaluate();
    onRound({ round, rounds, metrics });
    const decisive = Object.values(metrics)[0];
    if (patience === 0 || decisive === undefined) continue;
    if (decisive < best) {
      best = decisive;
      bestRound = round;
    } else if (round - bestRound >= patience) break;
  }
  return stopped() ? undefined : bestRound || done;
}
