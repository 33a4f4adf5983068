// Tell why a forecast is what it is.
import { ParamsError } from "@/core/errors.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { readCurrent } from "@/pipeline/deployed.ts";
import { modelLoader } from "@/serving/model/load_model.ts";
import { modelSource } from "@/serving/model/model_source.ts";
import { registrySource } from "@/serving/model/registry_source.ts";
import type { Explanation, ServedModel } from "@/serving/served_model.ts";
import { main } from "./support/command.ts";
import { table } from "./support/terminal.ts";

/** Features that are told one by one; the rest is in their groups. */
const TOLD = 12;

await main({
  name: "explain",
  about: "Tell why a forecast is what it is: what moved it, its intervals, and the days of the past that were like it.",
  example: "deno task explain --series 1 --date 2015-08-03",
  flags: {
    series: {
      type: "string",
      value: "ID",
      about: "the series; a list of them is in the message for one that is not there",
    },
    date: { type: "string", value: "DATE", about: "the date that is forecast (default: the first)" },
    model: {
      type: "string",
      value: "FROM",
      about:
        "dir, models:/NAME/Production or models:/NAME@champion (default: what is deployed, else the newest version)",
    },
  },
  async run(context, values) {
    if (values["series"] === undefined) throw new ParamsError("Cannot explain a forecast as --series ID is missing");
    const source = await sourceOf(context, values["model"]);
    using model = await modelLoader(context, source, { workers: 0 })();
    const step = stepOf(model, String(values["date"] ?? model.dateOf(0)));
    const told = await model.explain(String(values["series"]), step, new Map());
    const { name, version } = model;
    return {
      json: { dataset: model.profile.name, model: { name, version }, ...told },
      text: textOf(told, `${registeredName(context)} version ${version} (${model.card.champion})`, model.profile.unit),
    };
  },
});

function stepOf(model: ServedModel, date: string): number {
  const step = /^\d{4}-\d{2}-\d{2}$/.test(date) ? model.stepOf(date) : NaN;
  if (step >= 0 && step < model.horizon) return step;
  const each = model.profile.frequency === "1w" ? "one a week" : "one a day";
  throw new ParamsError(
    `Cannot explain --date ${date}: forecasts are from ${model.dateOf(0)} to ${
      model.dateOf(model.horizon - 1)
    }, ${each}`,
  );
}

async function sourceOf(context: Context, given: string | boolean | undefined) {
  if (given !== undefined) return modelSource(context, String(given));
  const current = await readCurrent(context.store, context.profile.name);
  return current === undefined ? registrySource(context, { unapproved: true }) : modelSource(context);
}

function textOf({ id, ds, prediction, intervals, ...told }: Explanation, model: string, unit: string): string {
  const number = (value: number) => Math.round(value).toLocaleString("en");
  const effect = (value: number) =>
    told.space === "log1p"
      ? `${value < 0 ? "-" : "+"}${Math.abs(100 * Math.expm1(value)).toFixed(1)} %`
      : `${value < 0 ? "-" : "+"}${number(Math.abs(value))}`;
  const usual = told.space === "log1p" ? Math.expm1(told.expected) : told.expected;
  const shown = told.contributions.slice(0, TOLD);
  const ends = Object.entries(intervals).map(([level, { lo, hi }]) => `${level} %: ${number(lo)} to ${number(hi)}`);
  return [
    `Series ${id} on ${ds}: ${number(prediction)} ${unit}, by ${model}`,
    ends.length === 0 ? "The model has learnt no intervals." : `Intervals: ${ends.join("; ")}`,
    "",
    told.method === "none"
      ? "The model cannot tell what moved its forecast."
      : `From what is usual (${number(usual)}):`,
    table(
      ["what", "effect"],
      Object.entries(told.groups).map(([group, value]) => [group, effect(value!)]),
    ),
    "",
    table(
      ["feature", "value", "effect"],
      shown.map(({ feature, value, contribution }) => [
        feature,
        value === null ? "–" : String(Number(value.toPrecision(5))),
        effect(contribution),
      ]),
    ),
    told.contributions.length > TOLD ? `and ${told.contributions.length - TOLD} more, in --json` : "",
    "",
    told.analogues.length === 0
      ? "No day of the past had the same weekday and plan."
      : table(["days like it", "sold"], told.analogues.map(({ ds, y }) => [ds, y === null ? "–" : number(y)])),
  ].join("\n");
}
