/**
 * Programs that a task runs beside itself, and ends when it is ended.
 *
 * @module
 */

/** What a program is run with. */
export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Nothing it prints may go to stdout: that is for `--json`. */
  readonly quiet: boolean;
  /** Its end is the program's, too. */
  readonly signal: AbortSignal;
}

/** Runs a program to its end, its output beside ours, and returns its exit code. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env, quiet, signal }: ProgramOptions,
): Promise<number> {
  const child = new Deno.Command(program, {
    args: [...args],
    ...cwd !== undefined && { cwd },
    ...env !== undefined && { env: { ...env } },
    stdin: "null",
    stdout: quiet ? "null" : "inherit",
    stderr: "inherit",
  }).spawn();
  const stop = () => child.kill("SIGTERM");
  signal.addEventListener("abort", stop);
  const { code } = await child.status;
  signal.removeEventListener("abort", stop);
  return code;
}
