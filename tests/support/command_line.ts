/**
 * The tasks as people run them: processes of their own, with flags, an exit code and two streams.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@std/expect";
import { isUnfinished } from "@/stores/mod.ts";
import { FAST_PARAMS } from "./workdir.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** How a task ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `--json` prints about an error. */
export interface ErrorDocument {
  readonly name: string;
  readonly message: string;
  readonly place?: Readonly<Record<string, unknown>>;
  readonly findings?: readonly Readonly<Record<string, unknown>>[];
}

/** What a task is started with. */
export interface TaskOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Another params file than the one with few trees. */
  readonly params?: string;
}

/** Starts a task; a flag whose value is `true` stands alone. */
export function startTask(
  task: string,
  flags: Readonly<Record<string, string | true>>,
  { env = {}, params = FAST_PARAMS }: TaskOptions = {},
): Deno.ChildProcess {
  const given = Object.entries<string | true>({ params, ...flags });
  const args = given.flatMap(([name, value]) => value === true ? [`--${name}`] : [`--${name}=${value}`]);
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--v8-flags=--expose-gc", join(PROJECT, "tasks", `${task}.ts`), ...args],
    cwd: PROJECT,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs a task to its end. */
export async function runTask(
  task: string,
  flags: Readonly<Record<string, string | true>>,
  options: TaskOptions = {},
): Promise<Ended> {
  const { code, stdout, stderr } = await startTask(task, flags, options).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/**
 * Starts a task and kills it after some milliseconds; false when it had ended by then. Give the time as a share of what
 * the task takes on this machine: a fixed one comes too late on a fast machine.
 */
export async function killTask(
  task: string,
  flags: Readonly<Record<string, string | true>>,
  wait: number,
  options: TaskOptions = {},
): Promise<boolean> {
  const child = startTask(task, flags, options);
  const drained = Promise.all([child.stdout, child.stderr].map((stream) => stream.pipeTo(new WritableStream())));
  const timer = setTimeout(() => child.kill("SIGKILL"), wait);
  const { signal } = await child.status;
  clearTimeout(timer);
  await drained;
  return signal === "SIGKILL";
}

/** Runs a task that must succeed with `--json`, and returns its document. */
export async function taskDocument<Document>(
  task: string,
  flags: Readonly<Record<string, string | true>>,
  options: TaskOptions = {},
): Promise<Document> {
  const ended = await runTask(task, { ...flags, json: true }, options);
  if (ended.code !== 0) throw new Error(`deno task ${task} ended with exit code ${ended.code}:\n${ended.stderr}`);
  return JSON.parse(ended.stdout);
}

/**
 * Demands of a refused `--json` run that both streams say the same: one JSON document on stdout, and on stderr a sentence
 * without a stack trace.
 */
export function errorOf({ stdout, stderr }: Ended): ErrorDocument {
  const { error, ...rest } = JSON.parse(stdout);
  expect(rest).toEqual({});
  expect(error).toMatchObject({
    name: expect.any(String),
    message: expect.stringMatching(/^(Cannot|Refused|Stopped) /),
  });
  expect(error.message).not.toContain("\n");
  expect(stderr).toContain(`error: ${error.message}`);
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(stderr).not.toMatch(/panicked|Uncaught/);
  return error;
}

/** Every file below a folder with the sha256 of its content, what is unfinished included; empty where there is none. */
export async function snapshot(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const walk = async (below: string) => {
    for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
      const path = below + name;
      if (isUnfinished(name)) files[path] = "unfinished";
      else if (isDirectory) await walk(`${path}/`);
      else files[path] = createHash("sha256").update(await Deno.readFile(join(folder, path))).digest("hex");
    }
  };
  await walk("").catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  return Object.fromEntries(Object.entries(files).sort(([a], [b]) => a < b ? -1 : 1));
}

/** What writers left behind in a working folder: unfinished files and folders, wherever they are. */
export async function leftovers(folder: string): Promise<string[]> {
  return Object.keys(await snapshot(folder))
    .filter((path) => path.split("/").some(isUnfinished) || /\.staging\.trash\/./.test(path));
}
