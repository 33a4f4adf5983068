import { type Area, few, filesBelow, run, seen, textOf } from "@/pipeline/maturity/area.ts";

/** Folders of tests that take seconds: run as a sample of all. */
const SAMPLE = ["tests/core", "tests/governance", "tests/evaluation"];

/** Unit tests: there, named like facts, asserting something, and passing where they are run. */
export const tests: Area = {
  name: "unit tests",
  async look(context) {
    const files = await filesBelow(context, "tests", /_test\.tsx?$/);
    const texts = await Promise.all(files.map(async (key) => [key, await textOf(context, key) ?? ""] as const));
    const idle = texts.filter(([, text]) => !/expect\(|assert|Contract\(/.test(text)).map(([key]) => key);
    const facts = texts.reduce((sum, [, text]) => sum + [...text.matchAll(/\bit\(/g)].length, 0);
    const rooms = (await filesBelow(context, "src", /mod\.ts$/)).filter((key) => /^src\/\w+\/mod\.ts$/.test(key))
      .map((key) => key.split("/")[1]!);
    const untested = rooms.filter((room) => !files.some((key) => key.startsWith(`tests/${room}/`)));
    const sample = SAMPLE.filter((folder) => files.some((key) => key.startsWith(`${folder}/`)));
    const { code, output } = await run(context, Deno.execPath(), ["test", "-A", "--no-check", "--quiet", ...sample]);
    const verdict = verdictOf(output) ?? (code === -1 ? output : `exit code ${code}`);
    const golden = await filesBelow(context, "tests/golden", /\.json$/);
    const makers = await filesBelow(context, "tests/golden", /\.py$/);
    return [
      seen(
        "tests",
        files.length > 0 && idle.length === 0,
        idle.length > 0 ? `nothing is asserted in ${few(idle)}` : `${facts} facts in ${files.length} files`,
        "each asserts something",
      ),
      seen(
        "rooms of the code",
        untested.length === 0,
        untested.length > 0 ? `no test of ${few(untested)}` : few(rooms, 12),
        "each has tests",
      ),
      seen("a sample of them", code === 0, `${sample.join(", ")}: ${verdict}`, "all pass"),
      seen(
        "reference values",
        golden.length > 0 && makers.length > 0,
        `${golden.length} files, ${makers.length} scripts that made them`,
        "values of real implementations, with their scripts",
      ),
    ];
  },
};

/**
 * What a run of `deno test` came to, in words: how many passed, and which failed.
 *
 * @returns Undefined where the output has no such line, as the run did not come to its end.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { verdictOf } from "@/pipeline/maturity/tests.ts";
 *
 * expect(verdictOf("\nok | 63 passed (377 steps) | 0 failed (9s)\n")).toBe("63 passed");
 * const output = " FAILURES \n\nlag() ... shifts => ext:x\n\nFAILED | 62 passed (376 steps) | 1 failed (1 step) (9s)\n";
 * expect(verdictOf(output)).toBe("62 passed, 1 failed: lag() shifts");
 * ```
 */
export function verdictOf(output: string): string | undefined {
  const [, passed, failed] = /(?:ok|FAILED) \| (\d+) passed[^|\n]*\| (\d+) failed/.exec(output) ?? [];
  if (passed === undefined || failed === undefined) return undefined;
  if (failed === "0") return `${passed} passed`;
  const [, list = ""] = output.split(/^ FAILURES $/m);
  const names = [...list.matchAll(/^(.+) => /gm)].map(([, name]) => name!.replaceAll(" ... ", " "));
  return `${passed} passed, ${failed} failed${names.length > 0 ? `: ${few(names)}` : ""}`;
}
