import { join, relative } from "node:path";
import { parse, parseDocument, stringify } from "yaml";
import { DvcError } from "@/stores/dvc/dvc_error.ts";
import { writeAtomic } from "@/stores/atomic.ts";
import { putInCache } from "@/stores/dvc/cache.ts";
import type { DvcProject } from "@/stores/dvc/config.ts";
import { hashPath, statOrNothing } from "@/stores/dvc/file_hash.ts";
import { type DvcOutput, type DvcStage, dvcStages, valueAt } from "@/stores/dvc/outputs.ts";

/** A file or folder in `dvc.lock`. */
interface LockedItem {
  readonly path: string;
  readonly hash: "md5";
  readonly md5: string;
  readonly size: number;
  readonly nfiles?: number;
}

/**
 * Records in `dvc.lock` that stages of `dvc.yaml` were run, and copies what they made into the cache: for those who ran them
 * by `deno task pipeline`, without DVC. The real tool then finds nothing to repeat.
 *
 * Requires `--allow-read` and `--allow-write`.
 *
 * @param names The stages; all of them by default.
 * @returns The stages that were recorded.
 * @throws {StoreError} If there is no such stage, or something that it reads or makes is not there; nothing is written then.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { dvcCommit, dvcStatus, openDvc } from "@/stores/dvc/mod.ts";
 *
 * const root = await Deno.makeTempDir(), project = await openDvc(root);
 * await Deno.writeTextFile(`${root}/dvc.yaml`, "stages:\n  make:\n    cmd: deno run make.ts\n    outs:\n    - sales.csv\n");
 * await Deno.writeTextFile(`${root}/sales.csv`, "1\n");
 * expect(await dvcCommit(project)).toEqual(["make"]);
 * expect(await dvcStatus(project)).toEqual({});
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export async function dvcCommit(project: DvcProject, names?: readonly string[]): Promise<readonly string[]> {
  const all = (await dvcStages(project.root)).filter(({ command }) => command !== undefined);
  const known = all.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new DvcError(`Cannot record the stage ${unknown} as dvc.yaml does not have it: it has ${known.join(", ")}`);
  }
  const stages = all.filter(({ name }) => names === undefined || names.includes(name));
  if (stages.length === 0) throw new DvcError(`Cannot record any stage as ${join(project.root, "dvc.yaml")} has none`);
  const entries: [string, unknown][] = [];
  for (const stage of stages) entries.push([stage.name, await entryOf(project, stage)]);
  for (const { outs } of stages) {
    for (const { path } of outs.filter(({ cached }) => cached)) {
      const whole = join(project.root, path);
      await putInCache(project, whole, (await hashPath(whole))!);
    }
  }
  await writeAtomic(join(project.root, "dvc.lock"), await lockText(project.root, entries, known));
  return stages.map(({ name }) => name);
}

/** What `dvc.lock` says of a stage: all of it sorted by path, as DVC has it. */
async function entryOf(project: DvcProject, { name, wdir = ".", deps, outs, command, params }: DvcStage) {
  const items = async (outputs: readonly DvcOutput[], what: string) => {
    const found: LockedItem[] = [];
    for (const { path } of outputs) {
      const hashed = await hashPath(join(project.root, path));
      if (hashed === undefined) {
        throw new DvcError(`Cannot record the stage ${name} as ${path}, which it ${what}, is not there: run it first`);
      }
      const { md5, size, nfiles } = hashed;
      const own = relative(wdir, path).replaceAll("\\", "/");
      found.push({ path: own, hash: "md5", md5, size, ...(nfiles === undefined ? {} : { nfiles }) });
    }
    return found.sort((a, b) => a.path < b.path ? -1 : 1);
  };
  const read = await items(deps, "reads"), made = await items(outs, "makes");
  const chosen = await paramsOf(project.root, params?.wanted ?? {});
  return {
    cmd: command!.written,
    ...(read.length === 0 ? {} : { deps: read }),
    ...(Object.keys(chosen).length === 0 ? {} : { params: chosen }),
    ...(made.length === 0 ? {} : { outs: made }),
  };
}

async function paramsOf(root: string, wanted: Readonly<Record<string, readonly string[]>>) {
  const found: Record<string, Record<string, unknown>> = {};
  for (const [file, keys] of Object.entries(wanted)) {
    const there = await statOrNothing(join(root, file)) !== undefined;
    const document: unknown = there ? parse(await Deno.readTextFile(join(root, file))) : {};
    const values = keys.toSorted().map((key) => [key, valueAt(document, key)] as const);
    found[file] = Object.fromEntries(values.filter(([, value]) => value !== undefined));
  }
  return found;
}

/** The lock file with some stages written anew, in the order of `dvc.yaml`; what it says of others stays. */
async function lockText(root: string, entries: readonly [string, unknown][], order: readonly string[]) {
  const path = join(root, "dvc.lock");
  const old = await statOrNothing(path) === undefined ? {} : parseDocument(await Deno.readTextFile(path)).toJS() ?? {};
  const stages: Record<string, unknown> = { ...(old as { stages?: object }).stages, ...Object.fromEntries(entries) };
  const sorted = [
    ...order.filter((name) => name in stages),
    ...Object.keys(stages).filter((one) => !order.includes(one)),
  ];
  const lock = { schema: "2.0", stages: Object.fromEntries(sorted.map((name) => [name, stages[name]])) };
  return stringify(lock, { indentSeq: false, lineWidth: 0, singleQuote: true });
}
