import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { JOBS } from "../../tasks/support/ci/jobs.ts";
import { planSteps } from "../../tasks/support/ci/plan.ts";

const from = (values: Readonly<Record<string, string>>) => (name: string) => values[name];
const commandOf = (text: string, values: Readonly<Record<string, string>> = {}) =>
  planSteps({ about: "", steps: [{ about: "a", command: text.split(" ") }] }, from(values))[0]!.command.join(" ");

describe("a job's commands", () => {
  it("take their variables from the environment, or what is usual", () => {
    expect(commandOf("deno task gate --dataset $DATASET")).toBe("deno task gate --dataset rossmann");
    expect(commandOf("deno task gate --dataset $DATASET", { DATASET: "walmart" })).toBe(
      "deno task gate --dataset walmart",
    );
    expect(commandOf("x --against metrics/$DATASET.json")).toBe("x --against metrics/rossmann.json");
  });

  it("lose a flag whose value is empty", () => {
    expect(commandOf("deno task gate --version $VERSION --json")).toBe("deno task gate --json");
    expect(commandOf("deno task gate --version $VERSION --json", { VERSION: "3" })).toBe(
      "deno task gate --version 3 --json",
    );
  });

  it("take several flags from one variable, or none", () => {
    expect(commandOf("deno task retrain --json $RETRAIN_FLAGS")).toBe("deno task retrain --json");
    expect(planSteps(JOBS["retrain"]!, from({ RETRAIN_FLAGS: "--force --promote wait" })).map(({ command }) => command))
      .toContainEqual(expect.arrayContaining(["retrain", "--force", "--promote", "wait"]));
  });

  it("say what the environment lacks for them", () => {
    const [pull] = planSteps(JOBS["govern"]!, from({ AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "" }));
    expect(pull!.missing).toEqual(["AWS_SECRET_ACCESS_KEY"]);
  });
});

describe("deno task ci", () => {
  const ci = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "tasks/ci.ts", ...args],
      env: { NO_COLOR: "1", GITHUB_ACTIONS: "", ...env },
      stdin: "null",
    });
    const { code, stdout, stderr } = await command.output();
    return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  };

  it("--dry-run prints a job's commands and runs none", async () => {
    for (const job of ["retrain", "release"]) {
      const { code, stdout } = await ci([job, "--dry-run"]);
      expect([job, code, stdout.trim().split("\n").length]).toEqual([job, 0, JOBS[job]!.steps.length]);
    }
  });

  it("knows no other job", async () => {
    const { code, stderr } = await ci(["lint"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Cannot run the job "lint": there are check, test')]);
  });

  it("ends with the exit code of the step that failed, and runs none after it", async () => {
    const workdir = await Deno.makeTempDir();
    const { code, stdout, stderr } = await ci(["govern"], { WORKDIR: workdir });
    expect([code, stdout]).toEqual([expect.any(Number), expect.stringContaining("ended with exit code")]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("skipped: bring data and models: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY must be set");
    await Deno.remove(workdir, { recursive: true });
  });

  it("fails in CI where a step has nowhere to go", async () => {
    const { code, stderr } = await ci(["push"], { GITHUB_ACTIONS: "true" });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("Cannot push: after docker login: REGISTRY must be set"),
    ]);
  });
});
