/**
 * The newest data for a run of retraining: pulled from the DVC remote where one is configured.
 *
 * @module
 */
import { dirname, join, relative } from "node:path";
import type { Context } from "@/pipeline/context.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { dvcPull, dvcStages, openDvc, openRemote } from "@/stores/mod.ts";
import { isCached } from "@/stores/dvc/cache.ts";
import { hashPath } from "@/stores/dvc/file_hash.ts";

/** What was pulled. */
export interface Pulled {
  /** The folder in the working folder that holds the data now. */
  readonly folder: string;
  /** Where it came from. */
  readonly remote: string;
  /** Files that came, and files that were there already. */
  readonly copied: number;
  readonly had: number;
}

/** What `ingest` itself writes beside raw data; made anew by every run. */
const OURS = ["lineage.json"];

/**
 * Pulls the run's source from the DVC remote, if there is a remote and DVC keeps the source: the folder that `--source`
 * names, or the dataset's raw data.
 *
 * @returns The context whose source is what was pulled; the same context when nothing is.
 * @throws {StoreError} If the remote has not what the project asks for, or local changes would be lost.
 */
export async function withNewestData(
  context: Context,
): Promise<{ readonly context: Context; readonly pulled?: Pulled }> {
  const { store, env, params, profile, log } = context;
  const root = dirname(store.path("dvc.yaml"));
  const hasSettings = await Deno.stat(join(root, ".dvc/config")).then(() => true, () => false);
  if (!hasSettings) return { context };
  const project = await openDvc(root);
  if (project.config["core"]?.["remote"] === undefined) return { context };
  const source = relative(root, join(root, params.source)).replaceAll("\\", "/");
  const inside = relative(root, params.source).replaceAll("\\", "/");
  const wanted = [source, inside, ...params.source === "synthetic" ? [keysOf(profile.name).raw] : []];
  const kept = (await dvcStages(root)).flatMap(({ outs }) => outs).filter(({ path, md5 }) =>
    md5 !== undefined && wanted.includes(path)
  );
  const [own] = kept;
  if (own === undefined) return { context };
  const remote = openRemote(project, undefined, env);
  await forgetOurs(project, own.path);
  const { copied, had } = await dvcPull(project, remote, { only: (path) => path === own.path });
  log.info("pulled", { folder: own.path, remote: remote.url, copied, had });
  const folder = store.path(own.path);
  return {
    context: { ...context, params: { ...params, source: folder } },
    pulled: { folder: own.path, remote: remote.url, copied, had },
  };
}

/** Removes what an earlier run wrote beside the data, unless DVC keeps it: a pull refuses to overwrite what is nowhere else. */
async function forgetOurs(project: Awaited<ReturnType<typeof openDvc>>, path: string): Promise<void> {
  for (const name of OURS) {
    const file = join(project.root, path, name), found = await hashPath(file);
    if (found !== undefined && !await isCached(project, found.md5)) await Deno.remove(file);
  }
}
