/**
 * What a search found, as a page: every trial as a line across its parameters.
 *
 * @module
 */
import { dashboardPage, type Figure, formatChange, formatNumberOf, parallelCoordinates } from "@/charts/mod.ts";
import { positionOf } from "@/evaluation/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { plotlyText } from "@/pipeline/plotly_text.ts";
import { chanceText, inUseText } from "@/pipeline/tune/choose.ts";
import type { TuningRecord } from "@/pipeline/tune/tuning_record.ts";

/** Draws the trials of a search. */
function tuningFigure({ space, trials, best, metric, model, blind = false }: TuningRecord): Figure {
  const losses = trials.flatMap(({ loss }) => loss === null ? [] : [loss]);
  const least = Math.min(...losses), most = Math.max(...losses), spread = most - least || 1;
  const text = (value: unknown) =>
    typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value ?? "–");
  const ends = space.map((dimension) =>
    dimension.kind === "choice"
      ? { name: dimension.name, low: text(dimension.values[0]), high: text(dimension.values.at(-1)) }
      : { name: dimension.name, low: text(dimension.min), high: text(dimension.max) }
  );
  const winner = trials[best]!;
  return parallelCoordinates(
    [...ends, { name: metric, low: text(least), high: text(most) }],
    trials.map(({ number, point, loss, status }) => ({
      name: nameOf(number, blind),
      kind: number === best ? "best" : status === "finished" ? "finished" : "given up",
      at: [
        ...space.map((dimension) => {
          const value = point[dimension.name];
          return value === undefined ? null : positionOf(dimension, value);
        }),
        loss === null ? null : (loss - least) / spread,
      ],
      told: [
        ...space.map(({ name }) => text(point[name])),
        loss !== null ? text(loss) : status === "failed" ? "failed" : status === "partial" ? "on a part" : "given up",
      ],
    })),
    {
      title: `${
        { file: "What the params file says", defaults: "The defaults" }[nameOf(best, blind)] ?? `Trial ${best}`
      } did best: ${metric.toUpperCase()} ${text(winner.loss)}`,
      subtitle: `${formatNumberOf(trials.length, "trial")} of ${model}; low on the last axis is good`,
    },
  );
}

/** What a trial is called: a search begins with the file's choice, unless it is blind to that, and the defaults. */
function nameOf(number: number, blind: boolean): string {
  return (blind ? ["defaults"] : ["file", "defaults"])[number] ?? `trial ${number}`;
}

/** What the search ends with, and how that fared where nothing was decided. */
function answerOf({ model, choice, checked }: TuningRecord): string {
  const of = (name: string) => checked.find((own) => own.name === name)!;
  const tuned = of("tuned"), old = of(choice?.against ?? "defaults");
  const change = formatChange(tuned.mean / old.mean - 1, 1),
    against = choice === undefined ? "its defaults" : inUseText(choice);
  if (choice?.taken === false) {
    return choice.change === undefined
      ? `Keep ${against}: no trial of ${model} is better by more than noise`
      : `Keep ${against}: what trial ${choice.finalist} of ${model} gained was not confirmed later`;
  }
  return tuned.mean < old.mean
    ? `Tuned, ${model} errs ${change} v. ${against} on windows that the search never saw`
    : `Tuned, ${model} is no better than ${against} on windows that the search never saw (${change})`;
}

/** Writes the page `reports/<dataset>/tuning_<model>.html`, and returns its key. */
export async function writeTuningReport({ store }: Context, record: TuningRecord): Promise<string> {
  const { dataset, model, metric, trials, folds, unseen, checked, best, blind, choice } = record;
  const of = (name: string) => checked.find((own) => own.name === name)!;
  const tuned = of("tuned"), defaults = of("defaults"), file = of("file");
  const count = (status: string) => trials.filter((own) => own.status === status).length;
  const page = dashboardPage({
    about: `${dataset}: ${model}, seed ${record.seed}, ${record.search}`,
    answer: answerOf(record),
    numbers: [
      {
        label: `${metric.toUpperCase()} on ${formatNumberOf(unseen.length, "unseen window")}`,
        value: tuned.mean.toPrecision(4),
        detail: `defaults ${defaults.mean.toPrecision(4)}, params file ${file.mean.toPrecision(4)}${
          choice === undefined ? "" : `, best trial ${of("best").mean.toPrecision(4)}`
        }`,
      },
      ...choice === undefined ? [] : [{
        label: `${formatNumberOf(choice.windows.length, "window")} to confirm`,
        value: choice.change === undefined ? "–" : formatChange(choice.change, 1),
        detail: choice.change === undefined
          ? "none was needed: no trial is better by more than noise"
          : `trial ${choice.finalist} v. ${inUseText(choice)}, ${chanceText(choice)}`,
      }],
      {
        label: `${metric.toUpperCase()} where it searched`,
        value: trials[best]!.loss!.toPrecision(4),
        detail: `${formatNumberOf(folds.length, "window")}; defaults ${
          trials[blind === true ? 0 : 1]?.loss?.toPrecision(4) ?? "–"
        }`,
      },
      {
        label: "Trials",
        value: String(trials.length),
        detail: `${count("finished")} finished, ${count("pruned")} given up, ${count("failed")} failed${
          record.budget === undefined ? "" : `, ${count("partial")} on a part of the ${record.budget}`
        }`,
      },
    ],
    figures: [tuningFigure(record)],
  }, { plotly: await plotlyText("basic") });
  const key = keysOf(dataset).tuning(model).replace(/json$/, "html");
  await store.put(key, page);
  return key;
}
