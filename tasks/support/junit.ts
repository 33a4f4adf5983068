/**
 * Counts tests in a report of `deno test --junit-path`.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";

/** How a set of tests went. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly Failure[];
}

/** A test that failed. */
export interface Failure {
  /** Its name, with the groups it is in. */
  readonly name: string;
  /** What it said, without colours; empty where it said nothing. */
  readonly why: string;
}

/** A test of the report; `group` is a `describe` that failed because of a test in it. */
interface Case {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped" | "group";
  readonly why?: string;
}

/**
 * Counts the tests of a JUnit report as people do: each `it` is one test, a `describe` around it is none.
 *
 * Deno reports a `describe` as a test of its own beside the tests in it, named `group > test`; the group is left out,
 * unless it failed by itself, in a hook say.
 *
 * @param report The XML; empty when the run ended before it could write one.
 * @param success Whether the run as a whole succeeded. A run that failed although no test did, since a file does not
 * load say, counts as one failure.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { countTests } from "./junit.ts";
 *
 * const report = `<testcase name="lag()"></testcase><testcase name="lag() &gt; shifts"></testcase>`;
 * expect(countTests(report, true)).toEqual({ passed: 1, failed: 0, skipped: 0, failures: [] });
 * ```
 */
export function countTests(report: string, success: boolean): TestCounts {
  const cases = [...report.matchAll(/<testcase name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)]
    .map(([, name, body]) => caseOf(unescape(name!), body ?? ""));
  const names = cases.map(({ name }) => name).sort();
  const single = cases.filter(({ name, outcome }) => outcome !== "passed" || !isGroup(name, names));
  const failures = single.filter(({ outcome }) => outcome === "failed").map(({ name, why = "" }) => ({ name, why }));
  if (!success && failures.length === 0) {
    failures.push({ name: "the run as a whole, before or between its tests", why: "" });
  }
  const count = (outcome: Case["outcome"]) => single.filter((test) => test.outcome === outcome).length;
  return { passed: count("passed"), failed: failures.length, skipped: count("skipped"), failures };
}

function caseOf(name: string, body: string): Case {
  if (/<skipped/.test(body)) return { name, outcome: "skipped" };
  const failure = /<(?:failure|error)[^>]*message="([^"]*)"/.exec(body)?.[1];
  if (failure === undefined) return { name, outcome: /<(failure|error)/.test(body) ? "failed" : "passed" };
  return {
    name,
    outcome: /^\d+ test steps? failed/.test(failure) ? "group" : "failed",
    why: stripVTControlCharacters(unescape(failure)).replace(/^Uncaught \(?/, "").trim(),
  };
}

/** Whether another test's name begins with this one's and ` > `; names are sorted, so it is the next that is greater. */
function isGroup(name: string, names: readonly string[]): boolean {
  const prefix = `${name} > `;
  let low = 0, high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (names[middle]! < prefix) low = middle + 1;
    else high = middle;
  }
  return names[low]?.startsWith(prefix) ?? false;
}

function unescape(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&apos;", "'")
    .replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}
