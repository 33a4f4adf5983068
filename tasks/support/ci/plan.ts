/**
 * A job's commands with their variables filled in.
 *
 * @module
 */
import { type Job, SETTINGS, type Step } from "./jobs.ts";

/** A command that can be run. */
export interface PlannedStep {
  readonly about: string;
  readonly command: readonly string[];
  /** What the environment lacks for it. */
  readonly missing: readonly string[];
  readonly optional: boolean;
}

/**
 * Fills in a job's variables. A flag whose value is empty falls away: `--version $VERSION` without a version is the newest.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { planSteps } from "./plan.ts";
 *
 * const job = { about: "", steps: [{ about: "a", command: ["deno", "task", "gate", "--dataset", "$DATASET", "--version", "$VERSION"] }] };
 * expect(planSteps(job, () => undefined)[0]!.command).toEqual(["deno", "task", "gate", "--dataset", "rossmann"]);
 * expect(planSteps(job, (name) => name === "VERSION" ? "3" : undefined)[0]!.command.slice(-2)).toEqual(["--version", "3"]);
 * ```
 */
export function planSteps({ steps }: Job, env: (name: string) => string | undefined): readonly PlannedStep[] {
  return steps.map(({ about, command, needs = [], optional = false }: Step) => ({
    about,
    optional,
    command: filled(command, env),
    missing: needs.filter((name) => (env(name) ?? "") === ""),
  }));
}

function filled(command: readonly string[], env: (name: string) => string | undefined): readonly string[] {
  const words: string[] = [];
  const valueOf = (name: string) => env(name) ?? SETTINGS[name] ?? "";
  for (const word of command) {
    // A variable of that name holds flags: any number of them.
    const flags = /^\$([A-Z_]+_FLAGS)$/.exec(word)?.[1];
    if (flags !== undefined) {
      words.push(...valueOf(flags).split(" ").filter(Boolean));
      continue;
    }
    const value = word.replaceAll(/\$([A-Z_]+)/g, (_, name: string) => valueOf(name));
    if (value !== "") words.push(value);
    else if (words.at(-1)?.startsWith("--")) words.pop();
  }
  return words;
}
