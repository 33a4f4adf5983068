import { ParamsError } from "@/core/errors.ts";
import type { Json } from "@/core/json.ts";
import { type Condition, parseCondition } from "@/checks/expectations/row_condition.ts";
import { type Dialect, readSuiteJson, REPORTING } from "@/checks/expectations/suite.ts";

type Item = Readonly<Record<string, unknown>>;

/**
 * Turns a suite of one Great Expectations dialect into the other: names, settings, notes and parameters are kept, whether or
 * not the rule is one that can be run here.
 *
 * What only one dialect has is kept in the other's `meta`: the severity and the description of a rule. Settings that said
 * how to report (`result_format`) have no place in the new dialect. Conditions on rows are trees in the new one, and text in
 * pandas' words in the old one.
 *
 * @param fileName Names the suite in messages.
 * @throws {ParamsError} If the text is a suite in neither dialect.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { convertSuite } from "@/checks/expectations/mod.ts";
 *
 * const rule = { expectation_type: "expect_column_to_exist", kwargs: { column: "sales" } };
 * const old = JSON.stringify({ expectation_suite_name: "sales", expectations: [rule] });
 * const converted = JSON.parse(convertSuite(old, "old.json", "1.0"));
 * expect(converted.name).toBe("sales");
 * expect(converted.expectations[0].type).toBe("expect_column_to_exist");
 * ```
 */
export function convertSuite(text: string, fileName: string, to: Dialect): string {
  const suite = readSuiteJson(text, fileName);
  const items = (suite.expectations as unknown[]).map((item, at) => {
    if (
      typeof item !== "object" || item === null ||
      typeof ((item as Item).type ?? (item as Item).expectation_type) !== "string"
    ) {
      throw new ParamsError(`Cannot convert expectation suite ${fileName}: expectations[${at}] names no type`);
    }
    return to === "1.0"
      ? toNew(item as Item, `${fileName}: expectations[${at}]`)
      : toOld(item as Item, `${fileName}: expectations[${at}]`);
  });
  const { name, expectation_suite_name, expectations: _, data_asset_type: __, ge_cloud_id: ___, ...rest } = suite;
  const { suite_parameters, evaluation_parameters, ...more } = rest as Item;
  const parameters = suite_parameters ?? evaluation_parameters;
  const named = name ?? expectation_suite_name;
  const document = to === "1.0"
    ? {
      name: named,
      expectations: items,
      ...(parameters === undefined ? {} : { suite_parameters: parameters }),
      ...more,
    }
    : {
      expectation_suite_name: named,
      data_asset_type: null,
      expectations: items,
      ...(parameters === undefined ? {} : { evaluation_parameters: parameters }),
      ...more,
    };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function toNew({ type, expectation_type, kwargs = {}, meta = {}, ...rest }: Item, place: string): Item {
  const { severity, description, ...notes } = meta as Item;
  const told = Object.fromEntries(Object.entries(kwargs as Item).filter(([key]) => !REPORTING.includes(key)));
  const { condition_parser: _, row_condition, ...own } = told;
  return {
    type: type ?? expectation_type,
    kwargs: row_condition == null ? own : { ...own, row_condition: readCondition(row_condition, place) },
    meta: expectation_type === undefined ? meta : notes,
    ...(expectation_type === undefined ? {} : severity === undefined ? {} : { severity }),
    ...(expectation_type === undefined ? {} : description === undefined ? {} : { description }),
    ...rest,
  };
}

function toOld(
  { type, expectation_type, kwargs = {}, meta = {}, severity, description, ...rest }: Item,
  place: string,
): Item {
  const { condition_parser: _, row_condition, ...own } = kwargs as Item;
  return {
    expectation_type: expectation_type ?? type,
    kwargs: row_condition == null
      ? own
      : { ...own, row_condition: conditionText(readCondition(row_condition, place)), condition_parser: "pandas" },
    meta: {
      ...meta as Item,
      ...(severity === undefined || severity === "critical" ? {} : { severity }),
      ...(description == null ? {} : { description }),
    },
    ...rest,
  };
}

function readCondition(condition: unknown, place: string): Condition {
  try {
    return parseCondition(condition);
  } catch (error) {
    throw new ParamsError(`Cannot convert ${place}: kwargs.row_condition: ${(error as Error).message}`);
  }
}

/** A condition in the words of pandas' `DataFrame.query`. */
function conditionText(condition: Condition): string {
  if ("conditions" in condition) {
    return condition.conditions
      .map((one) => "conditions" in one ? `(${conditionText(one)})` : conditionText(one))
      .join(` ${condition.type} `);
  }
  const name = /^[A-Za-z_]\w*$/.test(condition.column.name) ? condition.column.name : `\`${condition.column.name}\``;
  if (condition.type === "nullity") return `${name}.${condition.is_null ? "isnull" : "notnull"}()`;
  const { operator, parameter } = condition;
  if (operator === "IN" || operator === "NOT_IN") {
    const values = parameter as readonly Json[];
    const terms = values.map((value) => `${name} ${operator === "IN" ? "==" : "!="} ${quoted(value)}`);
    return terms.length === 1 ? terms[0]! : `(${terms.join(operator === "IN" ? " or " : " and ")})`;
  }
  return `${name} ${operator} ${quoted(parameter as Json)}`;
}

function quoted(value: Json): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "string" ? (value.includes('"') ? `'${value}'` : `"${value}"`) : String(value);
}
