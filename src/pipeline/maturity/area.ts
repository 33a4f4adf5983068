/**
 * What the maturity audit looks at, area by area.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";
import type { Context } from "@/pipeline/context.ts";

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

/** Runs a command in the project; `code` is -1 when it could not be started or took longer than `seconds`. */
export async function run(
  { project, signal }: Context,
  command: string,
  args: readonly string[],
  { seconds = 120, env = {} }: { readonly seconds?: number; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly code: number; readonly output: string }> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(1000 * seconds)]);
    const options = { args: [...args], cwd: project.location, env: { NO_COLOR: "1", ...env }, signal: limit };
    const { code, stdout, stderr } = await new Deno.Command(command, { ...options, stdin: "null" }).output();
    return { code, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
  } catch (error) {
    signal.throwIfAborted();
    return { code: -1, output: (error as Error).message };
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
