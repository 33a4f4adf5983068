/**
 * The real schemathesis: requests made up from a server's OpenAPI document, valid and invalid ones.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { INTEROP_BIN } from "./python.ts";

/** What a run of schemathesis found. */
export interface FuzzReport {
  /** Requests that were sent. */
  readonly cases: number;
  /** Answers that broke a rule, as schemathesis tells them. */
  readonly failures: readonly { readonly title: string; readonly operations: readonly string[] }[];
  /** All that it printed. */
  readonly said: string;
}

interface Report {
  readonly complete: boolean;
  readonly test_cases: { readonly generated: number };
  readonly failures: FuzzReport["failures"];
  readonly errors: readonly unknown[];
}

/** A part of a JSON document. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** The server under test, and what is in it. */
export interface FuzzTarget {
  readonly url: string;
  readonly series: readonly string[];
  readonly dates: readonly string[];
  readonly model: string;
  /** Who signs overrides, which schemathesis alone could not: unsigned, all would be refused at the door. */
  readonly planner?: Planner;
}

/** A planner, and an override that the server would keep: others are made up around it. */
export interface Planner {
  readonly user: string;
  /** PEM. */
  readonly privateKey: string;
  readonly order: Order;
}

type Order = { readonly unique_id: string; readonly ds: string; readonly value: number; readonly reason: string };

/**
 * Fuzzes a server.
 *
 * From the document as it is, hardly a date lies in the horizon and no series exists. So the same is done again from a
 * document whose dates, series and model are often those that the server has: what lies behind the first refusals is
 * reached too.
 *
 * @param cases Valid and invalid requests of each operation, per document.
 */
export async function fuzz(target: FuzzTarget, cases: number): Promise<readonly FuzzReport[]> {
  const folder = await Deno.makeTempDir({ prefix: "shelfcast-fuzz-" });
  try {
    const document = await (await fetch(`${target.url}/openapi.json`)).json() as Json;
    const files = { "as it is": document, "with what is there": knowing(document, target) };
    const reports: FuzzReport[] = [];
    for (const [name, schema] of Object.entries(files)) {
      const path = join(folder, `${name.replaceAll(" ", "-")}.json`);
      await Deno.writeTextFile(path, JSON.stringify(schema));
      reports.push(await run(path, target, cases, folder));
    }
    return reports;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(schema: string, { url, planner }: FuzzTarget, cases: number, folder: string): Promise<FuzzReport> {
  const report = join(folder, "report.json");
  const { stdout, stderr } = await new Deno.Command(join(INTEROP_BIN, "schemathesis"), {
    args: [
      ...["run", schema, "--url", url, "--seed", "1", "--mode", "all", "--max-examples", String(cases)],
      ...["--continue-on-failure", "--request-timeout", "30", "--report", "json", "--report-json-path", report],
      // Whether a date lies in the horizon, or a series exists, no schema can say: such a request is refused by right.
      ...["--exclude-checks", "positive_data_acceptance", "--warnings", "off"],
    ],
    cwd: folder,
    env: { NO_COLOR: "1", ...planner && signing(planner) },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  const text = await Deno.readTextFile(report).catch(() => {
    throw new Error(`schemathesis left no report:\n${said}`);
  });
  const { complete, test_cases, failures, errors } = JSON.parse(text) as Report;
  if (!complete || errors.length > 0) throw new Error(`schemathesis did not finish:\n${said}`);
  return { cases: test_cases.generated, failures, said };
}

/** What tells schemathesis to sign. */
function signing({ user, privateKey }: Planner): Readonly<Record<string, string>> {
  return {
    SCHEMATHESIS_HOOKS: fileURLToPath(new URL("sign_requests.py", import.meta.url)),
    SIGNED_PATH: "/overrides",
    SIGNED_USER: user,
    SIGNED_KEY: privateKey,
  };
}

/** The document with series, dates, model names and an override of the server, beside any others. */
function knowing(document: Json, { series, dates, model, planner }: FuzzTarget): Json {
  const oneOf = (values: readonly (string | number)[], schema: Json): Json => ({
    anyOf: [{ enum: [...values] }, schema],
  });
  const walk = (part: Json, name: string): Json => {
    if (Array.isArray(part)) return part.map((one) => walk(one, ""));
    if (part === null || typeof part !== "object") return part;
    const own = part as { readonly [name: string]: Json };
    if (planner !== undefined) {
      const { order } = planner, { value } = order, { example } = own;
      // Requests are varied field by field around examples.
      if (name === "application/json" && (example as { readonly reason?: Json } | undefined)?.reason !== undefined) {
        const whole = { ...order, lo: 0, hi: 2 * value, withdraw: false };
        const examples = { one: { value: order }, banded: { value: whole }, list: { value: [whole] } };
        return { schema: walk(own["schema"]!, ""), examples };
      }
      if (name === "text/csv") return { schema: oneOf(csvsOf(order), own["schema"]!), example: csvsOf(order)[0]! };
      // Only numbers near a forecast are taken.
      if (ORDERED.includes(name) && own["type"] === "number") return oneOf([value, 1.1 * value, 0.9 * value, 0], own);
    }
    if (own["format"] === "date") return oneOf(dates, own);
    if (own["type"] === "string" && name === "unique_id") return oneOf(series, own);
    if (own["in"] === "path" && own["name"] === "name") return { ...own, schema: oneOf([model], own["schema"]!) };
    if (own["in"] === "path" && own["name"] === "version") return { ...own, schema: oneOf(["1"], own["schema"]!) };
    if (own["in"] === "query" && own["name"] === "unique_id") return { ...own, schema: oneOf(series, own["schema"]!) };
    return Object.fromEntries(
      Object.entries(own).map(([key, value]) => [key, key === "responses" ? value : walk(value, key)]),
    );
  };
  return walk(document, "");
}

/** Fields of an override that are amounts. */
const ORDERED = ["value", "lo", "hi"];

/** An override as CSV: alone, as a band, taken back, and with the mark that spreadsheets put before a text. */
function csvsOf({ unique_id, ds, value, reason }: Order): readonly string[] {
  const plain = `unique_id,ds,value,reason\n${unique_id},${ds},${value},${reason}\n`;
  return [
    plain,
    `unique_id,ds,lo,hi,reason\n${unique_id},${ds},0,${value},"${reason}"\n`,
    `unique_id,ds,withdraw,reason\r\n${unique_id},${ds},true,${reason}\r\n`,
    `\ufeff${plain}`,
  ];
}
