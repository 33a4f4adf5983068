import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { type Audit, auditAnother } from "@/audit/audit.ts";
import { auditHtml } from "@/audit/page.ts";
import { automation } from "@/audit/automated.ts";
import type { Context } from "@/pipeline/context.ts";
import { directoryStore } from "@/stores/mod.ts";
import { PYTHON, SALES } from "../support/python_project.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

/** A context whose project is a folder with these files. */
async function projectOf(work: Workdir, files: Readonly<Record<string, string>>): Promise<Context> {
  return { ...await work.context(), project: directoryStore(await work.source("project", files)) };
}

/** Area: check → whether it passed, and what was seen. */
function seenIn({ areas }: Audit): Record<string, [boolean, string]> {
  return Object.fromEntries(
    areas.flatMap(({ area, strengths, gaps }) =>
      [...strengths, ...gaps].map(({ check, passed, observed }) => [`${area}: ${check}`, [passed, String(observed)]])
    ),
  );
}

/** The same files, with nothing in them. */
const HOLLOW = Object.fromEntries(Object.keys(PYTHON).map((name) => [name, ""]));

describe("auditAnother()", () => {
  it("gives a project whose files are all there and all empty next to nothing", async () => {
    await using work = await workdir();
    const found = await auditAnother(await projectOf(work, HOLLOW), { runTests: true });
    expect([found.score.final, found.score.results.filter(({ passed }) => passed)]).toEqual([0, []]);
    expect([found.google.level, found.microsoft.level]).toEqual([0, 0]);
    expect(found.areas.flatMap(({ strengths }) => strengths.map(({ check }) => check))).toEqual([]);
    expect(found.next.length).toBe(3);
  });

  it("finds what works in a Python repository, and says what it did not run", async () => {
    await using work = await workdir();
    const found = await auditAnother(await projectOf(work, PYTHON)), seen = seenIn(found);
    const failed = Object.entries(seen).filter(([, [passed]]) => !passed).map(([name]) => name);
    expect(failed).toEqual(["unit tests: a sample of them", "CI/CD files: alerts"]);
    expect(seen["unit tests: a sample of them"]![1]).toContain("--run-tests");
    const points = found.score.results.filter(({ points }) => points > 0).map(({ id, points }) => [id, points]);
    expect(points).toEqual([["data 1", 0.5], ["model 1", 0.5], ["infrastructure 1", 0.5], ["monitoring 2", 0.5]]);
    expect([found.how, found.score.final]).toEqual(["another project", 0.5]);
  });

  const sabotages: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    ["validation scripts: suites", "a suite that is no JSON", { "expectations/sales.json": "{" }],
    ["validation scripts: good data is kept", "a table that breaks its suite", {
      "data/sales.csv": "store,sales\n1,-10\n",
    }],
    ["validation scripts: bad data is refused", "a suite that lets everything in", {
      "expectations/sales.json": PYTHON["expectations/sales.json"]!.replace(
        '"min_value":0,"max_value":1000',
        '"min_value":-1e300,"max_value":1e300',
      ),
    }],
    ["MLflow logs: runs", "a run that failed", { "mlruns/1/abc/meta.yaml": "run_id: abc\nstatus: 4\n" }],
    ["MLflow logs: code revision", "a run of nobody knows what code", {
      "mlruns/1/abc/tags/mlflow.source.git.commit": "",
    }],
    ["model files: models", "a model that is no YAML", { "model/MLmodel": ": [" }],
    ["model files: versioned data", "data that changed since", { "data/sales.csv": `${SALES}4,40\n` }],
    ["unit tests: tests", "a test that asserts nothing", { "tests/test_features.py": "def test_lag():\n    pass\n" }],
    ["unit tests: code that parses", "code that does not parse", { "shop/features.py": "def lag(:\n" }],
    ["documentation: links", "a dead link", { "README.md": `${PYTHON["README.md"]} [gone](docs/gone.md)` }],
    ["CI/CD files: workflows", "a workflow that runs no tests", {
      ".github/workflows/test.yml": "on: push\njobs:\n  a:\n    steps: [{ run: echo }]\n",
    }],
    ["CI/CD files: pinned dependencies", "a dependency without a version", { "requirements.txt": "numpy\n" }],
    ["CI/CD files: containers", "an image that begins nowhere", { Dockerfile: "RUN true\n" }],
  ];
  for (const [check, what, files] of sabotages) {
    it(`notices ${what}`, async () => {
      await using work = await workdir();
      const found = seenIn(await auditAnother(await projectOf(work, { ...PYTHON, ...files })));
      expect([check, found[check]![0]]).toEqual([check, false]);
    });
  }

  it("runs nothing of the project unless it is told to", async () => {
    await using work = await workdir();
    const trap = "import pathlib\npathlib.Path('ran').write_text('x')\n\n\ndef test_a():\n    assert True\n";
    const context = await projectOf(work, { ...PYTHON, "tests/test_trap.py": trap, "conftest.py": trap });
    await auditAnother(context);
    await expect(Deno.stat(join(context.project.location, "ran"))).rejects.toThrow(Deno.errors.NotFound);
  });

  it("is a page that opens offline, with every test and its evidence", async () => {
    await using work = await workdir();
    const html = auditHtml(await auditAnother(await projectOf(work, PYTHON)));
    expect(html).toContain("ML Test Score 0.5");
    expect(html).toContain("Let the build machine run <code>deno task audit</code>");
    expect(html).not.toContain("`");
    expect(html.match(/<tr>/g)!.length).toBeGreaterThan(28);
    expect(html).not.toMatch(/<script|(?:src|href)="https?:/);
  });
});

describe("automation()", () => {
  const workflow = (on: string, command: string) => ({
    ".github/workflows/a.yml": `on: ${on}\njobs:\n  a:\n    steps:\n      - run: ${command}\n`,
  });
  const looks: readonly (readonly [string, Readonly<Record<string, string>>, boolean])[] = [
    ["a push that runs the audit", workflow("push", "deno task audit --min 5"), true],
    ["a schedule that runs it", workflow('{ schedule: [{ cron: "0 4 * * *" }] }', "deno task audit"), true],
    ["a person who has to press a button", workflow("workflow_dispatch", "deno task audit"), false],
    ["another task of that name", workflow("push", "deno task audit:verify"), false],
    ["a job that runs it", {
      ...workflow("push", "deno task ci:test"),
      "deno.json": '{"tasks":{"ci:test":"echo deno task audit --min 5 #"}}',
    }, true],
    ["a job that does not", {
      ...workflow("push", "deno task ci:test"),
      "deno.json": '{"tasks":{"ci:test":"echo deno task test #"}}',
    }, false],
    ["a workflow that is no YAML", { ".github/workflows/a.yml": ": [" }, false],
  ];
  for (const [what, files, automated] of looks) {
    it(`${automated ? "counts" : "does not count"} ${what}`, async () => {
      await using work = await workdir();
      expect((await automation(await projectOf(work, files))).automated).toBe(automated);
    });
  }
});
