/**
 * Starts a process for a job, and waits for what it measured.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Job, Measured } from "./job.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));
const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * Carries out a job in a fresh process.
 *
 * @throws {Error} If the process fails: with the end of what it said.
 * @throws The signal's reason, when it aborted.
 */
export async function runChild(job: Job, signal: AbortSignal): Promise<Measured> {
  signal.throwIfAborted();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--v8-flags=--expose-gc", CHILD, JSON.stringify(job)],
    cwd: PROJECT,
    env: { NO_COLOR: "1", OMP_WAIT_POLICY: "passive" },
    stdin: "null",
    signal,
  }).output();
  signal.throwIfAborted();
  const decoder = new TextDecoder();
  if (!success) {
    const said = decoder.decode(stderr).trim().split("\n").slice(-8).join("\n");
    throw new Error(`Cannot measure ${job.kind} as its process failed:\n${said}`);
  }
  return JSON.parse(decoder.decode(stdout).trim().split("\n").at(-1)!) as Measured;
}
