/**
 * Does the project's build machine run the audit by itself?
 *
 * @module
 */
import { parse } from "yaml";
import type { Context } from "@/pipeline/context.ts";
import { filesBelow, run, textOf } from "@/pipeline/maturity/area.ts";

/** What was found about the build machine. */
export interface Automation {
  readonly automated: boolean;
  readonly found: string;
}

/** A job of a workflow, as far as it matters here. */
interface Workflow {
  readonly on?: unknown;
  readonly jobs?: Readonly<Record<string, { readonly steps?: readonly { readonly run?: string }[] }>>;
}

/**
 * Looks for a workflow that starts by itself (a push, a pull request, a schedule) and runs the audit: as a command of its
 * own, or through `deno task ci:<job>`, whose commands are asked for by a dry run.
 */
export async function automation(audited: Context): Promise<Automation> {
  for (const key of await filesBelow(audited, ".github/workflows", /\.ya?ml$/)) {
    const workflow = readWorkflow(await textOf(audited, key) ?? "");
    if (workflow === undefined || !startsByItself(workflow.on)) continue;
    for (const [name, { steps = [] }] of Object.entries(workflow.jobs ?? {})) {
      for (const { run: command = "" } of steps) {
        if (runsAudit(command)) return { automated: true, found: `${key}, job ${name}: ${command.trim()}` };
        const job = /deno task ci:([a-z]+)/.exec(command)?.[1];
        if (job === undefined) continue;
        const { code, output } = await run(audited, Deno.execPath(), ["task", `ci:${job}`, "--dry-run"], {
          seconds: 60,
        });
        if (code === 0 && output.split("\n").some(runsAudit)) {
          return { automated: true, found: `${key}, job ${name}: deno task ci:${job}, which runs the audit` };
        }
      }
    }
  }
  return { automated: false, found: "no workflow that starts by itself runs the audit" };
}

const runsAudit = (command: string): boolean => /deno task audit(?![:\w])/.test(command);

function readWorkflow(text: string): Workflow | undefined {
  try {
    return parse(text) as Workflow | null ?? undefined;
  } catch {
    return undefined;
  }
}

function startsByItself(on: unknown): boolean {
  const events = typeof on === "string" ? [on] : Array.isArray(on) ? on : Object.keys(Object(on));
  return events.some((event) => ["push", "pull_request", "schedule"].includes(String(event)));
}
