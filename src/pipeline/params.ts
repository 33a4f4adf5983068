/**
 * The choices of a run: read from `tasks/params.yaml`, checked against a schema, overridden by flags.
 *
 * @module
 */
import { Ajv, type ErrorObject } from "ajv";
import type { FromSchema } from "json-schema-to-ts";
import { parse } from "yaml";
import { ParamsError } from "@/core/errors.ts";
import { didYouMean } from "@/core/names.ts";

const datasetChoices = {
  type: "object",
  additionalProperties: false,
  required: ["models"],
  properties: {
    synthetic: {
      type: "object",
      additionalProperties: false,
      properties: {
        series: { type: "integer", minimum: 1, maximum: 100_000 },
        steps: { type: "integer", minimum: 20 },
        regressors: { type: "object", additionalProperties: { type: "object" } },
      },
    },
    models: { type: "array", minItems: 1, uniqueItems: true, items: { type: "string" } },
    warmup: { type: "integer", minimum: 0, default: 0 },
    ensemble: {
      type: "object",
      additionalProperties: false,
      required: ["members"],
      properties: {
        members: { type: "array", minItems: 1, uniqueItems: true, items: { type: "string" } },
        space: { type: "string", enum: ["log", "plain"], default: "plain" },
        prior: { type: "object", additionalProperties: { type: "number", exclusiveMinimum: 0 } },
      },
    },
    regressors: { type: "object", additionalProperties: { type: "object" }, default: {} },
    costs: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        under: { type: "number", exclusiveMinimum: 0, default: 4 },
        over: { type: "number", exclusiveMinimum: 0, default: 1 },
        currency: { type: "string", minLength: 1, maxLength: 12, default: "EUR" },
      },
    },
    hierarchy: { type: "array", uniqueItems: true, maxItems: 6, items: { type: "string" }, default: [] },
  },
} as const;

/** A parameter that may be searched: a range, or the values themselves. */
const wanted = {
  type: "object",
  additionalProperties: false,
  properties: {
    min: { type: "number" },
    max: { type: "number" },
    log: { type: "boolean" },
    values: {
      type: "array",
      minItems: 1,
      items: { anyOf: [{ type: "string" }, { type: "number" }, { type: "boolean" }] },
    },
  },
} as const;

/** The JSON Schema of the params file. */
const paramsSchema = {
  type: "object",
  additionalProperties: false,
  required: ["dataset", "source", "seed", "windows", "threads", "experiment", "registry", "leakcheck", "datasets"],
  properties: {
    dataset: { type: "string" },
    source: { type: "string", minLength: 1 },
    asOf: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
    horizon: { type: "integer", minimum: 1, maximum: 730 },
    series: { type: "integer", minimum: 1, maximum: 100_000 },
    steps: { type: "integer", minimum: 20 },
    models: { type: "array", minItems: 1, uniqueItems: true, items: { type: "string" } },
    seed: { type: "integer", minimum: 0, maximum: 2_147_483_647 },
    windows: { type: "integer", minimum: 0, maximum: 52 },
    threads: { type: "integer", minimum: 1, maximum: 256 },
    csv: { type: "boolean", default: false },
    experiment: { type: "string", minLength: 1 },
    registry: {
      type: "object",
      additionalProperties: false,
      required: ["name"],
      properties: { name: { type: "string", minLength: 1 } },
    },
    leakcheck: {
      type: "object",
      additionalProperties: false,
      required: ["series"],
      properties: { series: { type: "integer", minimum: 0 } },
    },
    gate: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        alpha: { type: "number", exclusiveMinimum: 0, maximum: 0.5, default: 0.05 },
        sliceMargin: { type: "number", minimum: 0, default: 0.1 },
        sliceRows: { type: "integer", minimum: 1, default: 30 },
        coverageBand: { type: "number", minimum: 0, maximum: 1, default: 0.1 },
        simplerMargin: { type: "number", minimum: 0, maximum: 1, default: 0.01 },
      },
    },
    monitor: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        margin: { type: "number", exclusiveMinimum: 0, maximum: 10, default: 0.2 },
        falseAlarms: { type: "number", exclusiveMinimum: 0, maximum: 0.5, default: 0.05 },
        share: { type: "number", exclusiveMinimum: 0, maximum: 1, default: 0.5 },
      },
    },
    tune: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        trials: { type: "integer", minimum: 2, maximum: 10_000, default: 20 },
        search: { type: "string", enum: ["random", "tpe", "halving"], default: "tpe" },
        startup: { type: "integer", minimum: 1, maximum: 1000, default: 6 },
        folds: { type: "integer", minimum: 1, maximum: 52, default: 2 },
        confirm: { type: "integer", minimum: 3, maximum: 52, default: 5 },
        alpha: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.05 },
        check: { type: "integer", minimum: 1, maximum: 52, default: 2 },
        spaces: { type: "object", additionalProperties: { type: "object", additionalProperties: wanted }, default: {} },
      },
    },
    governance: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: { keep: { type: "integer", minimum: 1, maximum: 1000, default: 5 } },
    },
    retrain: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        everyDays: { type: "integer", minimum: 0, maximum: 3650, default: 0 },
        newSteps: { type: "integer", minimum: 0, maximum: 3650, default: 0 },
        promote: { type: "string", enum: ["staging", "wait"], default: "staging" },
      },
    },
    simulate: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        under: { type: "number", minimum: 0, default: 0.25 },
        over: { type: "number", minimum: 0, default: 0.1 },
        cpuHour: { type: "number", minimum: 0, default: 0.05 },
        approval: { type: "number", minimum: 0, default: 30 },
      },
    },
    datasets: { type: "object", additionalProperties: datasetChoices },
  },
} as const;

/** The checked choices of a run. */
export type Params = FromSchema<typeof paramsSchema>;

