// Search for better parameters of a model.
import { stringify } from "yaml";
import { ParamsError } from "@/core/errors.ts";
import type { Search } from "@/evaluation/mod.ts";
import { readFeatures } from "@/pipeline/featurize.ts";
import { readIngested } from "@/pipeline/ingest.ts";
import { choiceText } from "@/pipeline/tune/choose.ts";
import { tune } from "@/pipeline/tune/tune.ts";
import type { TuningRecord } from "@/pipeline/tune/tuning_record.ts";
import { writeTuningReport } from "@/pipeline/tune/tuning_report.ts";
import { type FlagValues, main } from "./support/command.ts";
import { keepTuning } from "./support/tuning_records.ts";

await main({
  name: "tune",
  about:
    "Search for better parameters of a model on windows of the past, and take them only if later windows confirm the gain; " +
    "a search that was stopped goes on with the same sequence.",
  example: "deno task tune --dataset walmart --model lightgbm --trials 20",
  flags: {
    model: { type: "string", value: "NAME", about: "whose parameters (default lightgbm)" },
    trials: {
      type: "string",
      value: "N",
      about: "trials in all, those of earlier runs among them (default: params.yaml)",
    },
    minutes: { type: "string", value: "N", about: "begin no further trial after so many minutes" },
    search: { type: "string", value: "HOW", about: "random, tpe or halving" },
    folds: { type: "string", value: "N", about: "windows that trials are judged on" },
    confirm: { type: "string", value: "N", about: "later windows in which the finalist must beat what is in use" },
    check: { type: "string", value: "N", about: "windows after those, the holdout among them, that only check" },
    blind: { type: "boolean", about: "keep the choice in params.yaml, which may know later windows, from the search" },
    fresh: { type: "boolean", about: "forget what an earlier run of the same search found" },
    record: { type: "string", value: "NAME", about: "keep the record in docs/tuning" },
  },
  async run(context, values) {
    const { panel, card } = await readIngested(context);
    const whole = (flag: string) => values[flag] === undefined ? {} : { [flag]: number(flag, values, true) };
    const record = await tune(context, { panel, card, table: await readFeatures(context) }, {
      model: String(values["model"] ?? "lightgbm"),
      ...whole("trials"),
      ...whole("folds"),
      ...whole("confirm"),
      ...whole("check"),
      ...values["minutes"] === undefined ? {} : { minutes: number("minutes", values) },
      ...values["search"] === undefined ? {} : { search: String(values["search"]) as Search },
      blind: values["blind"] === true,
      fresh: values["fresh"] === true,
    });
    const page = await writeTuningReport(context, record);
    if (values["record"] !== undefined) await keepTuning(context.project, String(values["record"]), record);
    return { json: record, text: summary(record, context.store.path(page)) };
  },
});

function number(flag: string, values: FlagValues, whole = false): number {
  const value = Number(values[flag]);
  if (Number.isFinite(value) && value > 0 && (!whole || Number.isInteger(value))) return value;
  throw new ParamsError(`Cannot use --${flag} ${values[flag]}: expected a ${whole ? "whole " : ""}number above 0`);
}

function summary(
  { dataset, model, metric, trials, best, choice, checked, unseen }: TuningRecord,
  page: string,
): string {
  const rows = checked.map(({ name, mean, losses }) =>
    `  ${name.padEnd(9)} ${mean.toPrecision(5).padStart(9)}  ${
      unseen.map((at) => losses[at]!.toPrecision(5)).join("  ")
    }`
  );
  const { point } = checked.find(({ name }) => name === "tuned")!;
  return [
    `${dataset}: ${model}, ${trials.length} trials, the best is trial ${best} with ${metric} ${
      trials[best]!.loss!.toPrecision(5)
    }`,
    `${choiceText(choice!)}.`,
    `On windows in which nothing was decided (${unseen.join(", ")}), mean first:\n${rows.join("\n")}`,
    ...choice!.taken
      ? [`For datasets.${dataset}.regressors.${model} in tasks/params.yaml:\n${stringify(point).trim()}`]
      : [],
    `Every trial: ${page}`,
  ].join("\n\n");
}
