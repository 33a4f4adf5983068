/**
 * Runs the tests in stages, goes on after a failing one, and ends with a table and one line: `N passed, N failed`.
 *
 * ```text
 * deno task test                      what a change needs at once, in two minutes: format, lint, types, cells, units
 * deno task test:all                  also examples, whole runs, the real tools and the browser
 * deno task test --only unit,doc      some stages
 * deno task test tests/stores         some tests
 * ```
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Described, printHelp } from "./support/help.ts";
import { countTests, type Failure, type TestCounts } from "./support/junit.ts";
import { table, terminal } from "./support/terminal.ts";

/** A stage: a command of Deno's, and whether it runs tests or is one. */
interface Stage {
  readonly name: string;
  readonly about: string;
  readonly command: readonly string[];
  /** Folders whose `*_test.ts` files it runs; without, the command itself counts as one test. */
  readonly tests?: readonly string[];
  /** Runs only with `--all` or when named. */
  readonly extra?: boolean;
}

interface Result extends TestCounts {
  readonly name: string;
  readonly seconds: number;
}

/** One task of the project's own, as a stage. */
const NOTEBOOKS_CHECK = ["run", "--allow-all", "tasks/notebooks_check.ts"];
const FOLDERS = ["src", "tasks", "tests"];
/** They hold what their process works and needs to limits: no other test may run in it. */
const ALONE = ["tests/audit/drills_test.ts"];
const REAL_TOOLS = "tests/interop", BROWSER = "tests/browser", SOAK = "tests/soak";
/** Whole runs, through the command line and inside the process: minutes, so not part of the inner loop. */
const RUNS = [
  "tests/pipeline",
  "tests/tasks",
  "tests/notebooks",
  // They train and register before they ask.
  "tests/docs/docs_test.ts",
  ...["emf", "model_sources", "plan_tables", "registered_model", "same_forecasts"].map((name) =>
    `tests/serving/${name}_test.ts`
  ),
];
const PERMISSIONS = "--allow-all";

const STAGES: readonly Stage[] = [
  { name: "format", about: "deno fmt --check", command: ["fmt", "--check", "--quiet"] },
  { name: "lint", about: "deno lint", command: ["lint", "--quiet"] },
  { name: "types", about: "deno check", command: ["check", "--quiet", ...FOLDERS] },
  { name: "cells", about: "the notebooks: no outputs, types and lint of every cell", command: NOTEBOOKS_CHECK },
  {
    name: "doc",
    about: "the examples in the documentation of src, and the how-tos",
    command: ["test", PERMISSIONS, "--doc", "--parallel"],
    tests: ["src", "docs/how-to"],
    extra: true,
  },
  {
    name: "unit",
    about: "units, contracts, properties, golden values",
    command: [
      "test",
      PERMISSIONS,
      "--no-check",
      "--parallel",
      `--ignore=${[REAL_TOOLS, BROWSER, SOAK, ...RUNS, ...ALONE]}`,
    ],
    tests: ["tests"],
  },
  {
    name: "runs",
    about: "whole runs: the pipeline, the command line, bad input",
    command: ["test", PERMISSIONS, "--no-check", "--parallel"],
    tests: RUNS,
    extra: true,
  },
  {
    name: "drills",
    about: "the audit's drills, in a process of their own",
    command: ["test", PERMISSIONS, "--no-check"],
    tests: ALONE,
    extra: true,
  },
  {
    name: "interop",
    about: "our files in the real tools",
    command: ["test", PERMISSIONS, "--no-check"],
    tests: [REAL_TOOLS],
    extra: true,
  },
  {
    name: "browser",
    about: "reports in a real browser",
    command: ["test", PERMISSIONS, "--no-check"],
    tests: [BROWSER],
    extra: true,
  },
];

/** Long tests, apart from the others: `deno task soak`. */
const LONG: Stage = {
  name: "soak",
  about: "size, kills, endurance",
  command: ["test", PERMISSIONS, "--no-check"],
  tests: [SOAK],
  extra: true,
};

/** A stage that takes longer hangs; the long one builds images and runs Airflow. */
const LIMIT_MS = 30 * 60_000, LONG_LIMIT_MS = 60 * 60_000;

const COMMAND = {
  name: "test",
  about: "Run the tests in stages, go on after a failing one, and end with a table and one line.",
  example: "deno task test --only unit,doc",
  positional: { name: "PATH", about: "only the tests in this file or folder" },
  flags: {
    all: { type: "boolean", about: "also examples, whole runs, the real tools and the browser" },
    only: {
      type: "string",
      value: "A,B",
      about: `some stages: ${[...STAGES, LONG].map(({ name }) => name).join(", ")}`,
    },
    help: { type: "boolean", about: "show this help" },
  },
} as const satisfies Described;

if (Deno.args.includes("--help")) {
  printHelp(COMMAND, Deno.args);
  Deno.exit(0);
}

const { values: flags, positionals } = readFlags();

const results: Result[] = [];
for (const stage of chosen()) results.push(await run(stage));
// Once more at the end: it is what one sees of a long log.
const failures = results.flatMap((result) => result.failures);
if (failures.length > 0) terminal.print(`\n${failures.slice(0, 20).map(failureText).join("\n")}`);
terminal.print(`\n${stageTable(results)}\n`);
const total = sum(results);
terminal.print(summary(total));
Deno.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

function readFlags() {
  try {
    return parseArgs({ options: COMMAND.flags, allowPositionals: true });
  } catch (error) {
    // What follows the first sentence is of a parser's own syntax.
    const [why] = (error as Error).message.split(". ");
    const known = Object.keys(COMMAND.flags).map((name) => `--${name}`).join(", ");
    terminal.say(`error: Cannot read the flags: ${why}: there are ${known}`);
    Deno.exit(2);
  }
}