/** The choices for one dataset, with what flags override already in place. */
export interface DatasetParams {
  readonly synthetic: { readonly series?: number; readonly steps?: number };
  readonly models: readonly string[];
  readonly warmup: number;
  readonly ensemble?: {
    readonly members: readonly string[];
    readonly space: "log" | "plain";
    /** Member → how much it counts before any window has taught anything; 1 where it is left out. */
    readonly prior?: Readonly<Record<string, number>>;
  };
  readonly regressors: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What one unit of y costs when it is missing, and when it is left over, in `currency`. */
  readonly costs: { readonly under: number; readonly over: number; readonly currency: string };
  /** The static columns that divide the total, from the top. */
  readonly hierarchy: readonly string[];
}

/** Values given on the command line; each overrides the file's value of the same name. */
export type Overrides = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

const validate = new Ajv({ allErrors: true, useDefaults: true, verbose: true }).compile<Params>(paramsSchema);

/**
 * Reads the text of a params file and lays command-line values over it.
 *
 * @param text YAML.
 * @param overrides Values that win over the file's; undefined ones are ignored.
 * @param known The names that the project knows, so that a misspelt one is refused with its nearest neighbour.
 * @throws {ParamsError} With the path and every violation, or the misspelt name and its nearest neighbour.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readParams } from "@/pipeline/params.ts";
 *
 * const text = await Deno.readTextFile("tasks/params.yaml");
 * const known = { datasets: ["rossmann", "walmart", "store-item"] };
 * expect(readParams(text, { seed: 7 }, known).seed).toBe(7);
 * expect(() => readParams(text, { dataset: "rosman" }, known)).toThrow('Did you mean "rossmann"?');
 * ```
 */
export function readParams(
  text: string,
  overrides: Overrides,
  known: { readonly datasets: readonly string[]; readonly models?: readonly string[] },
): Params {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new ParamsError(`Cannot read the params file as YAML: ${(error as Error).message.split("\n")[0]}`);
  }
  if (document === null || typeof document !== "object" || Array.isArray(document)) {
    throw new ParamsError("Cannot read the params file as it must be a mapping of names to values");
  }
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  const params: unknown = { ...document, ...Object.fromEntries(given) };
  requireDate("as-of", (params as { asOf?: unknown }).asOf);
  if (!validate(params)) {
    const problems = (validate.errors ?? []).map(problemText);
    throw new ParamsError(`Cannot use these params: ${problems.join("; ")}`, problems);
  }
  requireKnown("dataset", params.dataset, known.datasets);
  if (known.models) requireModels(params, known.models);
  return params;
}

/**
 * Returns the choices for the run's dataset, defaults filled in.
 *
 * @throws {ParamsError} If the file says nothing about the dataset.
 */
export function datasetParams(params: Params): DatasetParams {
  const own = params.datasets[params.dataset];
  if (!own) {
    throw new ParamsError(`Cannot run "${params.dataset}" as the params file has no datasets.${params.dataset}`);
  }
  const { series = own.synthetic?.series, steps = own.synthetic?.steps } = params;
  return {
    synthetic: { ...(series === undefined ? {} : { series }), ...(steps === undefined ? {} : { steps }) },
    models: params.models ?? own.models,
    warmup: own.warmup,
    ...(own.ensemble ? { ensemble: own.ensemble } : {}),
    regressors: params.source === "synthetic"
      ? merged(own.regressors, own.synthetic?.regressors)
      : merged(own.regressors),
    costs: own.costs,
    hierarchy: own.hierarchy,
  };
}

/** Regressor → parameters, where later choices win over earlier ones parameter by parameter. */
function merged(...choices: readonly (object | undefined)[]): DatasetParams["regressors"] {
  const all: Record<string, Record<string, unknown>> = {};
  for (const choice of choices) {
    for (const [name, own] of Object.entries(choice ?? {})) all[name] = { ...all[name], ...own };
  }
  return all;
}

/** Fills `{dataset}` in a name such as the experiment's. */
export function fillName(template: string, dataset: string): string {
  return template.replaceAll("{dataset}", dataset);
}

function problemText(error: ErrorObject): string {
  const where = error.instancePath.slice(1).replaceAll("/", ".") || "the file";
  const extra = error.params["additionalProperty"];
  if (extra !== undefined) return `${where} has an unknown name "${extra}"`;
  const found = error.keyword === "required" ? "" : `, found ${JSON.stringify(error.data)}`;
  return `${where} ${error.message}${found}`;
}

/** A model is an algorithm by name, or one that the dataset's params make of an algorithm (`kind`). */
function requireModels(params: Params, algorithms: readonly string[]): void {
  const own = params.datasets[params.dataset];
  const kinds = Object.entries(own?.regressors ?? {}).flatMap(([name, { kind }]: [string, { kind?: unknown }]) =>
    kind === undefined ? [] : [[name, String(kind)] as const]
  );
  for (const [, kind] of kinds) requireKnown("kind of model", kind, algorithms);
  const names = [...algorithms, ...kinds.map(([name]) => name)];
  for (const model of [...params.models ?? own?.models ?? [], ...own?.ensemble?.members ?? []]) {
    requireKnown("model", model, names);
  }
}

function requireKnown(what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new ParamsError(`Cannot find a ${what} named "${name}": ${didYouMean(name, known)}`);
}

function requireDate(flag: string, text: unknown): void {
  if (text === undefined) return;
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(String(text))) {
      return void Temporal.PlainDate.from(String(text), { overflow: "reject" });
    }
  } catch {
    // A day that the calendar does not have, such as 30 February.
  }
  throw new ParamsError(`Cannot use --${flag} ${text} as it is not a date of the calendar: expected YYYY-MM-DD`);
}
