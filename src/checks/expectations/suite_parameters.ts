/**
 * Suite parameters: settings whose value is given when a suite is run, as in `{"$PARAMETER": "rows * 0.9"}`.
 *
 * @module
 */
import type { Json } from "@/core/json.ts";
import type { Kwargs } from "@/checks/expectations/expectation.ts";

/** Values by name, as given when a suite is run. */
export type SuiteParameters = Readonly<Record<string, Json>>;

const FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  exp: Math.exp,
  abs: Math.abs,
  trunc: Math.trunc,
  round: roundHalfEven,
  sgn: (value) => Math.abs(value) <= 1e-12 ? 0 : Math.sign(value),
};
const CONSTANTS: Readonly<Record<string, number>> = { PI: Math.PI, E: Math.E };

/**
 * The value of a parameter: one that was given, whatever it is, or a sum of numbers and of those: `0.9 * rows + 1`,
 * `round(rows / 7)`, with the operators `+ - * / ^` and the functions that Great Expectations has for numbers.
 *
 * @throws {RangeError} If a name was not given.
 * @throws {SyntaxError} If the expression cannot be read.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { suiteParameter } from "@/checks/expectations/suite_parameters.ts";
 *
 * expect(suiteParameter("stores", { stores: ["a", "b"] })).toEqual(["a", "b"]);
 * expect(suiteParameter("round(0.9 * rows) + 1", { rows: 1115 })).toBe(1005);
 * ```
 */
export function suiteParameter(expression: string, given: SuiteParameters): Json {
  const name = expression.trim();
  if (Object.hasOwn(given, name)) return given[name]!;
  const tokens = name.match(/(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z][\w$]*|\S/g) ?? [];
  let at = 0;
  const fail = (): never => {
    const found = tokens[at] === undefined ? "nothing more" : `"${tokens[at]}"`;
    throw new SyntaxError(
      `Cannot read the parameter ${JSON.stringify(expression)} as it must be a name, or numbers and names with ` +
        `+ - * / ^: found ${found}`,
    );
  };
  const take = (...wanted: string[]) => wanted.includes(tokens[at] ?? "") ? tokens[at++] : undefined;

  const sum = (): number => {
    let value = product();
    for (let sign = take("+", "-"); sign !== undefined; sign = take("+", "-")) {
      value += (sign === "+" ? 1 : -1) * product();
    }
    return value;
  };
  const product = (): number => {
    let value = power();
    for (let sign = take("*", "/"); sign !== undefined; sign = take("*", "/")) {
      value = sign === "*" ? value * power() : value / power();
    }
    return value;
  };
  const power = (): number => {
    if (take("-") !== undefined) return -power();
    if (take("+") !== undefined) return power();
    const value = atom();
    return take("^") === undefined ? value : value ** power();
  };
  const atom = (): number => {
    if (take("(") !== undefined) {
      const value = sum();
      if (take(")") === undefined) fail();
      return value;
    }
    const token = tokens[at] ?? fail();
    if (/^[.\d]/.test(token)) return at++, Number(token);
    if (!/^[A-Za-z]/.test(token)) fail();
    at++;
    if (tokens[at] === "(" && Object.hasOwn(FUNCTIONS, token)) return FUNCTIONS[token]!(atom());
    if (Object.hasOwn(given, token)) {
      const value = given[token];
      if (typeof value === "number") return value;
      throw new SyntaxError(
        `Cannot compute ${JSON.stringify(expression)} as "${token}" must be a number: found ${JSON.stringify(value)}`,
      );
    }
    if (Object.hasOwn(CONSTANTS, token.toUpperCase())) return CONSTANTS[token.toUpperCase()]!;
    const names = Object.keys(given).join(", ") || "none";
    throw new RangeError(`no value was given for the parameter "${token}": given are ${names}`);
  };
  const value = sum();
  if (at < tokens.length) fail();
  return value;
}

/** Python's rounding: halves go to the even neighbour. */
function roundHalfEven(value: number): number {
  const whole = Math.floor(value);
  if (value - whole !== 0.5) return Math.round(value);
  return whole % 2 === 0 ? whole : whole + 1;
}

/** A setting's value that stands for a parameter. */
function isParameter(value: unknown): value is { readonly $PARAMETER: string } {
  return typeof value === "object" && value !== null && typeof (value as Kwargs).$PARAMETER === "string";
}

/**
 * Settings with their parameters replaced by values.
 *
 * @param problem Hears of each parameter that has no value.
 */
export function withParameters(kwargs: Kwargs, given: SuiteParameters, problem: (text: string) => void): Kwargs {
  return Object.fromEntries(
    Object.entries(kwargs).map(([key, value]) => {
      if (!isParameter(value)) return [key, value];
      // The old dialect keeps the value that was last used beside the name.
      const kept = (value as Kwargs)[`$PARAMETER.${value.$PARAMETER}`];
      if (kept !== undefined) return [key, kept];
      try {
        return [key, suiteParameter(value.$PARAMETER, given)];
      } catch (error) {
        problem(`kwargs.${key}: ${(error as Error).message}`);
        return [key, value];
      }
    }),
  );
}
