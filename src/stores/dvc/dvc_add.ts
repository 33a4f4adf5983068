import { basename, dirname, join, relative, resolve } from "node:path";
import { Document, parseDocument } from "yaml";
import { DvcError } from "@/stores/dvc/dvc_error.ts";
import { writeAtomic } from "@/stores/atomic.ts";
import { putInCache } from "@/stores/dvc/cache.ts";
import type { DvcProject } from "@/stores/dvc/config.ts";
import { hashPath, statOrNothing } from "@/stores/dvc/file_hash.ts";
import type { DvcOutput } from "@/stores/dvc/outputs.ts";

/**
 * Takes a file or a folder into DVC's care: copies it into the cache, writes its `.dvc` file beside it, and keeps it out of
 * git. What a person wrote into an older `.dvc` file (a description) stays.
 *
 * Requires `--allow-read` and `--allow-write`.
 *
 * @param path A file or folder inside the project.
 * @throws {StoreError} If there is nothing, or it lies outside.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { dvcAdd, openDvc } from "@/stores/dvc/mod.ts";
 *
 * const root = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${root}/sales.csv`, "hi\n");
 * await dvcAdd(await openDvc(root), "sales.csv");
 * expect(await Deno.readTextFile(`${root}/sales.csv.dvc`)).toBe(
 *   "outs:\n- md5: 764efa883dda1e11db47671c4a3bbd9e\n  size: 3\n  hash: md5\n  path: sales.csv\n",
 * );
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export async function dvcAdd(project: DvcProject, path: string): Promise<DvcOutput & { readonly file: string }> {
  const whole = resolve(project.root, path);
  const inside = relative(project.root, whole).replaceAll("\\", "/");
  if (inside === "" || inside.startsWith("../")) {
    throw new DvcError(`Cannot add ${path} to DVC as it must lie in ${project.root}`);
  }
  const hashed = await hashPath(whole);
  if (hashed === undefined) throw new DvcError(`Cannot add ${path} to DVC as there is no such file or folder`);
  await putInCache(project, whole, hashed);
  const file = `${whole}.dvc`;
  const { md5, size, nfiles } = hashed;
  const out = { md5, size, ...(nfiles === undefined ? {} : { nfiles }), hash: "md5", path: basename(whole) };
  await writeAtomic(file, await written(file, out));
  await ignore(project.root, dirname(whole), basename(whole));
  return { path: inside, md5, size, ...(nfiles === undefined ? {} : { nfiles }), cached: true, file: `${inside}.dvc` };
}

async function written(file: string, out: Readonly<Record<string, unknown>>): Promise<string> {
  const old = await statOrNothing(file) === undefined ? undefined : parseDocument(await Deno.readTextFile(file));
  const document = old === undefined || old.errors.length > 0 ? new Document({ outs: [out] }) : old;
  if (document === old) {
    const { md5: _, size: __, nfiles: ___, hash: ____, path: _____, ...kept } =
      (old.toJS() as { outs?: Record<string, unknown>[] } | null)?.outs?.[0] ?? {};
    document.set("outs", document.createNode([{ ...out, ...kept }]));
  }
  return document.toString({ indentSeq: false, lineWidth: 0 });
}

/** Adds a line to the folder's `.gitignore`, where git is used. */
async function ignore(root: string, folder: string, name: string): Promise<void> {
  if (await statOrNothing(join(root, ".git")) === undefined) return;
  const file = join(folder, ".gitignore");
  const text = await Deno.readTextFile(file).catch(() => "");
  if (text.split(/\r?\n/).includes(`/${name}`)) return;
  await writeAtomic(file, `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}/${name}\n`);
}
