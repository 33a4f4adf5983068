// Hold raw tables and panel to their data contracts, or any table to any suite.
import { resolve } from "node:path";
import { RESULT_FORMATS, type ResultFormat, type SuiteParameters } from "@/checks/mod.ts";
import { didYouMean } from "@/core/names.ts";
import { ParamsError } from "@/core/errors.ts";
import type { Context } from "@/pipeline/context.ts";
import { layOut, readIngested, readRawTables, rewritePanel } from "@/pipeline/ingest.ts";
import { quarantineNotes, validateStage, withoutQuarantined } from "@/pipeline/validate.ts";
import { validateTable } from "@/pipeline/validate_table.ts";
import { type FlagValues, main } from "./support/command.ts";
import { QUARANTINE_FLAGS, quarantineOf } from "./support/quarantine.ts";
import { validateSummary } from "./support/summaries.ts";

await main({
  name: "validate",
  about: "Hold the raw tables and the panel to their data contracts (expectations/), or any table to any suite; " +
    "exit 1 when a critical rule is broken.",
  example: "deno task validate --suite expectations/sales_expectation_suite.json --table sales.csv",
  flags: {
    suite: {
      type: "string",
      value: "FILE",
      about: "a suite of Great Expectations, with --table: print its result JSON",
    },
    table: { type: "string", value: "FILE", about: "the .csv or .parquet file that the suite is about" },
    "result-format": { type: "string", value: "HOW", about: "BOOLEAN_ONLY, BASIC, SUMMARY (the default) or COMPLETE" },
    parameters: { type: "string", value: "JSON", about: 'values of suite parameters: {"low": 0}' },
    ...QUARANTINE_FLAGS,
  },
  run: (context, values) =>
    values["suite"] === undefined && values["table"] === undefined
      ? validateDataset(context, values)
      : validateOne(context, values),
});

async function validateOne(context: Context, values: FlagValues) {
  const { suite, table } = values;
  if (suite === undefined || table === undefined) {
    throw new ParamsError("Cannot validate a table as --suite and --table belong together: found only one of them");
  }
  const { result, refused } = await validateTable(context, fromHere(suite), fromHere(table), {
    resultFormat: resultFormatOf(values["result-format"]),
    parameters: parametersOf(values["parameters"]),
  });
  return { json: result, text: JSON.stringify(result, null, 2), code: refused ? 1 : 0 };
}

/** `deno task` runs in the project's folder; paths are meant from where it was typed. */
function fromHere(path: string | boolean): string {
  return resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), String(path));
}

function resultFormatOf(value: string | boolean | undefined): ResultFormat {
  const format = RESULT_FORMATS.find((one) => one === (value ?? "SUMMARY"));
  if (format === undefined) {
    throw new ParamsError(`Cannot use --result-format ${value}: ${didYouMean(String(value), RESULT_FORMATS)}`);
  }
  return format;
}

function parametersOf(value: string | boolean | undefined): SuiteParameters {
  if (value === undefined) return {};
  try {
    const given = JSON.parse(String(value));
    if (typeof given !== "object" || given === null || Array.isArray(given)) throw new SyntaxError("not an object");
    return given;
  } catch (error) {
    throw new ParamsError(`Cannot use --parameters ${value} as it must be a JSON object: ${(error as Error).message}`);
  }
}

async function validateDataset(context: Context, values: FlagValues) {
  const { panel, card } = await readIngested(context);
  const tables = await readRawTables(context);
  const raw = await validateStage(context, "raw", tables, [], quarantineOf(values));
  const rest = withoutQuarantined(tables, raw);
  const accepted = rest === tables ? panel : layOut(context, rest).panel;
  const verdicts = [...raw, ...await validateStage(context, "panel", { panel: accepted.frame })];
  if (rest !== tables) {
    // Notes of an earlier round are about the same rows.
    const before = card.cleaning.filter(({ issue }) => issue !== "refused");
    await rewritePanel(context, accepted, { ...card, cleaning: [...before, ...quarantineNotes(raw)] });
  }
  return { json: verdicts.map(({ result }) => result), text: validateSummary(verdicts) };
}
