/**
 * JSON as types.
 *
 * @module
 */

/** Any value that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON Schema (draft 7 as ajv reads it). */
export type JsonSchema = Readonly<Record<string, unknown>>;
