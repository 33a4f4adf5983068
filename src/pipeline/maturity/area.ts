/**
 * What the maturity audit looks at, area by area.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";
import type { Context } from "@/pipeline/context.ts";
import { patience, workedSeconds } from "@/pipeline/maturity/patience.ts";

/** One area of the audit: it opens and runs what it finds, and answers with findings. */
export interface Area {
  readonly name: string;
  look(context: Context): Promise<readonly Finding[]>;
}

/**
 * A finding about something that is there, or is not.
 *
 * @param found What was seen, also when it was good.
 */
export function seen(check: string, passed: boolean, found: string, wanted: string): Finding {
  return { check, passed, severity: "warning", observed: found, wanted };
}

/**
 * Runs a command in the project; `code` is -1 when it could not be started or was ended.
 *
 * @param options.seconds What it may take on an idle machine: it is ended by its work, not by the clock. See `patience`.
 */
export async function run(
  { project, signal }: Context,
  command: string,
  args: readonly string[],
  { seconds = 120, env = {} }: { readonly seconds?: number; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly code: number; readonly output: string }> {
  const limit = new AbortController(), judge = patience(seconds), started = performance.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  try {
    const options = { args: [...args], cwd: project.location, env: { NO_COLOR: "1", ...env } };
    const child = new Deno.Command(command, {
      ...options,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.any([signal, limit.signal]),
    }).spawn();
    timer = setInterval(() => {
      const why = judge({ clock: (performance.now() - started) / 1000, worked: workedSeconds(child.pid) });
      if (why !== undefined) limit.abort(new Error(why));
    }, Math.min(1000, 100 * seconds));
    const { code, stdout, stderr } = await child.output();
    signal.throwIfAborted();
    if (limit.signal.aborted) return { code: -1, output: (limit.signal.reason as Error).message };
    return { code, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
  } catch (error) {
    signal.throwIfAborted();
    return { code: -1, output: (error as Error).message };
  } finally {
    clearInterval(timer);
  }
}

/** All files below a folder of the project whose names match, as keys. */
export async function filesBelow({ project }: Context, folder: string, pattern: RegExp): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of project.list(`${folder}/`)) if (pattern.test(key)) keys.push(key);
  return keys;
}

/** A file of the project as text; undefined where there is none. */
export async function textOf({ project }: Context, key: string): Promise<string | undefined> {
  const bytes = await project.get(key);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** The first few of many names, for a sentence. */
export function few(names: readonly string[], count = 4): string {
  return names.length <= count
    ? names.join(", ")
    : `${names.slice(0, count).join(", ")} and ${names.length - count} more`;
}
