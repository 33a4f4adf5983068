/**
 * The OpenAPI 3.1 document, derived from the routes: what is documented is what is checked.
 *
 * @module
 */
import type { Dataset } from "@/core/dataset.ts";
import type { JsonSchema } from "@/core/json.ts";
import { PROBLEM_SCHEMA } from "@/serving/problem.ts";
import type { Answer, Route } from "@/serving/route.ts";

/** Answers that any route may give: the server refuses before the route is asked. */
const ALWAYS: Readonly<Record<number, string>> = {
  400: "The request cannot be read",
  401: "An API key is needed",
  422: "The request is not as its schema says",
  429: "Too many requests from this client",
  503: "Overloaded, shutting down, or without a model: try again later",
};

/** And those of a route that takes a body. */
const WITH_BODY: Readonly<Record<number, string>> = {
  413: "The body is too large",
  415: "The body has another media type, or is compressed",
};

/**
 * Derives the document.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openApi } from "@/serving/openapi.ts";
 * import { rossmann } from "@/datasets/rossmann.ts";
 *
 * expect(openApi([], rossmann).openapi).toBe("3.1.0");
 * ```
 */
export function openApi(
  routes: readonly Route[],
  dataset: Dataset,
): { readonly openapi: string; readonly paths: object } {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[route.method] = operation(route);
  }
  return {
    openapi: "3.1.0",
    ...{
      info: {
        title: "shelfcast",
        version: "1",
        summary: `Sales forecasts: ${dataset.title}`,
        description: "Forecasts with intervals, explanations, actual sales, and the model that is behind them. " +
          "Errors are RFC 9457 problem documents.",
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/" }],
      tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    },
    paths,
    ...{
      components: {
        schemas: { Problem: PROBLEM_SCHEMA },
        securitySchemes: {
          apiKey: { type: "apiKey", in: "header", name: "x-api-key" },
          bearer: { type: "http", scheme: "bearer" },
        },
      },
    },
  };
}

function operation(route: Route): unknown {
  const { method, path, tag, about, details, body, accepts = {}, bodyExample, answers } = route;
  const media = {
    ...body && {
      "application/json": { schema: body, ...bodyExample !== undefined && { example: bodyExample } },
    },
    ...Object.fromEntries(Object.entries(accepts).map(([type, schema]) => [type, { schema }])),
  };
  const takesBody = Object.keys(media).length > 0;
  const always = { ...ALWAYS, ...takesBody ? WITH_BODY : {} };
  return {
    operationId: `${method}${path.replaceAll(/[^\w]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}` || method,
    summary: about,
    ...details !== undefined && { description: details },
    tags: [tag],
    parameters: [...pathParameters(route), ...queryParameters(route.query)],
    ...takesBody && { requestBody: { required: true, content: media } },
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, response(answer)])),
      ...Object.fromEntries(
        Object.entries(always).filter(([status]) => !(Number(status) in answers))
          .map(([status, description]) => [status, problemAnswer(description)]),
      ),
    },
  };
}

function pathParameters({ path, params = {} }: Route): unknown[] {
  return Array.from(path.matchAll(/:(\w+)/g), ([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: params[name!] ?? { type: "string", minLength: 1 },
  }));
}

function queryParameters(query: JsonSchema | undefined): unknown[] {
  const properties = (query?.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = (query?.required ?? []) as readonly string[];
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...schema.description !== undefined && { description: schema.description },
    schema,
  }));
}

function response({ about, schema, media = {}, example }: Answer): unknown {
  if (schema === undefined && Object.keys(media).length === 0) return { description: about };
  return {
    description: about,
    content: {
      ...schema && { "application/json": { schema, ...example !== undefined && { example } } },
      ...Object.fromEntries(Object.entries(media).map(([type, of]) => [type, { schema: of }])),
    },
  };
}

function problemAnswer(description: string): unknown {
  return { description, content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } };
}

/** An answer that is a problem, for routes with refusals of their own. */
export function problemOfKind(about: string): Answer {
  return { about, media: { "application/problem+json": { $ref: "#/components/schemas/Problem" } } };
}
