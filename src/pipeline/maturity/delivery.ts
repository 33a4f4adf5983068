import { parse } from "yaml";
import type { Context } from "@/pipeline/context.ts";
import { type Area, few, filesBelow, run, seen, textOf } from "@/pipeline/maturity/area.ts";

/** CI/CD files: what the build machine runs, workflows, containers; each is parsed or dry-run. */
export const delivery: Area = {
  name: "CI/CD files",
  async look(context) {
    const ci = await textOf(context, ".ci/run");
    const shell = ci === undefined ? undefined : await run(context, "bash", ["-n", ".ci/run"], { seconds: 10 });
    const targets = [
      ...new Set([...(ci ?? "").matchAll(/^\s*(?:if .*; then )?make ([a-z]+)/gm)].map(([, name]) => name!)),
    ];
    const dry = await Promise.all(targets.map(async (target) => ({
      target,
      ...await run(context, "make", ["--dry-run", target], { seconds: 20 }),
    })));
    const failing = dry.filter(({ code }) => code !== 0).map(({ target }) => `make ${target}`);
    const workflows = await filesBelow(context, ".github/workflows", /\.ya?ml$/);
    const unreadable = (await Promise.all(workflows.map((key) => problemOf(context, key)))).filter((one) =>
      one !== undefined
    );
    const containers = [
      ...await filesBelow(context, "deploy", /Dockerfile[^/]*$/),
      ...(await textOf(context, "docker-compose.yml") === undefined ? [] : ["docker-compose.yml"]),
    ];
    const lock = await textOf(context, "deno.lock"), pinned = await filesBelow(context, "requirements", /\.txt$/);
    const hashed = (await Promise.all(pinned.map((key) => textOf(context, key)))).every((text) =>
      text?.includes("--hash=")
    );
    return [
      seen(
        "the build machine's script",
        shell?.code === 0,
        shell === undefined ? "no .ci/run" : shell.code === 0 ? ".ci/run is whole" : shell.output,
        "a script that the shell can read",
      ),
      seen(
        "its targets",
        targets.length > 0 && failing.length === 0,
        failing.length > 0 ? few(failing) : targets.map((name) => `make ${name}`).join(", ") || "none",
        "each can be made",
      ),
      seen(
        "workflows",
        workflows.length > 0 && unreadable.length === 0,
        unreadable.length > 0 ? few(unreadable) : few(workflows) || "none in .github/workflows",
        "test, train, retrain and deploy",
      ),
      seen(
        "containers",
        containers.length > 0,
        few(containers) || "no Dockerfile in deploy/, no docker-compose.yml",
        "images for server and tools",
      ),
      seen(
        "pinned dependencies",
        lock !== undefined && pinned.length > 0 && hashed,
        `${lock === undefined ? "no deno.lock" : "deno.lock"}, ${pinned.length} hashed Python sets`,
        "every one, with hashes",
      ),
    ];
  },
};

/** Why a workflow would not run: no YAML, no jobs, or a task that does not exist. */
async function problemOf(context: Context, key: string): Promise<string | undefined> {
  // Comments speak of commands as `ci:<job>`.
  const text = (await textOf(context, key) ?? "").replaceAll(/(^|\s)#.*$/gm, "");
  try {
    const jobs = (parse(text) as { jobs?: object } | null)?.jobs;
    if (jobs === undefined || Object.keys(jobs).length === 0) return `${key} has no jobs`;
  } catch (error) {
    return `${key}: ${(error as Error).message.split("\n")[0]}`;
  }
  const tasks = JSON.parse(await textOf(context, "deno.json") ?? "{}").tasks ?? {};
  const unknown = [...text.matchAll(/deno task ([a-z][a-z:_-]*)/g)].map(([, name]) => name!).filter((name) =>
    !tasks[name]
  );
  return unknown.length === 0 ? undefined : `${key} calls ${few(unknown)}, which is no task`;
}
