/**
 * A route of the API as data: what it is called, what it takes and gives. Validation and documentation derive from it.
 *
 * @module
 */
import type { JsonSchema } from "@/core/json.ts";
import type { Services } from "@/serving/services.ts";

/** One possible answer of a route. */
export interface Answer {
  readonly about: string;
  /** Of a JSON body. */
  readonly schema?: JsonSchema;
  /** Other media types → their schema. */
  readonly media?: Readonly<Record<string, JsonSchema>>;
  /** An example of the JSON body. */
  readonly example?: unknown;
}

/** A request, checked against its route's schemas. */
export interface Call {
  readonly services: Services;
  readonly request: Request;
  /** The request's id. */
  readonly id: string;
  /** When it came, in milliseconds of `performance.now()`. */
  readonly started: number;
  /** `:name` parts of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The JSON body; undefined for a route that takes none, or takes another media type. */
  readonly body: unknown;
  /** The body as text, where it is of another media type than JSON, or signed. */
  readonly text: string | undefined;
}

/** A route of the API. */
export interface Route {
  readonly method: "get" | "post";
  /** In Hono's notation: `/v2/models/:name/infer`. */
  readonly path: string;
  readonly tag: string;
  /** One sentence for the documentation. */
  readonly about: string;
  readonly details?: string;
  readonly query?: JsonSchema;
  /** Path parameters that are not plain text. */
  readonly params?: Readonly<Record<string, JsonSchema>>;
  /** The JSON body's schema. */
  readonly body?: JsonSchema;
  /** Other media types that the body may have; they reach the route as text. */
  readonly accepts?: Readonly<Record<string, JsonSchema>>;
  readonly bodyExample?: unknown;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Who may call it: anybody who may call the API, or only a deployer or a planner with a signed request. Health is open to all. */
  readonly guard?: "open" | "deployer" | "planner";
  /** May run longer than other requests: large batches. */
  readonly long?: boolean;
  handle(call: Call): Response | Promise<Response>;
}

/** Makes the routes of one concern for a server: their schemas depend on its dataset. */
export type Routes = (services: Services) => readonly Route[];

const JSON_HEADERS = { "content-type": "application/json" };

/** A JSON answer. */
export function json(value: unknown, status = 200): Response {
  return jsonText(JSON.stringify(value), status);
}

/** A JSON answer that is written already. */
export function jsonText(text: string, status = 200): Response {
  return new Response(text, { status, headers: JSON_HEADERS });
}
