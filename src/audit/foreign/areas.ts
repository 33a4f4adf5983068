/**
 * The areas of another project, Python or not: what can be parsed, verified and run there from outside.
 *
 * @module
 */
import { posix } from "node:path";
import pl, { type DataFrame } from "nodejs-polars";
import { parse } from "yaml";
import { pythonCode } from "@/audit/foreign/python.ts";
import { parseSuite, runSuite, type Suite } from "@/checks/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { type Area, few, filesBelow, run, seen, textOf } from "@/pipeline/maturity/area.ts";
import { dvcStatus, mlflowFiles } from "@/audit/foreign/readers.ts";

/** Rows of a table that suites are tried on. */
const MOST_ROWS = 200_000;

/** Every file that is the project's own, as keys. */
async function allFiles(context: Context, pattern: RegExp): Promise<string[]> {
  const keys: string[] = [];
  const skipped = /(^|\/)(node_modules|\.git|\.venv[^/]*|venv|__pycache__|site-packages|\.cache)\//;
  for await (const key of context.project.list("")) if (pattern.test(key) && !skipped.test(key)) keys.push(key);
  return keys;
}

/** Documentation: words, links that lead somewhere, functions that say what they do. */
const documentation: Area = {
  name: "documentation",
  async look(context) {
    const pages = await allFiles(context, /\.(md|rst)$/i), dead: string[] = [];
    let words = 0, links = 0;
    for (const page of pages) {
      const text = await textOf(context, page) ?? "";
      words += text.split(/\s+/).filter((word) => /\w/.test(word)).length;
      for (const [, link] of text.replaceAll(/```[\s\S]*?```/g, "").matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)) {
        if (/^[a-z]+:/.test(link!)) continue;
        links++;
        const target = posix.normalize(posix.join(posix.dirname(page), link!));
        const there = !target.startsWith("..") &&
          await Deno.stat(context.project.path(target.replace(/\/$/, ""))).then(() => true, () => false);
        if (!there) dead.push(`${page}: ${link}`);
      }
    }
    const code = await pythonCode(context),
      told = code === undefined ? 0 : code.documented / Math.max(1, code.functions);
    return [
      seen("pages", words >= 100, `${pages.length} pages, ${words} words`, "a README that says something"),
      seen(
        "links",
        links > 0 && dead.length === 0,
        dead.length > 0 ? few(dead) : `${links} lead somewhere`,
        "some, and none is dead",
      ),
      seen(
        "functions with a comment",
        code !== undefined && code.functions > 0 && told >= 0.5,
        code === undefined ? "no Python here to read with" : `${code.documented} of ${code.functions} Python functions`,
        "half of them or more",
      ),
    ];
  },
};

/** Validation: Great Expectations suites that can be read, accept the project's tables, and refuse broken ones. */
const validation: Area = {
  name: "validation scripts",
  async look(context) {
    const suites: Suite[] = [], broken: string[] = [];
    for (const key of await allFiles(context, /expectations?\/.*\.json$/)) {
      try {
        const suite = parseSuite(await textOf(context, key) ?? "", key);
        if (suite.expectations.length === 0) broken.push(`${key} has no rule`);
        else suites.push(suite);
      } catch (error) {
        broken.push(`${key}: ${(error as Error).message.split("\n")[0]}`);
      }
    }
    const accepted: string[] = [], refused: string[] = [];
    for (const key of await allFiles(context, /\.(csv|parquet)$/)) {
      const table = readTable(context, key);
      if (table === undefined || table.height === 0) continue;
      for (const suite of suites.filter((one) => fits(one, table))) {
        if (!runSuite(table, suite).success) continue;
        accepted.push(`${suite.name} accepts ${key}`);
        if (!runSuite(spoilt(table), suite).success) refused.push(suite.name);
      }
    }
    const rules = suites.reduce((sum, { expectations }) => sum + expectations.length, 0);
    return [
      seen(
        "suites",
        suites.length > 0 && broken.length === 0,
        broken.length > 0 ? few(broken) : `${suites.length} with ${rules} rules`,
        "Great Expectations suites that can be read",
      ),
      seen("good data is kept", accepted.length > 0, few(accepted) || "no suite fits a table here", "a table passes"),
      seen(
        "bad data is refused",
        refused.length > 0 && refused.length === accepted.length,
        `${refused.length} of ${accepted.length} refuse the table with every number negated and every row doubled`,
        "each suite that accepts refuses what is broken",
      ),
    ];
  },
};

