/**
 * Data that goes to a remote and comes back.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { DvcError } from "@/stores/dvc/dvc_error.ts";
import { cachedTree, cachePath, copyFile, hashKey, protect } from "@/stores/dvc/cache.ts";
import type { DvcProject } from "@/stores/dvc/config.ts";
import { filesUnder, hashPath, statOrNothing } from "@/stores/dvc/file_hash.ts";
import { type DvcOutput, dvcStages } from "@/stores/dvc/outputs.ts";
import type { DvcRemote } from "@/stores/dvc/remote.ts";

/** How many files were copied, and how many the other side had already. */
export interface Transferred {
  /** Files that were copied, the lists of folders included. */
  readonly copied: number;
  /** Files that needed no copy as they were there. */
  readonly had: number;
}

/** Outputs by content that DVC keeps copies of. */
async function keptOutputs(project: DvcProject): Promise<(DvcOutput & { readonly md5: string })[]> {
  const all = (await dvcStages(project.root)).flatMap(({ outs }) => outs);
  return all.filter((out): out is DvcOutput & { md5: string } => out.cached && out.md5 !== undefined);
}

/**
 * Copies everything that the project's `.dvc` files and `dvc.lock` name from the cache to a remote, what it has already left
 * out. A folder's list goes last, so that a remote which has the list has all of the folder.
 *
 * @throws {StoreError} If something is not in the cache.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { dvcAdd, dvcPull, dvcPush, dvcStages, openDvc, openRemote } from "@/stores/dvc/mod.ts";
 *
 * const root = await Deno.makeTempDir(), file = `${root}/sales.csv`;
 * await Deno.mkdir(`${root}/.dvc`);
 * await Deno.writeTextFile(`${root}/.dvc/config`, "[core]\n    remote = shelf\n['remote \"shelf\"']\n    url = ../shelf\n");
 * await Deno.writeTextFile(file, "hi\n");
 * const project = await openDvc(root), remote = openRemote(project, undefined, () => undefined);
 * await dvcAdd(project, "sales.csv");
 * expect((await dvcStages(root)).map(({ name }) => name)).toEqual(["sales.csv.dvc"]);
 * expect(await dvcPush(project, remote)).toEqual({ copied: 1, had: 0 });
 * await Deno.remove(file);
 * await dvcPull(project, remote);
 * expect(await Deno.readTextFile(file)).toBe("hi\n");
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export async function dvcPush(project: DvcProject, remote: DvcRemote): Promise<Transferred> {
  let copied = 0, had = 0;
  for (const { path, md5 } of await keptOutputs(project)) {
    if (await statOrNothing(cachePath(project, md5)) === undefined) {
      throw new DvcError(`Cannot push ${path} as ${md5} is not in the cache: run \`deno task dvc:add ${path}\``);
    }
    const below = md5.endsWith(".dir") ? (await cachedTree(project, md5)).map((entry) => entry.md5) : [];
    for (const one of [...below, md5]) {
      if (await remote.has(hashKey(one))) had++;
      else {
        await remote.push(cachePath(project, one), hashKey(one));
        copied++;
      }
    }
  }
  return { copied, had };
}

/**
 * Brings everything that the project's `.dvc` files and `dvc.lock` name from a remote into the cache, and lays it out in the
 * project. A file that was changed since stays as it is unless `force` is given: what it holds may exist nowhere else.
 *
 * @param options.only The outputs to bring, by path; all by default.
 * @throws {StoreError} If the remote does not have something, or what came is not what was asked for.
 */
export async function dvcPull(
  project: DvcProject,
  remote: DvcRemote,
  { force = false, only = () => true }: {
    readonly force?: boolean;
    readonly only?: (path: string) => boolean;
  } = {},
): Promise<Transferred> {
  let copied = 0, had = 0;
  const fetch = async (md5: string) => {
    if (await statOrNothing(cachePath(project, md5)) !== undefined) return void had++;
    await Deno.mkdir(dirname(cachePath(project, md5)), { recursive: true });
    await remote.pull(hashKey(md5), cachePath(project, md5));
    const found = await hashPath(cachePath(project, md5));
    if (found?.md5 !== md5.replace(/\.dir$/, "")) {
      await Deno.remove(cachePath(project, md5));
      throw new DvcError(`Cannot pull ${hashKey(md5)} from ${remote.url} as its content is not what its name says`);
    }
    await protect(cachePath(project, md5));
    copied++;
  };
  for (const { path, md5 } of (await keptOutputs(project)).filter(({ path }) => only(path))) {
    await fetch(md5);
    if (md5.endsWith(".dir")) { for (const entry of await cachedTree(project, md5)) await fetch(entry.md5); }
    await checkout(project, path, md5, force);
  }
  return { copied, had };
}

/** Lays an output out in the project as it is in the cache. */
async function checkout(project: DvcProject, path: string, md5: string, force: boolean): Promise<void> {
  const target = join(project.root, path);
  const found = await hashPath(target);
  if (found?.md5 === md5) return;
  const lost = found === undefined ? [] : [found.md5, ...(found.tree ?? []).map((entry) => entry.md5)];
  for (const one of force ? [] : lost) {
    if (!one.endsWith(".dir") && await statOrNothing(cachePath(project, one)) === undefined) {
      throw new DvcError(
        `Cannot lay out ${path} as it was changed, and what it holds is nowhere else: add it first ` +
          `(\`deno task dvc:add ${path}\`), or pull with --force`,
      );
    }
  }
  if (!md5.endsWith(".dir")) return await copyFile(cachePath(project, md5), target);
  const tree = await cachedTree(project, md5);
  const has = new Map(found?.tree?.map((entry) => [entry.relpath, entry.md5]));
  for (const entry of tree) {
    if (has.get(entry.relpath) !== entry.md5) {
      await copyFile(cachePath(project, entry.md5), join(target, entry.relpath));
    }
  }
  const wanted = new Set(tree.map((entry) => entry.relpath));
  for (const file of await filesUnder(target)) if (!wanted.has(file)) await Deno.remove(join(target, file));
}
