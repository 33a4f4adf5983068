import { join } from "node:path";
import { parse } from "yaml";
import { isCached } from "@/stores/dvc/cache.ts";
import type { DvcProject } from "@/stores/dvc/config.ts";
import { hashPath, statOrNothing } from "@/stores/dvc/file_hash.ts";
import { type DvcOutput, type DvcStage, dvcStages, valueAt } from "@/stores/dvc/outputs.ts";

/** What is not as it was left: `{ "changed outs": { "sales.csv": "modified" } }`, `"changed command"`. */
export type DvcChange = Readonly<Record<string, Readonly<Record<string, unknown>>>> | string;

/** What is not as it was left, by `.dvc` file or stage; empty when all is. The same document as `dvc status --json`. */
export type DvcStatus = Readonly<Record<string, readonly DvcChange[]>>;

/**
 * Compares the project's files with what DVC knows of them.
 *
 * Requires `--allow-read`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { dvcAdd, dvcStatus, openDvc } from "@/stores/dvc/mod.ts";
 *
 * const root = await Deno.makeTempDir(), project = await openDvc(root);
 * await Deno.writeTextFile(`${root}/sales.csv`, "1\n");
 * await dvcAdd(project, "sales.csv");
 * expect(await dvcStatus(project)).toEqual({});
 * await Deno.writeTextFile(`${root}/sales.csv`, "2\n");
 * expect(await dvcStatus(project)).toEqual({ "sales.csv.dvc": [{ "changed outs": { "sales.csv": "modified" } }] });
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export async function dvcStatus(project: DvcProject): Promise<DvcStatus> {
  const status: Record<string, DvcChange[]> = {};
  for (const stage of await dvcStages(project.root)) {
    const changes: DvcChange[] = [];
    const deps = { ...await changesOf(project, stage.deps, false), ...await paramChanges(project.root, stage) };
    const outs = await changesOf(project, stage.outs, true);
    if (Object.keys(deps).length > 0) changes.push({ "changed deps": deps });
    if (Object.keys(outs).length > 0) changes.push({ "changed outs": outs });
    const { now, then } = stage.command ?? {};
    if (then !== undefined && now !== then) changes.push("changed command");
    if (changes.length > 0) status[stage.name] = changes;
  }
  return status;
}

async function changesOf(project: DvcProject, files: readonly DvcOutput[], outputs: boolean) {
  const changes: Record<string, string> = {};
  for (const { path, md5, cached } of files) {
    const found = await changeOf(project, path, md5, outputs && cached);
    if (found !== undefined) changes[path] = found;
  }
  return changes;
}

async function changeOf(project: DvcProject, path: string, md5: string | undefined, cached: boolean) {
  if (cached && md5 !== undefined && !await isCached(project, md5)) return "not in cache";
  const hashed = await hashPath(join(project.root, path));
  if (hashed === undefined) return "deleted";
  return hashed.md5 === md5 ? undefined : "modified";
}

async function paramChanges(root: string, { params }: DvcStage): Promise<Record<string, unknown>> {
  const changes: Record<string, unknown> = {};
  for (const [file, keys] of Object.entries(params?.wanted ?? {})) {
    const there = await statOrNothing(join(root, file)) !== undefined;
    const document = there ? parse(await Deno.readTextFile(join(root, file))) : {};
    if (there && params!.locked[file] === undefined) {
      changes[file] = "new";
      continue;
    }
    const found: Record<string, string> = {};
    for (const key of keys) {
      const now = valueAt(document, key), then = params!.locked[file]?.[key];
      if (now === undefined) found[key] = "deleted";
      else if (then === undefined) found[key] = "new";
      else if (JSON.stringify(now) !== JSON.stringify(then)) found[key] = "modified";
    }
    if (Object.keys(found).length > 0) changes[file] = found;
  }
  return changes;
}