function readTable({ project }: Context, key: string): DataFrame | undefined {
  try {
    return key.endsWith(".csv")
      ? pl.readCSV(project.path(key), { nRows: MOST_ROWS, inferSchemaLength: 1000 })
      : pl.readParquet(project.path(key)).head(MOST_ROWS);
  } catch {
    return undefined;
  }
}

/** Whether a table has every column that the suite speaks of, one of them at least. */
function fits({ expectations }: Suite, table: DataFrame): boolean {
  const named = expectations.flatMap(({ kwargs }) => typeof kwargs["column"] === "string" ? [kwargs["column"]] : []);
  return named.length > 0 && named.every((name) => table.columns.includes(name));
}

/** Every row twice, every number negated and moved: what no contract should take. */
function spoilt(table: DataFrame): DataFrame {
  const numeric = table.columns.filter((name) => /Int|Float/.test(String(table.getColumn(name).dtype)));
  const moved = numeric.map((name) => pl.col(name).cast(pl.Float64).mul(-1).minus(1e12).alias(name));
  return pl.concat([table, table]).withColumns(...moved);
}

/** MLflow's own files: runs that are finished and say what they were. */
const tracking: Area = {
  name: "MLflow logs",
  async look(context) {
    const runs = await mlflowFiles(context), finished = runs.filter(({ finished }) => finished);
    const told = finished.filter(({ params, metrics }) => params > 0 && metrics > 0);
    const coded = finished.filter(({ commit }) => commit !== undefined);
    return [
      seen("runs", finished.length > 0, `${runs.length} in mlruns, ${finished.length} finished`, "finished ones"),
      seen(
        "params and metrics",
        finished.length > 0 && told.length === finished.length,
        `${told.length} of ${finished.length}`,
        "every finished run",
      ),
      seen(
        "code revision",
        finished.length > 0 && coded.length === finished.length,
        `${coded.length} of ${finished.length}`,
        "every finished run",
      ),
    ];
  },
};

/** Model files: MLmodel documents that can be read, and whose files are there; what DVC recorded still holds. */
const models: Area = {
  name: "model files",
  async look(context) {
    const whole: string[] = [], broken: string[] = [];
    for (const key of await allFiles(context, /(^|\/)MLmodel$/)) {
      try {
        const { flavors } = parse(await textOf(context, key) ?? "") as { flavors: Record<string, object> };
        const names = Object.keys(flavors);
        const size = (await allFiles(context, new RegExp(`^${escaped(posix.dirname(key))}/`))).length;
        if (names.length > 0 && size > 1) whole.push(`${key} (${names.join(", ")})`);
        else broken.push(`${key} stands alone`);
      } catch (error) {
        broken.push(`${key}: ${(error as Error).message.split("\n")[0]}`);
      }
    }
    const { same, changed } = await dvcStatus(context);
    return [
      seen(
        "models",
        whole.length > 0 && broken.length === 0,
        broken.length > 0 ? few(broken) : few(whole) || "no MLmodel",
        "MLflow models that can be read, with their files",
      ),
      seen(
        "versioned data",
        same.length > 0 && changed.length === 0,
        changed.length > 0
          ? `changed since DVC recorded them: ${few(changed)}`
          : `${same.length} files have DVC's hashes`,
        "what DVC recorded, unchanged",
      ),
    ];
  },
};

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Tests: functions that assert something; run only where that is allowed. */
const tests = ({ runTests }: { readonly runTests: boolean }): Area => ({
  name: "unit tests",
  async look(context) {
    const code = await pythonCode(context), found = code?.tests ?? [];
    const ran = runTests && found.length > 0
      ? await run(context, "python3", ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"], {
        seconds: 600,
        env: { PYTHONDONTWRITEBYTECODE: "1" },
      })
      : undefined;
    const last = ran?.output.trim().split("\n").at(-1) ?? "";
    return [
      seen(
        "tests",
        found.length > 0 && code!.idle.length === 0,
        code === undefined
          ? "no Python here to read with"
          : code.idle.length > 0
          ? `nothing is asserted in ${few(code.idle)}`
          : `${found.length} functions in ${code.files} files of Python`,
        "some, and each asserts something",
      ),
      seen(
        "code that parses",
        code !== undefined && code.files > 0 && code.broken.length === 0,
        code === undefined ? "not read" : code.broken.length > 0 ? few(code.broken) : `${code.files} files`,
        "all of it",
      ),
      seen(
        "a sample of them",
        ran?.code === 0,
        ran === undefined ? runTests ? "none to run" : "not run: their code is run with --run-tests alone" : last,
        "all pass",
      ),
    ];
  },
});

