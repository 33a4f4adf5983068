/**
 * Suites of expectations: read from Great Expectations' JSON, in either of its dialects, and checked before any data is.
 *
 * @module
 */
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { ParamsError } from "@/core/errors.ts";
import { didYouMean, nearestNames } from "@/core/names.ts";
import type { Json } from "@/core/json.ts";
import type { Expectation, Kwargs } from "@/checks/expectations/expectation.ts";
import { expectations } from "@/checks/expectations/registry.ts";
import { readPythonJson } from "@/checks/expectations/python_json.ts";
import { parseCondition } from "@/checks/expectations/row_condition.ts";
import { type SuiteParameters, withParameters } from "@/checks/expectations/suite_parameters.ts";

/** How bad it is when a rule is broken; only critical ones stop a pipeline. */
export type Severity = "critical" | "warning" | "info";

/** One rule of a suite. */
export interface ExpectationConfig {
  /** The expectation's registered name: `expect_column_values_to_be_between`. */
  readonly type: string;
  /** The settings, with the values of suite parameters put in. */
  readonly kwargs: Kwargs;
  /** Notes for people and tools; they change no verdict. */
  readonly meta: Readonly<Record<string, Json>>;
  /** How bad it is when the rule is broken. */
  readonly severity: Severity;
  /** The id that Great Expectations gave it. */
  readonly id?: string;
  /** The rule in words, by whoever wrote it. */
  readonly description?: string;
}

/** A named list of rules about one table. */
export interface Suite {
  /** The suite's name. */
  readonly name: string;
  /** The rules, in the order of the file. */
  readonly expectations: readonly ExpectationConfig[];
  /** Notes for people and tools; they change no verdict. */
  readonly meta: Readonly<Record<string, Json>>;
}

/** Settings of the old dialect that say how to report, not what to expect. */
export const REPORTING: readonly string[] = ["result_format", "include_config", "catch_exceptions", "batch_id"];

const SEVERITIES: readonly string[] = ["critical", "warning", "info"];

type Item = Readonly<Record<string, unknown>>;

/**
 * Reads a suite from Great Expectations' JSON: the dialect of 1.0 and later (`name`, `type`), or that of 0.18 and before
 * (`expectation_suite_name`, `expectation_type`). A rule without a severity is critical.
 *
 * @param fileName Names the suite in messages.
 * @param parameters Values of suite parameters; those that the suite brings itself are used where none is given.
 * @throws {ParamsError} With every problem: an unknown type or setting, contradicting bounds, an invalid pattern; each
 * names the place in the file.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { parseSuite } from "@/checks/expectations/mod.ts";
 *
 * const rule = { expectation_type: "expect_column_to_exist", kwargs: { column: "sales" } };
 * const suite = parseSuite(JSON.stringify({ expectation_suite_name: "old", expectations: [rule] }), "old.json");
 * expect(suite.expectations[0]).toMatchObject({ type: "expect_column_to_exist", severity: "critical" });
 *
 * const typo = { name: "new", expectations: [{ type: "expect_column_to_exits", kwargs: { column: "sales" } }] };
 * expect(() => parseSuite(JSON.stringify(typo), "new.json")).toThrow('"expect_column_to_exist"');
 * ```
 */
export function parseSuite(text: string, fileName: string, parameters: SuiteParameters = {}): Suite {
  const suite = readSuiteJson(text, fileName);
  const problems: string[] = [];
  const items = suite.expectations as unknown[];
  const own = [suite.evaluation_parameters, suite.suite_parameters].filter(isObject) as SuiteParameters[];
  const given = Object.assign({}, ...own, parameters) as SuiteParameters;
  const configs = items.map((item, at) => configOf(item, `expectations[${at}]`, given, problems));
  if (problems.length > 0) {
    const more = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
    throw new ParamsError(`Cannot use expectation suite ${fileName}: ${problems[0]}${more}`, problems);
  }
  return {
    name: (suite.name ?? suite.expectation_suite_name) as string,
    expectations: configs as ExpectationConfig[],
    meta: metaOf(suite),
  };
}

/** A suite's notes; the old dialect keeps the version of its writer among them. */
function metaOf({ meta, name }: Item): Readonly<Record<string, Json>> {
  if (!isObject(meta)) return {};
  if (name !== undefined) return meta as Record<string, Json>;
  const { great_expectations_version: _, ...own } = meta;
  return own as Record<string, Json>;
}

/** Great Expectations' two ways to write a suite. */
export type Dialect = "1.0" | "0.18";

/**
 * Writes a suite as JSON: in the dialect of Great Expectations 1.0 and later, or that of 0.18 and before. The old one has no
 * severity of its own, so it goes into `meta`, where `parseSuite` finds it again.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { parseSuite, suiteToJson } from "@/checks/expectations/mod.ts";
 *
 * const rule = { type: "expect_column_to_exist", kwargs: { column: "sales" }, severity: "warning" };
 * const suite = parseSuite(JSON.stringify({ name: "sales", expectations: [rule] }), "sales.json");
 * const old = suiteToJson(suite, "0.18");
 * expect(JSON.parse(old).expectations[0].expectation_type).toBe("expect_column_to_exist");
 * expect(parseSuite(old, "old.json")).toEqual(suite);
 * ```
 */
