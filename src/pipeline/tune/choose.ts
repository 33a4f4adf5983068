/**
 * The choice at the end of a search: what it puts forward, or what is in use.
 *
 * @module
 */
import { confirmGain, finalistOf, type Point, type Space } from "@/evaluation/mod.ts";
import type { Choice, Trial } from "@/pipeline/tune/tuning_record.ts";

/** What a choice is made of. */
interface Candidates {
  readonly space: Space;
  /** Trial 0 is what is in use. */
  readonly trials: readonly Trial[];
  readonly against: Choice["against"];
  /** Origins of the windows that confirm. */
  readonly windows: readonly string[];
  readonly alpha: number;
  /** Fits and forecasts a point in each of those windows. */
  readonly lossesOf: (point: Point) => Promise<Readonly<Record<string, number>>>;
}

/**
 * Takes of the trials the one nearest to what is in use among those that noise alone may have put behind the best, and
 * lets the two meet in windows that the search never saw. Without a gain beyond chance there, what is in use stays.
 *
 * Where noise alone may have put what is in use itself behind, nothing is fitted: nothing speaks for a change.
 */
export async function choose({ space, trials, against, windows, alpha, lossesOf }: Candidates): Promise<Choice> {
  const judged = trials.filter(({ loss }) => loss !== null), [inUse] = trials;
  const finalist = judged[finalistOf(space, judged, inUse!.point)]!;
  const asked = { against, alpha, windows, finalist: finalist.number };
  if (JSON.stringify(finalist.point) === JSON.stringify(inUse!.point)) return { ...asked, taken: false };
  const losses = { inUse: await lossesOf(inUse!.point), finalist: await lossesOf(finalist.point) };
  const of = (own: Readonly<Record<string, number>>) => windows.map((origin) => own[origin]!);
  const { change, pValue, confirmed } = confirmGain(of(losses.finalist), of(losses.inUse), { alpha });
  return { ...asked, losses, change, pValue, taken: confirmed };
}

/** What is in use, as a sentence calls it. */
export const inUseText = ({ against }: Choice): string =>
  against === "file" ? "what the params file says" : "the defaults";

/** The choice in a sentence. */
export function choiceText(choice: Choice): string {
  const { taken, finalist, change, windows } = choice, what = inUseText(choice);
  if (change === undefined) return `Keep ${what}: no trial is better by more than noise`;
  const percent = (share: number) => `${(100 * Math.abs(share)).toFixed(1)} %`;
  const met = `${percent(change)} ${change < 0 ? "less" : "more"} error on ${windows.length} windows after the search`;
  return taken
    ? `Take trial ${finalist}: ${met} (${chanceText(choice)})`
    : `Keep ${what}: trial ${finalist} has ${met} (${chanceText(choice)})`;
}

/** How likely the gain is by chance, and how unlikely it had to be. */
export function chanceText({ taken, pValue, alpha }: Choice): string {
  const p = typeof pValue === "number" ? `p ${pValue.toPrecision(2)}` : "the windows differ too little for a test";
  return taken ? p : `${p}, needed: below ${alpha}`;
}
