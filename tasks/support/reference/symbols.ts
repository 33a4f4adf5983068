/**
 * What the public modules export, as `deno doc` reads it from the code.
 *
 * @module
 */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { wholeDeclaration } from "./declaration.ts";
import { wiringNames } from "./wiring.ts";

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

/** Rooms that others may call, in the order of the architecture. */
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
  "pipeline",
  "serving",
] as const;

/** Rooms without a table of contents: of these, what {@link wiringNames} finds is public. */
const WIRING = ["pipeline", "serving"] as const;

/** Whether a room has a table of contents, `mod.ts`, from which all of it is imported. */
export function hasContents(room: string): boolean {
  return room !== "core" && !(WIRING as readonly string[]).includes(room);
}

/** What a page says of such a room, as it has no mod.ts to say it. */
const ABOUT: Readonly<Record<string, string>> = {
  core: "The vocabulary that every room shares.",
  pipeline: "The steps: what tasks and notebooks call, from raw files to a model in production.",
  serving: "The server: what opens a model and answers requests, with or without a port.",
};

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

/** The roots of `deno doc`: each room's mod.ts, every file of core, and the files of rooms that have no mod.ts. */
async function publicModules(project: string, wiring: ReadonlyMap<string, unknown>): Promise<readonly string[]> {
  const core: string[] = [];
  for await (const { name } of Deno.readDir(`${project}/src/core`)) {
    if (name.endsWith(".ts")) core.push(`src/core/${name}`);
  }
  const listed = ROOMS.filter(hasContents);
  return [...core.sort(), ...listed.map((room) => `src/${room}/mod.ts`), ...wiring.keys()];
}

/** Reads every room's public names, in the order of their names. */
export async function readRooms(project: string): Promise<readonly Room[]> {
  const wiring = await wiringNames(project, WIRING);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...await publicModules(project, wiring)],
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
  for (const key of unasked(symbols, wiring)) symbols.delete(key);
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
    about: ABOUT[name] ?? about.get(name) ?? "",
    symbols: [...symbols.values()].filter(({ room }) => room === name).toSorted(byName),
  }));
}

/** What files of rooms without a table of contents export besides what is asked for and the types that this speaks of. */
function unasked(
  symbols: ReadonlyMap<string, PublicSymbol>,
  wiring: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  const own = [...symbols].filter(([, { room }]) => (WIRING as readonly string[]).includes(room));
  const kept = new Set(own.filter(([, { file, name }]) => wiring.get(file)?.has(name)).map(([key]) => key));
  // A set that grows while it is walked through: types speak of types.
  for (const key of kept) {
    const { declaration } = symbols.get(key)!;
    for (const [other, { name, kind }] of own) {
      if (["interface", "typeAlias"].includes(kind) && new RegExp(`\\b${name}\\b`).test(declaration)) kept.add(other);
    }
  }
  return own.map(([key]) => key).filter((key) => !kept.has(key));
}

function roomOf(file: string): string {
  return file.split("/")[1] ?? "";
}
