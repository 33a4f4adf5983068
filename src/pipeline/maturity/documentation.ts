import { posix } from "node:path";
import type { Context } from "@/pipeline/context.ts";
import { type Area, few, filesBelow, run, seen, textOf } from "@/pipeline/maturity/area.ts";

/** Documentation: pages whose links lead somewhere, commands that exist and explain themselves, examples in the code. */
export const documentation: Area = {
  name: "documentation",
  async look(context) {
    const pages = ["README.md", ...await filesBelow(context, "docs", /\.md$/)];
    const texts = (await Promise.all(pages.map(async (page) => [page, await textOf(context, page)] as const)))
      .filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
    const links = texts.flatMap(([page, text]) => linksOf(page, text));
    const dead = [];
    for (const { page, target } of links) if (!await isThere(context, target)) dead.push(`${page}: ${target}`);
    const tasks = await tasksOf(context);
    const named = [...new Set(texts.flatMap(([, text]) => tasksNamedIn(text)))];
    const unknown = named.filter((name) => tasks[name] === undefined);
    const silent = Object.entries(tasks).filter(([, { description = "" }]) => description === "").map(([name]) => name);
    const { helped, mute } = await askForHelp(context, named, tasks);
    const { documented, bare } = await exportsOf(context);
    return [
      seen(
        "a page to begin with",
        texts.some(([page]) => page === "README.md"),
        few(texts.map(([page]) => page)),
        "README.md",
      ),
      seen(
        "links",
        dead.length === 0,
        dead.length === 0 ? `${links.length} lead somewhere` : few(dead),
        "none is dead",
      ),
      seen(
        "commands in the pages",
        unknown.length === 0 && mute.length === 0,
        unknown.length + mute.length === 0
          ? `${named.length} exist, ${helped} of them were started and explain themselves`
          : few([...unknown.map((name) => `${name} is no task`), ...mute.map((name) => `${name} --help fails`)]),
        "each can be typed as it stands",
      ),
      seen(
        "a menu",
        silent.length === 0,
        `${Object.keys(tasks).length} tasks, ${silent.length} not described`,
        "a sentence per task",
      ),
      seen(
        "exported functions with a comment",
        bare.length <= documented / 20,
        `${documented} have one, ${bare.length} not${bare.length > 0 ? `: ${few(bare)}` : ""}`,
        "19 of 20",
      ),
    ];
  },
};

function linksOf(page: string, text: string): { page: string; target: string }[] {
  const plain = text.replaceAll(/```[\s\S]*?```/g, "");
  return [...plain.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link!)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => ({ page, target: posix.normalize(posix.join(posix.dirname(page), link)) }));
}

async function isThere({ project }: Context, target: string): Promise<boolean> {
  if (target.startsWith("..")) return false;
  return await Deno.stat(project.path(target.replace(/\/$/, ""))).then(() => true, () => false);
}

interface Task {
  readonly description?: string;
  readonly command?: string;
}

async function tasksOf(context: Context): Promise<Readonly<Record<string, Task>>> {
  return JSON.parse(await textOf(context, "deno.json") ?? "{}").tasks ?? {};
}

function tasksNamedIn(text: string): string[] {
  return [...text.matchAll(/deno task ([a-z][a-z:_-]*)/g)].map(([, name]) => name!);
}

/** Starts every task that is one of ours with `--help`. */
async function askForHelp(context: Context, names: readonly string[], tasks: Readonly<Record<string, Task>>) {
  const mute: string[] = [];
  let helped = 0;
  for (const name of names) {
    const file = /tasks\/[a-z_]+\.ts/.exec(tasks[name]?.command ?? "")?.[0];
    if (file === undefined || !(await textOf(context, file) ?? "").includes("await main(")) continue;
    const { code, output } = await run(context, Deno.execPath(), ["run", "-A", file, "--help"], { seconds: 20 });
    if (code === 0 && output.includes("Usage:")) helped++;
    else mute.push(name);
  }
  return { helped, mute };
}

/** Exported functions of src, and whether a comment stands above them. */
async function exportsOf(context: Context): Promise<{ documented: number; bare: string[] }> {
  let documented = 0;
  const bare: string[] = [];
  for (const key of await filesBelow(context, "src", /\.tsx?$/)) {
    const lines = (await textOf(context, key) ?? "").split("\n");
    for (const [at, line] of lines.entries()) {
      const name = /^export (?:async )?function\*? (\w+)/.exec(line)?.[1];
      if (name === undefined) continue;
      if (/\*\/$|^\/\//.test(lines[at - 1]?.trim() ?? "")) documented++;
      else bare.push(name);
    }
  }
  return { documented, bare };
}
