import { Ajv } from "ajv";
import { ParamsError } from "@/core/errors.ts";
import type { Regressor } from "@/core/regressor.ts";

/**
 * Completes an algorithm's parameters with its defaults, and refuses the ones it does not know or cannot use.
 *
 * @throws {ParamsError} If the parameters do not fit the schema; it lists every problem.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { validParams } from "@/models/valid_params.ts";
 *
 * const schema = { type: "object", properties: { rank: { type: "integer", minimum: 1 } }, additionalProperties: false };
 * const regressor = { kind: "svd_growth", schema, defaults: { rank: 6 } };
 * expect(validParams(regressor, {})).toEqual({ rank: 6 });
 * expect(() => validParams(regressor, { rank: 0 })).toThrow("rank must be >= 1");
 * ```
 */
export function validParams<Params extends Readonly<Record<string, unknown>>>(
  { kind, schema, defaults }: Pick<Regressor<Params>, "kind" | "schema" | "defaults">,
  params: Partial<Params>,
): Params {
  const complete = { ...defaults, ...params };
  const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
  if (validate(complete)) return complete;
  const problems = (validate.errors ?? []).map(({ instancePath, message, params: detail }) => {
    const where = instancePath.slice(1).replaceAll("/", ".") || "params";
    const extra = "additionalProperty" in detail ? `: "${detail.additionalProperty}"` : "";
    return `${where} ${message}${extra}`;
  });
  throw new ParamsError(`Cannot fit ${kind} with these parameters: ${problems.join("; ")}`, problems);
}
