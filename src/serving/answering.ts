/**
 * From a route's description to a handler: the request is checked against the schemas before the route sees it.
 *
 * @module
 */
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import type { JsonSchema } from "@/core/json.ts";
import { type FieldError, RequestError } from "@/serving/errors.ts";
import type { TimeLimits, Visit } from "@/serving/middleware/mod.ts";
import { readBody } from "@/serving/read_body.ts";
import type { Route } from "@/serving/route.ts";
import type { Services } from "@/serving/services.ts";

const ajv = new Ajv({ allErrors: false, strict: false, formats: { date: isDate } });
// Query parameters are text: numbers in them are read as such for the check.
const textual = new Ajv({ allErrors: true, strict: false, coerceTypes: true, formats: { date: isDate } });

const JSON_TYPE = "application/json";

/** Answers a request; `params` are the `:name` parts of its path. */
export type Handler = (request: Request, visit: Visit, params: Readonly<Record<string, string>>) => Promise<Response>;

/** Makes the handler of a route. */
export function answering(route: Route, services: Services, limits: TimeLimits): Handler {
  const checkBody = route.body && ajv.compile(route.body);
  const checkQuery = textual.compile(route.query ?? { type: "object" });
  const names = new Set(Object.keys((route.query as { properties?: object } | undefined)?.properties ?? {}));
  const accepted = [...checkBody ? [JSON_TYPE] : [], ...Object.keys(route.accepts ?? {})];
  const signed = route.guard === "deployer" || route.guard === "planner";
  const { settings } = services;
  const ms = route.long ? settings.longMs : settings.requestMs;

  return function answer(request, visit, params) {
    visit.route = route.path;
    return limits.within(ms, work(request, visit, params), visit.started);
  };

  async function work(
    request: Request,
    { id, started }: Visit,
    params: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const query = request.url.includes("?") ? readQuery(request.url) : {};
    let body: unknown, text: string | undefined;
    if (accepted.length > 0) {
      const read = await readBody(request, accepted, settings.bodyBytes);
      if (read.type === JSON_TYPE && checkBody) {
        if (signed) text = read.signed;
        body = parseJson(read.text === "" && route.guard === "deployer" ? "{}" : read.text);
        requireValid(checkBody, body, "body");
      } else text = signed ? read.signed : read.text;
    }
    return route.handle({ services, request, id, started, params, query, body, text });
  }

  function readQuery(url: string): Record<string, string> {
    const query: Record<string, string> = {};
    for (const [name, value] of new URL(url).searchParams) {
      if (!names.has(name)) {
        throw invalid("query", [{ path: `/${name}`, message: `is not known: there are ${[...names].join(", ")}` }]);
      }
      if (name in query) throw invalid("query", [{ path: `/${name}`, message: "is given twice" }]);
      query[name] = value;
    }
    requireValid(checkQuery, { ...query }, "query");
    return query;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = (error as Error).message.replaceAll(/\s+/g, " ").slice(0, 200);
    throw new RequestError(`Cannot read the body as JSON: ${why}`, {
      status: 400,
      kind: "invalid-json",
      title: "The body is not JSON",
    });
  }
}

function requireValid(check: ValidateFunction, value: unknown, what: string): void {
  if (check(value)) return;
  const errors = ofNearestForm(check.errors ?? []).map(
    ({ instancePath, message = "is not valid", params, keyword }) => {
      const { additionalProperty, missingProperty, allowedValues } = params as Record<string, unknown>;
      const path = `${instancePath}${additionalProperty === undefined ? "" : `/${String(additionalProperty)}`}`;
      if (keyword === "additionalProperties") return { path, message: "is not known" };
      if (keyword === "enum") return { path, message: `must be one of ${(allowedValues as unknown[]).join(", ")}` };
      return { path: missingProperty === undefined ? path : `${path}/${String(missingProperty)}`, message };
    },
  );
  throw invalid(what, errors);
}

/** What may be told in several forms is judged by the one that it comes nearest to: the one that has all its fields. */
function ofNearestForm(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const formOf = ({ schemaPath }: ErrorObject) => /^.*?\/anyOf\/\d+(?=\/)/.exec(schemaPath)?.[0];
  const complete = errors.find((error) => formOf(error) !== undefined && error.keyword !== "required");
  return complete === undefined ? errors : errors.filter((error) => formOf(error) === formOf(complete));
}

function invalid(what: string, errors: readonly FieldError[]): RequestError {
  const shown = errors.slice(0, 3).map(({ path, message }) => `${path || "it"} ${message}`).join("; ");
  return new RequestError(`Cannot use this ${what}: ${shown}`, { errors: errors.slice(0, 20) });
}

/** Whether a text is a date of the calendar, `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const year = Number(text.slice(0, 4)), month = Number(text.slice(5, 7)), day = Number(text.slice(8));
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** A JSON Schema of a date. */
export const DATE: JsonSchema = { type: "string", format: "date", description: "YYYY-MM-DD" };
