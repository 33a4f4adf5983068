import { join } from "node:path";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { countTests } from "../../tasks/support/junit.ts";

/** Runs Deno's tests over one file and counts them. */
async function counts(source: string) {
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "some_test.ts"), report = join(folder, "report.xml");
    await Deno.writeTextFile(file, source);
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-config", "--no-lock", "--no-check", "--allow-all", `--junit-path=${report}`, file],
      cwd: folder,
      stdout: "null",
      stderr: "null",
    }).output();
    return countTests(await Deno.readTextFile(report).catch(() => ""), success);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

describe("countTests()", () => {
  it("counts each it, and no describe", async () => {
    expect(
      await counts(`
        import { describe, it } from "node:test";
        describe("a group", () => {
          it("works", () => {});
          it("fails with <signs> & \\"quotes\\"", () => { throw new Error("a & b <c>"); });
          it.skip("is skipped", () => {});
          it("needs a tool", { skip: "not here" }, () => {});
          describe("inside", () => { it("works", () => {}); });
        });
        it("stands alone", () => {});
      `),
    ).toEqual({
      passed: 3,
      failed: 1,
      skipped: 2,
      failures: [{ name: 'a group > fails with <signs> & "quotes"', why: "Error: a & b <c>" }],
    });
  });

  it("counts Deno's own tests and steps", async () => {
    expect(
      await counts(`
        Deno.test("plain", () => {});
        Deno.test("with steps", async (t) => { await t.step("one", () => {}); await t.step("two", () => {}); });
        Deno.test({ name: "ignored", ignore: true, fn() {} });
      `),
    ).toEqual({ passed: 3, failed: 0, skipped: 1, failures: [] });
  });

  it("counts a hook that fails", async () => {
    const { failed } = await counts(`
      import { beforeEach, describe, it } from "node:test";
      describe("a group", () => { beforeEach(() => { throw new Error("no"); }); it("works", () => {}); });
    `);
    expect(failed).toBeGreaterThan(0);
  });

  it("counts a file that does not load as one failure", async () => {
    expect(await counts(`Deno.test("fine", () => {}); throw new Error("no");`)).toMatchObject({ passed: 0, failed: 1 });
    expect(await counts(`this is no TypeScript`)).toMatchObject({ passed: 0, failed: 1 });
  });

  it("counts a run without a report as failed only when it failed", () => {
    expect(countTests("", true)).toEqual({ passed: 0, failed: 0, skipped: 0, failures: [] });
    expect(countTests("", false)).toMatchObject({ failed: 1 });
  });
});
