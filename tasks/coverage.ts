// Measure which lines the tests run, files that no test imports among them.
import { join } from "node:path";
import { ParamsError } from "@/core/errors.ts";
import { main } from "./support/command.ts";
import { codeLines, type FileCoverage, readLcov, roomsOf, shareOf } from "./support/coverage.ts";
import { table, terminal } from "./support/terminal.ts";

const SOURCES = "src", DATA = "coverage";
const LEFT_OUT = ["tests/interop", "tests/browser", "tests/soak"];

await main({
  name: "coverage",
  about: "Measure which lines of src the tests run; a file that no test imports counts with every line.",
  example: "deno task coverage --min 80",
  flags: {
    min: { type: "string", value: "PERCENT", about: "exit 1 below this share of lines (default: 0)" },
    tests: {
      type: "string",
      value: "A,B",
      about: "folders of tests (default: all but the real tools, browser and soak)",
    },
    keep: { type: "boolean", about: "do not run the tests: report on what the last run left" },
  },
  async run({ project, env }, values) {
    const min = Number(values["min"] ?? 0);
    if (!(min >= 0 && min <= 100)) {
      throw new ParamsError(`Cannot use --min ${values["min"]}: expected a share from 0 to 100`);
    }
    const deno = (args: readonly string[], stdout: "piped" | "inherit" = "inherit") =>
      new Deno.Command(Deno.execPath(), {
        args: [...args],
        cwd: project.location,
        env: { NO_COLOR: "1", DENO_JOBS: env("DENO_JOBS") ?? "2" },
        stdin: "null",
        stdout,
        stderr: "inherit",
      });
    const folder = project.path(DATA);
    let code = 0;
    if (!values["keep"]) {
      await Deno.remove(folder, { recursive: true }).catch(() => {});
      const tests = values["tests"] === undefined ? ["tests"] : String(values["tests"]).split(",");
      terminal.say(`Running ${tests.join(", ")} (log: logs/coverage-tests.log)`);
      const args = ["test", "-A", "--no-check", "--parallel", `--coverage=${DATA}`, `--ignore=${LEFT_OUT}`, ...tests];
      const { success, stdout, signal } = await deno(args, "piped").output();
      await project.put("logs/coverage-tests.log", stdout as Uint8Array<ArrayBuffer>);
      if (!success) {
        // A run that was cut off has measured too little.
        const how = signal === null ? "some tests failed" : `the tests were ended by ${signal} before their end`;
        terminal.say(`${how}: see logs/coverage-tests.log`);
        code = 1;
      }
    }
    const report = await deno(["coverage", DATA, "--lcov", "--include=/src/", "--exclude=node_modules"], "piped")
      .output();
    if (!report.success) throw new ParamsError(`Cannot read ${DATA}: run \`deno task coverage\` without --keep`);
    const measured = readLcov(new TextDecoder().decode(report.stdout), project.location);
    const files: FileCoverage[] = [];
    for (const path of await sourceFiles(project.path(SOURCES), SOURCES)) {
      const own = measured.get(path);
      if (own !== undefined) files.push(own);
      else files.push({ path, lines: codeLines(await Deno.readTextFile(project.path(path))), hit: 0, imported: false });
    }
    const share = shareOf(files), never = files.filter(({ imported, lines }) => !imported && lines > 0);
    const percent = (value: number) => `${value.toFixed(1)} %`;
    const rooms = roomsOf(files).map(({ room, lines, share }) => [room, String(lines), percent(share)]);
    const worst = files.filter(({ lines, hit }) => lines - hit >= 10).toSorted((a, b) =>
      b.lines - b.hit - (a.lines - a.hit)
    )
      .slice(0, 15).map(({ path, lines, hit }) => [path, String(lines - hit), percent(100 * hit / lines)]);
    const text = [
      table(["room", "lines", "run"], rooms),
      table(["file", "lines not run", "run"], worst),
      never.length === 0 ? "" : `never imported: ${never.map(({ path }) => path).join(", ")}`,
      `${percent(share)} of ${
        files.reduce((sum, { lines }) => sum + lines, 0)
      } lines in ${files.length} files are run by tests`,
      share < min ? `that is less than ${min} %` : "",
    ].filter(Boolean).join("\n\n");
    return { json: { share, files }, text, code: share < min ? 1 : code };
  },
});

/** The paths of all TypeScript below a folder, tables of contents and types alone included. */
async function sourceFiles(folder: string, path: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) found.push(...await sourceFiles(join(folder, name), `${path}/${name}`));
    else if (/\.(tsx?|js)$/.test(name) && !name.endsWith(".d.ts")) found.push(`${path}/${name}`);
  }
  return found.sort();
}
