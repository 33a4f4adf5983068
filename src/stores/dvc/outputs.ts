/**
 * What DVC keeps track of: outputs in `.dvc` files, and those of the stages in `dvc.lock`.
 *
 * @module
 */
import { dirname, join, relative } from "node:path";
import { parse } from "yaml";
import { DvcError } from "@/stores/dvc/dvc_error.ts";
import { statOrNothing } from "@/stores/dvc/file_hash.ts";

/** A file or folder that is kept by content. */
export interface DvcOutput {
  /** Path from the project's folder, with forward slashes. */
  readonly path: string;
  /** MD5, hexadecimal, as recorded; a folder's ends in `.dir`. Left out where nothing was recorded yet. */
  readonly md5?: string;
  /** In bytes, as recorded. */
  readonly size?: number;
  /** How many files a folder has, as recorded. */
  readonly nfiles?: number;
  /** Whether it is in the cache. */
  readonly cached: boolean;
}

/** A `.dvc` file, or a stage of `dvc.yaml`. */
export interface DvcStage {
  /** As `dvc status` names it: `data/raw.dvc`, or a stage's name. */
  readonly name: string;
  /** What it makes, or what a `.dvc` file tracks. */
  readonly outs: readonly DvcOutput[];
  /** What it reads; a change of one makes the stage out of date. */
  readonly deps: readonly DvcOutput[];
  /** The command as it is now, and as it was when the outputs were made; only of stages. */
  readonly command?: {
    readonly now: string;
    readonly then: string | undefined;
    /** As it is written: a text, or a list of them. */
    readonly written: unknown;
  };
  /** The folder that a stage runs in, where it is another than the project's. */
  readonly wdir?: string;
  /** File → wanted keys, and file → key → value as locked. */
  readonly params?: {
    readonly wanted: Readonly<Record<string, readonly string[]>>;
    readonly locked: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
}

type Item = Readonly<Record<string, unknown>>;

/** Folders that hold no `.dvc` files of a project's own. */
const SKIPPED = [".git", ".dvc", "node_modules", ".venv", ".venv-interop", ".venv-airflow", ".cache"];

/** Reads everything that DVC tracks in a project. */
export async function dvcStages(root: string): Promise<DvcStage[]> {
  const stages: DvcStage[] = [];
  for (const file of (await dvcFiles(root)).sort()) {
    const { outs = [], deps = [], wdir } = await readYaml(join(root, file)) as {
      outs?: Item[];
      deps?: Item[];
      wdir?: string;
    };
    const folder = join(dirname(file), wdir ?? ".");
    const own = (item: Item) => outputOf(item, folder);
    stages.push({ name: file, outs: outs.map(own), deps: deps.map(own) });
  }
  return [...stages, ...await pipelineStages(root)];
}

async function dvcFiles(root: string, folder = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(join(root, folder))) {
    const path = folder === "" ? name : `${folder}/${name}`;
    if (isDirectory && !SKIPPED.includes(name)) found.push(...await dvcFiles(root, path));
    if (isFile && name.endsWith(".dvc")) found.push(path);
  }
  return found;
}

/** Reads YAML; an empty document where there is no file. */
async function readYaml(path: string): Promise<Item> {
  if (await statOrNothing(path) === undefined) return {};
  try {
    return (parse(await Deno.readTextFile(path)) ?? {}) as Item;
  } catch (error) {
    throw new DvcError(`Cannot read ${path} as it is no YAML: ${(error as Error).message}`, { cause: error });
  }
}

function outputOf(item: Item, folder: string): DvcOutput {
  const { path, md5, size, nfiles, cache } = item;
  return {
    path: relative(".", join(folder, String(path))).replaceAll("\\", "/"),
    ...(typeof md5 === "string" ? { md5 } : {}),
    ...(typeof size === "number" ? { size } : {}),
    ...(typeof nfiles === "number" ? { nfiles } : {}),
    cached: cache !== false,
  };
}

/** The stages of `dvc.yaml`, with what `dvc.lock` says of them. */
async function pipelineStages(root: string): Promise<DvcStage[]> {
  const { stages = {}, vars = [] } = await readYaml(join(root, "dvc.yaml")) as {
    stages?: Record<string, Item>;
    vars?: (string | Item)[];
  };
  const lock = (await readYaml(join(root, "dvc.lock"))).stages as Record<string, Item> | undefined;
  const values: Item = {
    ...await readYaml(join(root, "params.yaml")),
    ...Object.assign(
      {},
      ...await Promise.all(vars.map((one) => typeof one === "string" ? readYaml(join(root, one.split(":")[0]!)) : one)),
    ),
  };
  return Object.entries(stages).map(([name, stage]) => {
    const filled = fill(stage, values) as Item;
    const locked = lock?.[name];
    const wdir = String(filled.wdir ?? ".");
    const list = (key: string) =>
      ((filled[key] ?? []) as (string | Item)[]).map((one) => {
        const path = typeof one === "string" ? one : Object.keys(one)[0]!;
        const cached = typeof one === "string" || (Object.values(one)[0] as Item | null)?.cache !== false;
        const known = [...(locked?.outs ?? []) as Item[], ...(locked?.deps ?? []) as Item[]]
          .find((item) => item.path === path);
        return { ...outputOf({ ...known, path }, wdir), cached };
      });
    const { cmd } = filled;
    return {
      name,
      outs: ["outs", "metrics", "plots"].flatMap(list),
      deps: list("deps"),
      ...(wdir === "." ? {} : { wdir }),
      command: {
        now: Array.isArray(cmd) ? cmd.join("\n") : String(cmd),
        written: cmd,
        then: locked === undefined ? undefined : Array.isArray(locked.cmd) ? locked.cmd.join("\n") : String(locked.cmd),
      },
      params: {
        wanted: wantedParams((filled.params ?? []) as (string | Item)[]),
        locked: (locked?.params ?? {}) as Record<string, Item>,
      },
    };
  });
}

/** Replaces `${name}` in every text. */
function fill(value: unknown, values: Item): unknown {
  if (typeof value === "string") {
    return value.replaceAll(/\$\{\s*([\w.]+)\s*\}/g, (whole, path: string) => {
      const found = valueAt(values, path);
      return found === undefined ? whole : String(found);
    });
  }
  if (Array.isArray(value)) return value.map((one) => fill(one, values));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [String(fill(key, values)), fill(one, values)]));
}

/** The value under a dotted path. */
export function valueAt(document: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Item | null | undefined)?.[key], document);
}

function wantedParams(params: readonly (string | Item)[]): Record<string, string[]> {
  const wanted: Record<string, string[]> = {};
  for (const one of params) {
    if (typeof one === "string") (wanted["params.yaml"] ??= []).push(one);
    else for (const [file, keys] of Object.entries(one)) (wanted[file] ??= []).push(...(keys ?? []) as string[]);
  }
  return wanted;
}
