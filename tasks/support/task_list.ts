/**
 * The project's tasks, as each says of itself.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";
import type { Described } from "./help.ts";

/** A task of deno.json: what it says of itself is asked of it by `--help --json`. */
export interface ListedTask extends Described {
  /** What the menu of `deno task` says. */
  readonly menu: string;
}

interface Config {
  readonly tasks: Readonly<Record<string, { readonly description: string; readonly command: string }>>;
}

/** Asks every task, a few at a time; `onTask` hears how many have answered. */
export async function listTasks(
  project: Store & { readonly location: string },
  onTask: (done: number, total: number) => void = () => {},
): Promise<readonly ListedTask[]> {
  const { tasks } = JSON.parse(new TextDecoder().decode(await project.get("deno.json"))) as Config;
  const waiting = Object.entries(tasks), listed = new Map<string, ListedTask>();
  const workers = Array.from({ length: Math.max(2, navigator.hardwareConcurrency) }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, { description, command }] = next;
      listed.set(name, { ...await ask(project.location, command), name, menu: description });
      onTask(listed.size, Object.keys(tasks).length);
    }
  });
  await Promise.all(workers);
  return Object.keys(tasks).map((name) => listed.get(name)!);
}

async function ask(cwd: string, command: string): Promise<Described> {
  const [, ...args] = command.split(" ");
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args, "--help", "--json"],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  if (!success) throw new Error(`Cannot ask "${command}" for its flags: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout)) as Described;
}
