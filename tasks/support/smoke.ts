/**
 * Asks a running server everything once: whether what was deployed answers as its documentation says.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";

/** What a server is held to. */
export interface SmokeOptions {
  /** The version that must answer. */
  readonly version?: string;
  /** A series to forecast; the first one that the server's own documentation of the model names otherwise. */
  readonly series?: string;
  /** Sent with every request: an API key. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: typeof globalThis.fetch;
}

/** Asks each route, and judges the answers. A server that is away fails every check. */
export async function smoke(url: string, options: SmokeOptions = {}): Promise<Finding[]> {
  const { version, series = "1", headers = {}, fetch = globalThis.fetch } = options;
  const findings: Finding[] = [];
  const ask = async (path: string, body?: unknown) => {
    const init = body === undefined ? { headers } : {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    };
    try {
      const answer = await fetch(url + path, { ...init, signal: AbortSignal.timeout(30_000) });
      return { status: answer.status, text: await answer.text() };
    } catch (error) {
      return { status: 0, text: (error as Error).message };
    }
  };
  const check = async (
    name: string,
    path: string,
    wanted: string,
    judge: (answer: { readonly status: number; readonly text: string }) => boolean,
    body?: unknown,
  ) => {
    const answer = await ask(path, body);
    const passed = holds(() => judge(answer));
    const observed = passed ? String(answer.status) : `${answer.status}: ${answer.text.slice(0, 160)}`;
    findings.push({ check: name, table: path, passed, severity: "critical", observed, wanted });
    return answer;
  };
  // deno-lint-ignore no-explicit-any -- foreign JSON; a wrong shape fails the check
  const json = ({ text }: { readonly text: string }): any => JSON.parse(text);
  await check("ready", "/health/ready", "200, ready", (at) => at.status === 200 && json(at).status === "ready");
  const told = await check(
    "model",
    "/model_info",
    version === undefined ? "200" : `200, version ${version}`,
    (at) => at.status === 200 && (version === undefined || json(at).version === version),
  );
  let origin = "1970-01-01";
  holds(() => (origin = json(told).origin, true));
  const row = { unique_id: series, ds: origin };
  await check(
    "one forecast",
    "/predict",
    "200, a number of 0 or more inside its intervals",
    (at) => {
      const { prediction, intervals } = json(at);
      return at.status === 200 && prediction >= 0 &&
        Object.values(intervals as Record<string, { lo: number; hi: number }>)
          .every(({ lo, hi }) => lo <= prediction && prediction <= hi);
    },
    row,
  );
  await check(
    "a batch, one row of it bad",
    "/predict_batch",
    "200, a forecast and an error",
    (at) => at.status === 200 && /"prediction"/.test(at.text) && /"error"/.test(at.text),
    [row, { ...row, unique_id: "no such series" }],
  );
  await check("why", "/explain", "200", (at) => at.status === 200, row);
  await check("an unknown series", "/predict", "404", (at) => at.status === 404, {
    ...row,
    unique_id: "no such series",
  });
  await check("a body that is none", "/predict", "422", (at) => at.status === 422, {});
  await check("metrics", "/metrics", "counts what it served", (at) => /^prediction_count_total\b/m.test(at.text));
  await check("documentation", "/openapi.json", "OpenAPI 3.1", (at) => json(at).openapi.startsWith("3.1"));
  return findings;
}

function holds(judge: () => boolean): boolean {
  try {
    return judge();
  } catch {
    return false; // not the JSON that was promised
  }
}