/** CI/CD: workflows that parse and run tests, images that begin somewhere, pinned dependencies, alerts that fire. */
const delivery: Area = {
  name: "CI/CD files",
  async look(context) {
    const workflows: string[] = [], broken: string[] = [];
    let tested = false;
    for (const key of await filesBelow(context, ".github/workflows", /\.ya?ml$/)) {
      try {
        const document = parse(await textOf(context, key) ?? "") as { jobs?: Record<string, unknown> } | null;
        const steps = JSON.stringify(document?.jobs ?? {});
        if (steps.length <= 2) broken.push(`${key} has no jobs`);
        else workflows.push(key);
        tested ||= /pytest|tox|nox|make test|unittest|deno test|npm test/.test(steps);
      } catch (error) {
        broken.push(`${key}: ${(error as Error).message.split("\n")[0]}`);
      }
    }
    const images: string[] = [];
    for (const key of await allFiles(context, /(^|\/)Dockerfile[^/]*$/)) {
      if (/^FROM\s+\S+/mi.test(await textOf(context, key) ?? "")) images.push(key);
    }
    const wanted: string[] = [], loose: string[] = [];
    for (const key of await allFiles(context, /(^|\/)requirements[^/]*\.txt$/)) {
      for (const line of (await textOf(context, key) ?? "").split("\n")) {
        const name = line.replace(/#.*/, "").trim();
        if (!/^[A-Za-z]/.test(name)) continue;
        wanted.push(name);
        if (!/===?\s*[\w.]+/.test(name)) loose.push(name);
      }
    }
    const rules = await allFiles(context, /alert[^/]*_test\.ya?ml$|test[^/]*alert[^/]*\.ya?ml$/);
    const fired: string[] = [], silent: string[] = [];
    for (const key of rules) {
      const { code, output } = await run(context, "promtool", ["test", "rules", key], { seconds: 60 });
      const alerts = /alertname:/.test(await textOf(context, key) ?? "");
      if (code === 0 && alerts) fired.push(key);
      else silent.push(`${key}: ${output.trim().split("\n").at(-1) ?? ""}`);
    }
    return [
      seen(
        "workflows",
        workflows.length > 0 && broken.length === 0 && tested,
        broken.length > 0
          ? few(broken)
          : `${few(workflows) || "none"}${tested ? ", tests are run" : ", no tests are run"}`,
        "workflows that run tests",
      ),
      seen("containers", images.length > 0, few(images) || "no Dockerfile that begins somewhere", "an image"),
      seen(
        "pinned dependencies",
        wanted.length > 0 && loose.length === 0,
        loose.length > 0 ? `not pinned: ${few(loose)}` : `${wanted.length} pinned`,
        "every one",
      ),
      seen(
        "alerts",
        fired.length > 0 && silent.length === 0,
        silent.length > 0 ? few(silent) : few(fired) || "no tests of alert rules",
        "rules that promtool saw firing",
      ),
    ];
  },
};

/** Every area of another project. */
export function foreignAreas(options: { readonly runTests: boolean }): readonly Area[] {
  return [documentation, validation, tracking, models, tests(options), delivery];
}
