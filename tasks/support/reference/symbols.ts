/**
 * What the public modules export, as `deno doc` reads it from the code.
 *
 * @module
 */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { wholeDeclaration } from "./declaration.ts";

/** A tag of a doc comment. */
interface Tag {
  readonly kind: string;
  readonly name?: string;
  readonly doc?: string;
  readonly tsType?: { readonly repr: string };
}

/** One name that a room exports. */
export interface PublicSymbol {
  readonly room: string;
  readonly name: string;
  readonly kind: "function" | "class" | "interface" | "typeAlias" | "variable";
  /** The file below the project's folder. */
  readonly file: string;
  readonly line: number;
  readonly doc: string;
  readonly tags: readonly Tag[];
  /** The declaration as it stands in the code, a function's without its body. */
  readonly declaration: string;
  /** Whether its own body throws. */
  readonly throws: boolean;
  /** Without an example of its own: the name whose example calls it. */
  readonly shownBy?: { readonly room: string; readonly name: string };
}

/** A room: what its table of contents says of it, and its names. */
export interface Room {
  readonly name: string;
  readonly about: string;
  readonly symbols: readonly PublicSymbol[];
}

/** Rooms that others may call, in the order of the architecture. What wires them (pipeline, serving) has tasks instead. */
export const ROOMS = [
  "core",
  "datasets",
  "features",
  "checks",
  "models",
  "evaluation",
  "exploration",
  "charts",
  "stores",
  "governance",
] as const;

interface DocDocument {
  readonly nodes: Readonly<
    Record<string, {
      readonly module_doc?: { readonly doc?: string };
      readonly symbols: readonly {
        readonly name: string;
        readonly declarations: readonly {
          readonly kind: string;
          readonly location: { readonly filename: string; readonly line: number };
          readonly jsDoc?: { readonly doc?: string; readonly tags?: readonly Tag[] };
        }[];
      }[];
    }>
  >;
}

/** The roots of `deno doc`: each room's mod.ts, and every file of core. */
export async function publicModules(project: string): Promise<readonly string[]> {
  const core: string[] = [];
  for await (const { name } of Deno.readDir(`${project}/src/core`)) {
    if (name.endsWith(".ts")) core.push(`src/core/${name}`);
  }
  return [...core.sort(), ...ROOMS.slice(1).map((room) => `src/${room}/mod.ts`)];
}

/** Reads every room's public names, in the order of their names. */
export async function readRooms(project: string): Promise<readonly Room[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...await publicModules(project)],
    cwd: project,
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`Cannot read the doc comments: ${new TextDecoder().decode(stderr)}`);
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as DocDocument;
  const symbols = new Map<string, PublicSymbol>(),
    about = new Map<string, string>(),
    texts = new Map<string, string[]>();
  for (const [root, { module_doc, symbols: own }] of Object.entries(nodes)) {
    const home = roomOf(relative(project, fileURLToPath(root)));
    if (root.endsWith("/mod.ts")) about.set(home, module_doc?.doc ?? "");
    for (const { name, declarations } of own) {
      for (const { kind, location, jsDoc } of declarations) {
        const file = relative(project, fileURLToPath(location.filename)).replaceAll("\\", "/");
        const key = `${file}#${name}#${kind}`;
        if (!file.startsWith("src/") || symbols.has(key)) continue;
        if (!texts.has(file)) texts.set(file, (await Deno.readTextFile(`${project}/${file}`)).split("\n"));
        const { text, body } = wholeDeclaration(texts.get(file)!, location.line);
        symbols.set(key, {
          room: roomOf(file),
          name,
          kind: kind as PublicSymbol["kind"],
          file,
          line: location.line + 1,
          doc: jsDoc?.doc ?? "",
          tags: jsDoc?.tags ?? [],
          declaration: text,
          throws: /^(?: {2}){1,4}.*\bthrow new /m.test(body),
        });
      }
    }
  }
  const examples = [...symbols.values()].flatMap(({ room, name, tags }) =>
    tags.filter(({ kind }) => kind === "example").map(({ doc = "" }) => ({ room, name, doc }))
  );
  for (const [key, own] of symbols) {
    if (own.kind !== "function" || own.tags.some(({ kind }) => kind === "example")) continue;
    const used = new RegExp(`(?:^|[^.\\w])(?:${own.name}\\(|<${own.name} )`, "m");
    const by = examples.find(({ room, doc }) => room === own.room && used.test(doc));
    if (by !== undefined) symbols.set(key, { ...own, shownBy: { room: by.room, name: by.name } });
  }
  const byName = (a: PublicSymbol, b: PublicSymbol) => a.name < b.name ? -1 : 1;
  return ROOMS.map((name) => ({
    name,
    about: name === "core" ? "The vocabulary that every room shares." : about.get(name) ?? "",
    symbols: [...symbols.values()].filter(({ room }) => room === name).toSorted(byName),
  }));
}

function roomOf(file: string): string {
  return file.split("/")[1] ?? "";
}
