// Run what a job of .github/workflows runs.
import { ParamsError } from "@/core/errors.ts";
import { JOBS } from "./support/ci/jobs.ts";
import { planSteps } from "./support/ci/plan.ts";
import { main } from "./support/command.ts";
import { runProgram } from "./support/run_program.ts";
import { terminal } from "./support/terminal.ts";

await main({
  name: "ci",
  about:
    "Run what a job of .github/workflows runs, here. $NAME comes from the environment: DATASET, SOURCE, WORKDIR, …",
  example: "deno task ci:check --dry-run",
  positional: { name: "JOB", about: Object.keys(JOBS).join(", ") },
  flags: { "dry-run": { type: "boolean", about: "print the commands, and run none" } },
  async run({ env, project, signal }, values) {
    const name = String(values["JOB"]), job = JOBS[name];
    if (job === undefined) {
      throw new ParamsError(`Cannot run the job "${name}": there are ${Object.keys(JOBS).join(", ")}`);
    }
    const plan = planSteps(job, env), inCi = env("GITHUB_ACTIONS") === "true";
    if (values["dry-run"]) {
      const lines = plan.map(({ command, missing }) =>
        `${command.join(" ")}${missing.length > 0 ? `    # needs ${missing.join(", ")}` : ""}`
      );
      return { json: { job: name, steps: plan }, text: lines.join("\n") };
    }
    const done: { about: string; seconds: number; skipped: boolean }[] = [];
    for (const { about, command, missing, optional } of plan) {
      if (missing.length > 0) {
        const lacking = `${about}: ${missing.join(", ")} must be set`;
        if (inCi && !optional) throw new ParamsError(`Cannot ${name}: ${lacking}`);
        terminal.say(`skipped: ${lacking}`);
        done.push({ about, seconds: 0, skipped: true });
        continue;
      }
      terminal.say(inCi ? `::group::${about}` : `\n${about}: ${command.join(" ")}`);
      const started = performance.now();
      const [program, ...args] = command;
      const code = await runProgram(program === "deno" ? Deno.execPath() : program!, args, {
        cwd: project.location,
        quiet: values["json"] === true,
        signal,
      });
      if (inCi) terminal.say("::endgroup::");
      if (code !== 0) {
        return { json: { job: name, failed: about, code }, text: `${about} ended with exit code ${code}`, code };
      }
      done.push({ about, seconds: (performance.now() - started) / 1_000, skipped: false });
    }
    const ran = done.filter(({ skipped }) => !skipped).length;
    return { json: { job: name, steps: done }, text: `${name}: ${ran} of ${done.length} steps ran, none failed` };
  },
});
