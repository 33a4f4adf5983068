import type { JsonSchema } from "@/core/json.ts";

/**
 * The defaults that a schema of parameters states, so that they are written down once.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { schemaDefaults } from "@/models/native/schema_defaults.ts";
 *
 * const schema = { type: "object", properties: { rounds: { type: "integer", default: 500 } } };
 * expect(schemaDefaults(schema)).toEqual({ rounds: 500 });
 * ```
 */
export function schemaDefaults<Params>(schema: JsonSchema): Params {
  const properties = schema["properties"] as Readonly<Record<string, { readonly default: unknown }>>;
  return Object.fromEntries(Object.entries(properties).map(([name, { default: value }]) => [name, value])) as Params;
}
