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
    const verdict = /(?:ok|FAILED) \| ([^\n]*?) \(/.exec(output)?.[1] ?? (code === -1 ? output : `exit code ${code}`);
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
