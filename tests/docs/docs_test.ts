import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => Deno.readTextFileSync(join(PROJECT, path));

/** Paths below a folder, relative to the project. */
function below(folder: string, pattern: RegExp): string[] {
  return [...Deno.readDirSync(join(PROJECT, folder))].flatMap(({ name, isDirectory }) =>
    isDirectory ? below(`${folder}/${name}`, pattern) : pattern.test(name) ? [`${folder}/${name}`] : []
  ).sort();
}

const PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...below("docs", /\.md$/), ...below("deploy", /\.md$/)];

/** A command of a page: `deno task gate --dataset rossmann`. */
interface Said {
  readonly page: string;
  readonly task: string;
  readonly flags: readonly string[];
}

/** Every `deno task …` that a page shows, in a block or within a sentence; without what the shell does around it. */
function commandsOf(page: string): Said[] {
  return commandsIn(page, /deno task ([a-z][a-z:_-]*)([^`\n|;&>]*)/g);
}

/** The same of code: commands stand in a message, an example or a cell, and end with it. */
function commandsInCode(file: string): Said[] {
  return commandsIn(file, /(?<=[`"'>]|run: )deno task ([a-z][a-z:_-]*)(?![\w:<$-])([^`"'\n|;&<]*)/g);
}

function commandsIn(page: string, pattern: RegExp): Said[] {
  const text = read(page).replaceAll(/\\\n\s*/g, " ");
  return [...text.matchAll(pattern)].map(([, task, rest]) => ({
    page,
    task: task!,
    flags: [...rest!.replace(/#.*/, "").matchAll(/(?<=\s)--([a-z][a-z_-]*)/g)].map(([, flag]) => flag!),
  }));
}

/** What is shown to people elsewhere: messages, pages of the dashboard, workflows, cells. */
const CODE = ["src", "tasks", "deploy", ".github", "notebooks"]
  .flatMap((folder) => below(folder, /\.(tsx?|ya?ml|ipynb|json|sh|py)$/));

describe("the documentation", () => {
  it("links to files that exist, and to headings that do", () => {
    const broken: string[] = [];
    for (const page of PAGES) {
      for (const [, target] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target!)) continue;
        const [path, heading] = target!.split("#");
        const file = path === "" ? page : join(dirname(page), path!);
        const there = exists(file);
        const anchors = there && heading !== undefined ? read(file).match(/^#+ .*$/gm)?.map(anchorOf) ?? [] : [];
        if (!there || (heading !== undefined && !anchors.includes(heading))) broken.push(`${page}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it("and every message show only tasks that exist, with flags that they take", async () => {
    const { tasks } = JSON.parse(read("deno.json")) as { tasks: Record<string, { command: string }> };
    const pages = PAGES.flatMap(commandsOf), messages = CODE.flatMap(commandsInCode), said = [...pages, ...messages];
    expect(pages.length).toBeGreaterThan(50);
    expect(messages.length).toBeGreaterThan(100);
    expect(said.filter(({ task }) => !(task in tasks)).map(({ page, task }) => `${page}: ${task}`)).toEqual([]);
    const flagged = [...new Set(said.filter(({ flags }) => flags.length > 0).map(({ task }) => task))].sort();
    const help = new Map<string, string>();
    const next = async (): Promise<void> => {
      const task = flagged.shift();
      if (task === undefined) return;
      help.set(task, await helpOf(tasks[task]!.command));
      await next();
    };
    await Promise.all([next(), next(), next()]);
    const unknown = said.flatMap(({ page, task, flags }) =>
      flags.filter((flag) => !new RegExp(`--${flag}(?![\\w-])`).test(help.get(task) ?? "")).map((flag) =>
        `${page}: deno task ${task} --${flag}`
      )
    );
    expect(unknown).toEqual([]);
  });

  it("shows only make targets that exist", () => {
    const targets = [...read("Makefile").matchAll(/^([a-z]+):/gm)].map(([, target]) => target!);
    for (const page of PAGES) {
      for (const [, target] of read(page).matchAll(/(?:^|`)make ([a-z]+)(?=[\s`])/gm)) {
        expect([page, target, targets.includes(target!)]).toEqual([page, target, true]);
      }
    }
  });

  it("has a runbook for every alert, and an alert for every runbook", () => {
    const named = [...read("deploy/alerts.yml").matchAll(/docs\/runbooks\/(\w+\.md)/g)].map(([, file]) => file!);
    expect([...new Set(named)].sort()).toEqual(below("docs/runbooks", /\.md$/).map((path) => path.split("/").at(-1)!));
  });
});

describe("docs/architecture.md", () => {
  const rows = [...read("docs/architecture.md").matchAll(/^\| `src\/(\w+)` +\|.*\| +([^|]+?) +\|$/gm)]
    .map(([, room, may]) => ({ room: room!, may: may! }));

  it("knows every room of src", () => {
    const rooms = [...Deno.readDirSync(join(PROJECT, "src"))].filter(({ isDirectory }) => isDirectory);
    expect(rows.map(({ room }) => room).sort()).toEqual(rooms.map(({ name }) => name).sort());
  });

  it("is kept: no room imports what it may not", () => {
    const wrong: string[] = [];
    for (const [place, { room, may }] of rows.entries()) {
      const above = rows.slice(0, place).map(({ room }) => room);
      const allowed = may === "nothing of ours" ? [] : may === "core" ? ["core"] : above;
      for (const file of below(`src/${room}`, /\.(tsx?|js)$/)) {
        // Examples in comments may use any room: they are tests.
        const code = read(file).replaceAll(/\/\*\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
        for (const [, other] of code.matchAll(/from "@\/(\w+)\//g)) {
          if (other !== room && !allowed.includes(other!)) wrong.push(`${file} imports ${other}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

function exists(path: string): boolean {
  try {
    Deno.statSync(join(PROJECT, path));
    return true;
  } catch {
    return false;
  }
}

/** A heading's anchor as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading.replace(/^#+ /, "").toLowerCase().replaceAll(/[^\w\s-]/g, "").replaceAll(" ", "-");
}

/** What a task prints for --help; for `tasks/ci.ts check`, with its job. */
async function helpOf(command: string): Promise<string> {
  const [, ...args] = command.split(" ");
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args, "--help"],
    cwd: PROJECT,
    env: { NO_COLOR: "1" },
    stdin: "null",
  });
  return new TextDecoder().decode((await child.output()).stdout);
}