export function suiteToJson(suite: Suite, dialect: Dialect = "1.0"): string {
  const document = dialect === "1.0" ? { name: suite.name, expectations: suite.expectations, meta: suite.meta } : {
    expectation_suite_name: suite.name,
    ge_cloud_id: null,
    data_asset_type: null,
    expectations: suite.expectations.map(({ type, kwargs, meta, severity, id, description }) => ({
      expectation_type: type,
      kwargs,
      meta: { ...meta, ...(severity === "critical" ? {} : { severity }), ...(description ? { description } : {}) },
      ...(id === undefined ? {} : { id }),
    })),
    meta: { great_expectations_version: "0.18.22", ...suite.meta },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * Reads the JSON of a suite in either dialect, and looks no further than its frame.
 *
 * @throws {ParamsError} If the text is no suite.
 */
export function readSuiteJson(text: string, fileName: string): Readonly<Record<string, unknown>> {
  let suite: unknown;
  try {
    suite = readPythonJson(text);
  } catch (error) {
    const found = text.trim() === "" ? "an empty file" : (error as Error).message.replaceAll(/\s*\n\s*/g, " ");
    throw new ParamsError(`Cannot read expectation suite ${fileName} as it must be JSON: ${found}`);
  }
  const named = isObject(suite) &&
    (typeof suite.name === "string" || typeof suite.expectation_suite_name === "string");
  if (!named || !Array.isArray((suite as Item).expectations)) {
    const keys = isObject(suite) ? `the keys ${Object.keys(suite).join(", ") || "(none)"}` : describe(suite);
    throw new ParamsError(
      `Cannot read expectation suite ${fileName} as it needs a "name" (or "expectation_suite_name") and a list ` +
        `"expectations": found ${keys}`,
    );
  }
  return suite as Item;
}

function configOf(
  item: unknown,
  place: string,
  parameters: SuiteParameters,
  problems: string[],
): ExpectationConfig | undefined {
  if (!isObject(item)) {
    problems.push(`${place} must be an object, found ${describe(item)}`);
    return undefined;
  }
  const type = item.type ?? item.expectation_type;
  if (typeof type !== "string") {
    problems.push(`${place}.type must name an expectation, found ${describe(type)}`);
    return undefined;
  }
  const expectation = Object.hasOwn(expectations, type) ? expectations[type] : undefined;
  if (expectation === undefined) {
    const near = nearestNames(type, Object.keys(expectations)).map((name) => `"${name}"`).join(", ");
    problems.push(`${place}.type "${type}" is not a known expectation: the nearest are ${near}`);
    return undefined;
  }
  const before = problems.length;
  const given = isObject(item.kwargs) ? item.kwargs : {};
  const told = Object.fromEntries(Object.entries(given).filter(([key]) => !REPORTING.includes(key)));
  const kwargs = withParameters(told, parameters, (problem) => problems.push(`${place} (${type}): ${problem}`));
  if (problems.length > before) return undefined;
  if (item.kwargs !== undefined && !isObject(item.kwargs)) {
    problems.push(`${place}.kwargs must be an object, found ${describe(item.kwargs)}`);
  }
  problems.push(...kwargsProblems(expectation, kwargs).map((problem) => `${place} (${type}): ${problem}`));
  const own: Item = isObject(item.meta) ? item.meta : {};
  // Where the old dialect keeps what it has no place for.
  const old = item.type === undefined;
  const severity = item.severity ?? (old ? own.severity : undefined) ?? "critical";
  const description = item.description ?? (old ? own.description : undefined);
  const { severity: _, description: __, ...notes } = own;
  if (!SEVERITIES.includes(severity as string)) {
    problems.push(`${place}.severity must be one of ${SEVERITIES.join(", ")}, found ${describe(severity)}`);
  }
  if (problems.length > before) return undefined;
  return {
    type,
    kwargs,
    meta: (old ? notes : own) as Record<string, Json>,
    severity: severity as Severity,
    ...(typeof item.id === "string" ? { id: item.id } : {}),
    ...(typeof description === "string" ? { description } : {}),
  };
}

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const validators = new Map<string, ValidateFunction>();

/** Everything that is wrong with an expectation's settings, each problem naming its key. */
function kwargsProblems(expectation: Expectation, kwargs: Kwargs): string[] {
  let validate = validators.get(expectation.type);
  if (validate === undefined) {
    validate = ajv.compile(expectation.schema as object);
    validators.set(expectation.type, validate);
  }
  const allowed = Object.keys((expectation.schema as { properties: object }).properties);
  if (!validate(kwargs)) {
    // A value outside a union of types is reported once per type: once is enough.
    return [...new Set(validate.errors!.map((error) => kwargsProblem(error, kwargs, allowed)))];
  }
  const problems: string[] = [];
  const contradiction = expectation.problem?.(kwargs);
  if (contradiction !== undefined) problems.push(`kwargs.${contradiction.key}: ${contradiction.problem}`);
  if (kwargs.row_condition != null) {
    try {
      parseCondition(kwargs.row_condition);
    } catch (error) {
      problems.push(`kwargs.row_condition: ${(error as Error).message}`);
    }
  }
  return problems;
}

function kwargsProblem(error: ErrorObject, kwargs: Kwargs, allowed: readonly string[]): string {
  if (error.keyword === "additionalProperties") {
    const key = String(error.params.additionalProperty);
    return `kwargs.${key} is not a setting of it. ${didYouMean(key, allowed)}`;
  }
  if (error.keyword === "required") return `kwargs.${error.params.missingProperty} is needed, and is missing`;
  const path = error.instancePath.split("/").slice(1);
  const found = path.reduce<unknown>((value, key) => (value as Item | undefined)?.[key], kwargs);
  const wanted = error.keyword === "enum"
    ? `must be one of ${(error.params.allowedValues as unknown[]).join(", ")}`
    : error.message;
  return `kwargs.${path.join(".")} ${wanted}, found ${describe(found)}`;
}

function isObject(value: unknown): value is Item {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
