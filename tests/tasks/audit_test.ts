import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Audit } from "@/audit/audit.ts";
import { AUDIT_PAGE } from "@/audit/page.ts";
import { errorOf, runTask, snapshot } from "../support/command_line.ts";
import { PYTHON } from "../support/python_project.ts";
import { workdir as openWorkdir } from "../support/workdir.ts";

describe("deno task audit --min", () => {
  it("ends with exit code 0 from that score on and with 1 below it, and tells the same either way", async () => {
    await using work = await openWorkdir();
    const path = await work.source("project", PYTHON), workdir = join(work.path, "work");
    const run = async (min: string) => {
      const { code, stdout } = await runTask("audit", { workdir, path, min, json: true });
      const { at: _, ...found }: Audit = JSON.parse(stdout);
      return { code, found };
    };
    const reached = await run("0.5"), missed = await run("0.6");
    expect(reached.found.score.final).toBe(0.5);
    expect([reached.code, missed.code]).toEqual([0, 1]);
    expect(missed.found).toEqual(reached.found);
    expect(Object.keys(await snapshot(workdir))).toContain(AUDIT_PAGE);
  });

  for (const min of ["eight", "8", "-1"]) {
    it(`ends with exit code 2 for ${min}, which is no score, and writes no page`, async () => {
      await using work = await openWorkdir();
      const workdir = join(work.path, "work");
      const ended = await runTask("audit", { workdir, min, json: true });
      expect(ended.code).toBe(2);
      expect(errorOf(ended).message).toContain(`Cannot use --min ${min}: expected 0 to 7`);
      expect(Object.keys(await snapshot(workdir))).not.toContain(AUDIT_PAGE);
    });
  }
});