function chosen(): readonly Stage[] {
  if (positionals.length > 0) return [{ ...STAGES.find(({ name }) => name === "unit")!, tests: positionals }];
  if (flags.only === undefined) return STAGES.filter(({ extra }) => flags.all || !extra);
  const every = [...STAGES, LONG];
  return flags.only.split(",").map((name) => {
    const stage = every.find((stage) => stage.name === name);
    if (stage) return stage;
    terminal.say(`error: Cannot run the stage "${name}": there are ${every.map(({ name }) => name).join(", ")}`);
    Deno.exit(2);
  });
}

async function run(stage: Stage): Promise<Result> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1_000;
  terminal.print(`\n${stage.name}: ${stage.about}`);
  const tests = stage.tests?.filter(isThere);
  if (tests?.length === 0) {
    terminal.print("  none here");
    return { name: stage.name, seconds: seconds(), passed: 0, failed: 0, skipped: 0, failures: [] };
  }
  await Deno.mkdir("logs", { recursive: true });
  const log = `logs/test-${stage.name}.log`, report = `logs/test-${stage.name}.xml`;
  await Deno.remove(report).catch(() => {});
  const args = [...stage.command, ...(tests ? [`--junit-path=${report}`, ...tests] : [])];
  const { success, output } = await follow(args, log, stage === LONG ? LONG_LIMIT_MS : LIMIT_MS);
  const counts = tests ? countTests(await Deno.readTextFile(report).catch(() => ""), success) : {
    passed: success ? 1 : 0,
    failed: success ? 0 : 1,
    skipped: 0,
    failures: [],
  };
  terminal.print(`  ${summary(counts)} in ${seconds().toFixed(1)} s`);
  // A test that skips says why, in a line that begins so.
  if (counts.skipped > 0) {
    for (const reason of new Set(output.match(/^skipped: .*$/gm))) terminal.print(`  ${reason}`);
  }
  if (counts.failed > 0) {
    terminal.print(indent(excerpt(output)));
    for (const { name } of counts.failures) terminal.print(`  ${red("failed")} ${name}`);
    terminal.print(`  all of it: ${log}`);
  }
  return { name: stage.name, seconds: seconds(), ...counts };
}

/** A test that failed, with the beginning of what it said. */
function failureText({ name, why }: Failure): string {
  const lines = why.split("\n").filter((line) => line.trim() !== "").slice(0, 8).map((line) =>
    `    ${line.slice(0, 300)}`
  );
  return [`  ${red("failed")} ${name}`, ...lines].join("\n");
}

/** Runs Deno, writes what it says to a log, and shows a dot for each file of tests. */
async function follow(
  args: readonly string[],
  log: string,
  limitMs: number,
): Promise<{ success: boolean; output: string }> {
  using file = await Deno.open(log, { write: true, create: true, truncate: true });
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { NO_COLOR: "1", DENO_JOBS: Deno.env.get("DENO_JOBS") ?? "2" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(limitMs),
  }).spawn();
  const decoder = new TextDecoder(), encoder = new TextEncoder();
  const files = new Set<string>();
  let output = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const chunk of stream) {
      await file.write(chunk);
      const text = decoder.decode(chunk, { stream: true });
      output += text;
      // Tests that run side by side name their file in each line, others once; examples name a line range too.
      for (const [, path] of text.matchAll(/^(?:running \d+ tests? from )?((?:\.\/|file:)[^\s$]+)/gm)) {
        if (files.has(path!)) continue;
        Deno.stdout.writeSync(encoder.encode(files.size === 0 ? "  ." : "."));
        files.add(path!);
      }
    }
  };
  await Promise.all([read(child.stdout), read(child.stderr)]);
  const { success } = await child.status;
  if (files.size > 0) terminal.print("");
  return { success, output };
}

/** What of a failing stage's output helps: the part on errors, or else the end. */
function excerpt(output: string): string {
  const from = output.indexOf("\n ERRORS \n"), to = output.indexOf("\n FAILURES \n");
  const lines = (from < 0 ? output : output.slice(from, to < 0 ? undefined : to)).trim().split("\n");
  const kept = from < 0 ? lines.slice(-60) : lines.slice(0, 200);
  return kept.join("\n");
}

function stageTable(results: readonly Result[]): string {
  const [head, rule, ...rows] = table(
    ["stage", "passed", "failed", "skipped", "seconds"],
    results.map((at) => [at.name, ...[at.passed, at.failed, at.skipped].map(String), at.seconds.toFixed(1)]),
  ).split("\n");
  return [head, rule, ...rows.map((row, k) => results[k]!.failed > 0 ? red(row) : row)].join("\n");
}

function summary({ passed, failed, skipped }: Pick<TestCounts, "passed" | "failed" | "skipped">): string {
  const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  return failed > 0 ? red(line) : line;
}

function sum(results: readonly Result[]): Pick<TestCounts, "passed" | "failed" | "skipped"> {
  const add = (key: "passed" | "failed" | "skipped") => results.reduce((total, result) => total + result[key], 0);
  return { passed: add("passed"), failed: add("failed"), skipped: add("skipped") };
}

function isThere(path: string): boolean {
  try {
    const found = Deno.statSync(path);
    return found.isFile || [...Deno.readDirSync(path)].length > 0;
  } catch {
    return false;
  }
}

function indent(text: string): string {
  return text.split("\n").map((line) => `  ${line}`).join("\n");
}

function red(text: string): string {
  return Deno.stdout.isTerminal() && !Deno.noColor ? `\x1b[31m${text}\x1b[0m` : text;
}
