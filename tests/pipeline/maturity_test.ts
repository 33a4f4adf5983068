import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Context } from "@/pipeline/context.ts";
import { maturity } from "@/pipeline/maturity/mod.ts";
import type { Area } from "@/pipeline/maturity/area.ts";
import { delivery } from "@/pipeline/maturity/delivery.ts";
import { documentation } from "@/pipeline/maturity/documentation.ts";
import { models } from "@/pipeline/maturity/models.ts";
import { tests } from "@/pipeline/maturity/tests.ts";
import { tracking } from "@/pipeline/maturity/tracking.ts";
import { validation } from "@/pipeline/maturity/validation.ts";
import { directoryStore } from "@/stores/mod.ts";
import { DATASET, governed, intoProduction } from "../support/governed.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

/** A context whose project is a folder with these files. */
async function projectOf(work: Workdir, files: Readonly<Record<string, string>>): Promise<Context> {
  const project = directoryStore(await work.source("project", files));
  return { ...await work.context(), project };
}

/** Check → whether it passed, and what was found. */
async function look(area: Area, context: Context): Promise<Record<string, [boolean, string]>> {
  const findings = await area.look(context);
  return Object.fromEntries(findings.map(({ check, passed, observed }) => [check, [passed, String(observed)]]));
}

describe("maturity()", () => {
  it("finds dead links, commands that do not exist, and functions without a comment", async () => {
    await using work = await workdir();
    const context = await projectOf(work, {
      "README.md":
        "[how](docs/how.md) [gone](docs/gone.md) [out](https://example.org) `deno task train` `deno task fly`",
      "docs/how.md": "[back](../README.md)",
      "deno.json": '{"tasks": {"train": {"command": "echo", "description": ""}}}',
      "src/a.ts": "export function bare() {}\n/** Told. */\nexport function told() {}\n",
    });
    const found = await look(documentation, context);
    expect(found["links"]).toEqual([false, "README.md: docs/gone.md"]);
    expect(found["commands in the pages"]).toEqual([false, "fly is no task"]);
    expect(found["a menu"]![0]).toBe(false);
    expect(found["exported functions with a comment"]).toEqual([false, "1 have one, 1 not: bare"]);
  });

  it("runs the suites: good data stays in, bad data stays out", async () => {
    await using work = await workdir();
    expect(Object.values(await look(validation, await work.context())).map(([passed]) => passed)).toEqual([
      true,
      true,
      true,
    ]);
    const found = await look(validation, await projectOf(work, { "expectations/a.json": "{" }));
    expect(found["suites"]).toEqual([false, expect.stringContaining("expectations/a.json")]);
    expect(found["bad data is refused"]![0]).toBe(false);
  });

  it("opens runs, versions and deployments, and finds what somebody damaged", async () => {
    await using work = await workdir();
    const empty = await work.context();
    expect(await look(tracking, empty)).toEqual({ runs: [false, "none"] });
    expect(await look(models, empty)).toEqual({ "registered versions": [false, "none"] });

    await using shop = await governed();
    await intoProduction(shop);
    const { context } = shop;
    expect(Object.entries(await look(tracking, context)).filter(([, [passed]]) => !passed)).toEqual([]);
    expect(Object.entries(await look(models, context)).filter(([, [passed]]) => !passed)).toEqual([]);
    await Deno.writeTextFile(join(shop.path(`models/${DATASET}/1`), "model.txt"), "twig");
    const damaged = await look(models, context);
    expect(damaged["production"]).toEqual([false, expect.stringContaining("model.txt")]);
    expect(damaged["audit log"]![0]).toBe(false);
  });

  it("finds tests that assert nothing, and says how a sample ended", async () => {
    await using work = await workdir();
    const context = await projectOf(work, {
      "deno.json": "{}",
      "src/core/mod.ts": "",
      "src/stores/mod.ts": "",
      "tests/core/a_test.ts": 'Deno.test("a", () => { if (1 + 1 !== 2) throw new Error("expect("); });',
      "tests/core/idle_test.ts": 'Deno.test("b", () => {});',
    });
    const found = await look(tests, context);
    expect(found["tests"]).toEqual([false, "nothing is asserted in tests/core/idle_test.ts"]);
    expect(found["rooms of the code"]).toEqual([false, "no test of stores"]);
    expect(found["a sample of them"]).toEqual([true, "tests/core: 2 passed"]);
  });

  it("reads workflows and scripts, and finds tasks that do not exist", async () => {
    await using work = await workdir();
    const none = await look(delivery, await projectOf(work, { "README.md": "" }));
    expect(Object.values(none).map(([passed]) => passed)).toEqual([false, false, false, false, false]);
    await using other = await workdir();
    const some = await look(
      delivery,
      await projectOf(other, {
        "deno.json": '{"tasks": {"train": "echo"}}',
        ".ci/run": "#!/usr/bin/env bash\nmake test\n",
        Makefile: "test:\n\ttrue\n",
        ".github/workflows/train.yml":
          "jobs:\n  train:\n    steps:\n      - run: deno task train\n      - run: deno task tran\n",
        "deploy/Dockerfile": "FROM scratch\n",
        "deno.lock": "{}",
        "requirements/runtime.txt": "deno==2.8.1 --hash=sha256:ab\n",
      }),
    );
    expect(some["workflows"]).toEqual([false, ".github/workflows/train.yml calls tran, which is no task"]);
    const others = Object.entries(some).filter(([name]) => name !== "workflows");
    expect(others.filter(([, [passed]]) => !passed)).toEqual([]);
  });

  it("goes on when one area cannot be looked at", async () => {
    await using work = await workdir();
    const stuck: Area = { name: "stuck", look: () => Promise.reject(new Error("no way in")) };
    const reports = await maturity(await work.context(), [stuck, tracking]);
    expect(reports.map(({ area, gaps }) => [area, gaps[0]!.observed])).toEqual([["stuck", "no way in"], [
      "MLflow logs",
      "none",
    ]]);
  });
});
