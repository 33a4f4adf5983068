/**
 * The single place that turns an error into an answer: RFC 9457 `application/problem+json`, without traces or paths.
 *
 * @module
 */
import {
  DatasetError,
  GateError,
  GovernanceError,
  MissingInputError,
  ModelUnavailableError,
  ParamsError,
  StoreError,
  UnknownSeriesError,
} from "@/core/errors.ts";
import { type FieldError, RequestError, TooManyRequestsError, UnavailableError } from "@/serving/errors.ts";
import { OverrideConflictError } from "@/serving/stores/forecast_store.ts";

/** What went wrong, as the API tells it. */
export interface Problem {
  /** A stable name of the kind of problem: `/problems/unknown-series`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The request's id, which the log has too. */
  readonly instance?: string;
  /** What is wrong with the request, field by field. */
  readonly errors?: readonly FieldError[];
  /** The series that look most like the one that was asked for. */
  readonly nearest?: readonly string[];
  /** Seconds after which to try again. */
  readonly retryAfter?: number;
}

/** The JSON Schema of a problem, for the OpenAPI document. */
export const PROBLEM_SCHEMA = {
  type: "object",
  required: ["type", "title", "status", "detail"],
  properties: {
    type: { type: "string", description: "A stable name of the kind of problem" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "What was tried, what is needed, what was found" },
    instance: { type: "string", description: "The request's id, which the log has too" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["path", "message"],
        properties: { path: { type: "string" }, message: { type: "string" } },
      },
    },
    nearest: { type: "array", items: { type: "string" }, description: "The series whose names are nearest" },
    retryAfter: { type: "number", description: "Seconds after which to try again" },
  },
} as const;

/**
 * Tells an error as a problem. What is our own fault says nothing about how we are built: the log has the details.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { UnknownSeriesError } from "@/core/errors.ts";
 * import { problemOf } from "@/serving/problem.ts";
 *
 * const problem = problemOf(new UnknownSeriesError("11", ["1", "12"]));
 * expect([problem.status, problem.nearest]).toEqual([404, ["1", "12"]]);
 * expect(problemOf(new Error("/home/me/secret.txt")).detail).not.toContain("secret");
 * ```
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof RequestError) {
    const { status, kind, title, message: detail, errors } = error;
    return problem(status, kind, title, detail, errors.length > 0 ? { errors } : {});
  }
  if (error instanceof UnknownSeriesError) {
    return problem(404, "unknown-series", "There is no such series", error.message, { nearest: error.nearest });
  }
  if (error instanceof OverrideConflictError) {
    return problem(
      409,
      "conflict",
      "Somebody was first",
      `${error.message}: nothing was kept, read them and try again`,
    );
  }
  if (error instanceof TooManyRequestsError) {
    return problem(429, "too-many-requests", "Too many requests", error.message, { retryAfter: error.retryAfter });
  }
  if (error instanceof UnavailableError) {
    return problem(503, error.kind, "Not available right now", error.message, { retryAfter: error.retryAfter });
  }
  if (error instanceof GovernanceError) {
    return problem(403, "not-approved", "Not allowed", withoutPaths(error.message));
  }
  if (error instanceof ModelUnavailableError || error instanceof MissingInputError) {
    const detail = withoutPaths(error.message);
    return problem(503, "no-model", "No model answers right now", detail, { retryAfter: 10 });
  }
  if (error instanceof StoreError) {
    const detail = "Cannot reach the store of forecasts: try again later";
    return problem(503, "store-unavailable", "Not available right now", detail, { retryAfter: 10 });
  }
  if (error instanceof DatasetError || error instanceof ParamsError || error instanceof GateError) {
    return problem(422, "invalid-data", "The data is not as it must be", withoutPaths(error.message));
  }
  return problem(500, "internal", "Something failed on our side", "The log tells more under this request's id");
}

function problem(
  status: number,
  kind: string,
  title: string,
  detail: string,
  more: Partial<Problem> = {},
): Problem {
  return { type: `/problems/${kind}`, title, status, detail, ...more };
}

/** Folders of this machine are nobody's business. */
function withoutPaths(message: string): string {
  return message.replaceAll(/(?:\/[\w.@+~-]+){2,}/g, (path) => path.slice(path.lastIndexOf("/") + 1));
}

/** A problem as a response. */
export function problemResponse(told: Problem, instance?: string): Response {
  const body = instance === undefined ? told : { ...told, instance };
  return new Response(`${JSON.stringify(body)}\n`, {
    status: told.status,
    headers: {
      "content-type": "application/problem+json",
      ...told.retryAfter !== undefined && { "retry-after": String(Math.ceil(told.retryAfter)) },
    },
  });
}
