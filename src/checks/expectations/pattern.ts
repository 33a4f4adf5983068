/**
 * Regular expressions of a suite.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { KwargsProblem } from "@/checks/expectations/expectation.ts";

/** Why a pattern cannot be used; tried on one word, as only Polars knows its own syntax. */
export function patternProblem(key: string, pattern: string): KwargsProblem | undefined {
  try {
    pl.DataFrame({ word: ["a"] }).select(pl.col("word").str.contains(pattern));
    return undefined;
  } catch (error) {
    const reason = /^error: (.*)$/m.exec((error as Error).message)?.[1] ?? (error as Error).message;
    return { key, problem: `is not a regular expression that can be used: ${reason} in ${JSON.stringify(pattern)}` };
  }
}
