/**
 * Registered models in MLflow's own directory, written without Python.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelUnavailableError } from "@/core/errors.ts";
import type { ModelVersion, Registry, Stage } from "@/core/registry.ts";
import type { Files } from "@/core/regressor.ts";
import { appear, fileUri, findRun, inNewFolder, MODELS, stagingFolder } from "@/stores/mlflow/layout.ts";
import { logModel } from "@/stores/mlflow/logged_model.ts";
import {
  listFolder,
  listFolders,
  type Meta,
  numberField,
  readFolder,
  readMeta,
  readText,
  textField,
  writeMeta,
  writeWhole,
} from "@/stores/mlflow/meta.ts";
import { checkAlias, checkArtifactPath, checkKey, checkModelName } from "@/stores/mlflow/names.ts";
import { verified } from "@/stores/model_bundle.ts";

const STAGES: readonly Stage[] = ["None", "Staging", "Production", "Archived"];

/**
 * Keeps model versions where MLflow's own tools find them.
 *
 * A version's files are those of a logged model (MLflow 3): a copy of the run's, which stays what it was when the run is
 * written to again. Registration adds `MLmodel` where the run has none, so that MLflow lists the model, and
 * `checksums.json`, without which no file is ever handed out.
 *
 * @param root The directory `mlruns` that also holds the runs.
 * @param options.now The time, in milliseconds since 1970.
 *
 * @throws {RangeError} Its methods: if there is no such version; `files` throws a `ModelUnavailableError` where there
 * are none, or where they were changed.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mlflowFiles, mlflowFilesRegistry } from "@/stores/mlflow/mod.ts";
 *
 * const root = await Deno.makeTempDir(), now = () => 1_767_225_600_000;
 * const run = await mlflowFiles(root, { now }).start("rossmann", "lightgbm");
 * await run.artifact("model/model.txt", "tree");
 * await run[Symbol.asyncDispose]();
 *
 * const registry = mlflowFilesRegistry(root, { now });
 * const version = await registry.register("rossmann", { runId: run.id, path: "model" }, { stage: "Staging" });
 * expect(version.version).toBe(1);
 * expect(Object.keys(await registry.files(version))).toEqual(["MLmodel", "model.txt", "checksums.json"]);
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export function mlflowFilesRegistry(root: string, { now }: { readonly now: () => number }): Registry {
  const base = resolve(root);
  const modelFolder = (name: string) => join(base, MODELS, checkModelName(name));

  async function register(
    name: string,
    from: { readonly runId: string; readonly path: string },
    { stage = "None", description = "", tags = {} }: Parameters<Registry["register"]>[2] = {},
  ): Promise<ModelVersion> {
    const folder = modelFolder(name);
    for (const tag of Object.keys(tags)) checkKey("tag", tag);
    const created = now();
    const model = await logModel(base, name, from, created);
    const staging = await stagingFolder(base);
    await openModel(base, name, created);
    // The folder of a version is made aside and appears under the first free number: whoever renames first has it.
    return await inNewFolder(staging, async (made) => {
      for (const [tag, value] of Object.entries(tags)) await writeWhole(join(made, "tags", tag), value, staging);
      for (let version = (await versionNumbers(folder)).at(-1) ?? 0;;) {
        version++;
        await writeMeta(made, {
          creation_timestamp: created,
          current_stage: stage,
          deployment_job_state: null,
          description,
          last_updated_timestamp: created,
          model_id: model.id,
          name,
          run_id: from.runId,
          run_link: null,
          source: `models:/${model.id}`,
          status: "READY",
          status_message: null,
          storage_location: model.artifacts,
          user_id: null,
          version,
          workspace: "default",
        }, staging);
        if (!await appear(made, join(folder, `version-${version}`))) continue;
        await touch(folder, created, staging);
        return { name, version, stage, runId: from.runId, description, created, tags };
      }
    });
  }

  async function versions(name: string): Promise<readonly ModelVersion[]> {
    const folder = modelFolder(name);
    const found: ModelVersion[] = [];
    for (const version of await versionNumbers(folder)) {
      const read = await readVersion(folder, name, version);
      if (read) found.push(read);
    }
    return found;
  }

  async function files(version: ModelVersion): Promise<Files> {
    const what = `${version.name} version ${version.version}`;
    const folder = await artifactFolder(base, version);
    const found = await readFolder(folder);
    if (Object.keys(found).length === 0) {
      throw new ModelUnavailableError(`Cannot use the model ${what}: there are no files in ${folder}`);
    }
    return verified(found, what);
  }

  async function demandVersion(name: string, version: number, what: string): Promise<ModelVersion> {
    const folder = modelFolder(name), found = await readVersion(folder, name, version);
    if (found) return found;
    const meta = await readVersionMeta(join(folder, `version-${version}`));
    if (meta) {
      const stage = textField(meta, "current_stage");
      throw new RangeError(`Cannot ${what} as its stage is "${stage}": it was deleted, or a newer MLflow wrote it`);
    }
    const known = (await versions(name)).map((own) => own.version).join(", ") || "none";
    throw new RangeError(`Cannot ${what} as there is no such version: there are ${known}`);
  }

  async function transition(
    name: string,
    version: number,
    stage: Stage,
    { archive = false }: { readonly archive?: boolean } = {},
  ): Promise<ModelVersion> {
    const found = await demandVersion(name, version, `move ${name} version ${version} to ${stage}`);
    const staging = await stagingFolder(base);
    const move = async (number: number, to: Stage) => {
      const place = join(modelFolder(name), `version-${number}`);
      const meta = { ...await readVersionMeta(place), current_stage: to, last_updated_timestamp: now() };
      await writeMeta(place, meta, staging);
    };
    // First the new one: a process that is killed in between leaves two versions in the stage, never none.
    if (found.stage !== stage) await move(version, stage);
    for (const other of archive ? await versions(name) : []) {
      if (other.version !== version && other.stage === stage) await move(other.version, "Archived");
    }
    return { ...found, stage };
  }

  async function tag(name: string, version: number, tags: Readonly<Record<string, string>>): Promise<void> {
    for (const key of Object.keys(tags)) checkKey("tag", key);
    await demandVersion(name, version, `tag ${name} version ${version}`);
    const staging = await stagingFolder(base), place = join(modelFolder(name), `version-${version}`, "tags");
    for (const [key, value] of Object.entries(tags)) await writeWhole(join(place, key), value, staging);
  }

  async function alias(name: string, alias: string, version: number): Promise<void> {
    const folder = modelFolder(name);
    checkAlias(alias);
    await demandVersion(name, version, `give ${name} version ${version} the alias "${alias}"`);
    const staging = await stagingFolder(base);
    await writeWhole(join(folder, "aliases", alias), String(version), staging);
    await touch(folder, now(), staging);
  }

  async function byAlias(name: string, alias: string): Promise<ModelVersion | undefined> {
    const folder = modelFolder(name);
    const text = await readText(join(folder, "aliases", checkAlias(alias)));
    return text === undefined ? undefined : await readVersion(folder, name, Number(text.trim()));
  }

  async function unalias(name: string, alias: string): Promise<void> {
    const folder = modelFolder(name), file = join(folder, "aliases", checkAlias(alias));
    if (await readText(file) === undefined) return;
    await Deno.remove(file);
    await touch(folder, now(), await stagingFolder(base));
  }

  async function aliases(name: string): Promise<Readonly<Record<string, number>>> {
    const folder = join(modelFolder(name), "aliases");
    const found = (await listFolder(folder)).map(async (alias) =>
      [alias, Number(await readText(join(folder, alias)))] as const
    );
    return Object.fromEntries(await Promise.all(found));
  }

  async function models(): Promise<readonly string[]> {
    const names = await listFolders(join(base, MODELS));
    const known = await Promise.all(names.map(async (name) => await readMeta(join(base, MODELS, name)) !== undefined));
    return names.filter((_, at) => known[at]);
  }

  return { register, versions, files, transition, tag, alias, unalias, byAlias, aliases, models };
}

/** Makes a registered model when it is not there. It appears whole: MLflow fails on a model without metadata. */
async function openModel(base: string, name: string, created: number): Promise<void> {
  const folder = join(base, MODELS, name);
  if (await readMeta(folder)) return;
  const staging = await stagingFolder(base);
  const meta: Meta = {
    aliases: {},
    creation_timestamp: created,
    deployment_job_id: null,
    deployment_job_state: null,
    description: null,
    last_updated_timestamp: created,
    name,
    workspace: "default",
  };
  await Deno.mkdir(join(base, MODELS), { recursive: true });
  const first = await inNewFolder(staging, async (made) => {
    await writeMeta(made, meta, staging);
    return await appear(made, folder);
  });
  if (first) return;
  // Another process was faster, or a folder without metadata was left there.
  if (!await readMeta(folder)) await writeMeta(folder, meta, staging);
}

async function orFalse(stat: Promise<Deno.FileInfo>): Promise<boolean> {
  try {
    await stat;
    return true;
  } catch {
    return false;
  }
}

async function touch(folder: string, time: number, staging: string): Promise<void> {
  const meta = await readMeta(folder);
  await writeMeta(folder, { ...meta, last_updated_timestamp: time }, staging);
}

async function versionNumbers(folder: string): Promise<number[]> {
  const names = (await listFolders(folder)).map((name) => /^version-(\d+)$/.exec(name)?.[1]);
  return names.filter((digits) => digits !== undefined).map(Number).sort((a, b) => a - b);
}

async function readVersion(folder: string, name: string, version: number): Promise<ModelVersion | undefined> {
  const place = join(folder, `version-${version}`);
  const meta = await readVersionMeta(place);
  if (!meta) return undefined;
  const stage = textField(meta, "current_stage") || "None";
  // MLflow keeps the folders of deleted versions, under a stage of its own.
  if (!STAGES.includes(stage as Stage)) return undefined;
  const tagNames = await listFolder(join(place, "tags"));
  const tags = tagNames.map(async (tag) => [tag, await readText(join(place, "tags", tag)) ?? ""] as const);
  return {
    name,
    version,
    stage: stage as Stage,
    runId: textField(meta, "run_id"),
    description: textField(meta, "description"),
    created: numberField(meta, "creation_timestamp"),
    tags: Object.fromEntries(await Promise.all(tags)),
  };
}

async function readVersionMeta(place: string): Promise<Meta | undefined> {
  try {
    return await readMeta(place);
  } catch (error) {
    throw new ModelUnavailableError((error as Error).message, { cause: error });
  }
}

/** The folder of a version's files: in its run where that is here, or wherever MLflow noted it. */
async function artifactFolder(base: string, { name, version }: ModelVersion): Promise<string> {
  const meta = await readVersionMeta(join(base, MODELS, checkModelName(name), `version-${version}`));
  const refuse = (why: string) => new ModelUnavailableError(`Cannot use the model ${name} version ${version}: ${why}`);
  if (!meta) throw refuse(`${base} has no such version`);
  const source = textField(meta, "storage_location") || textField(meta, "source");
  const inRun = /^runs:\/([^/]+)\/(.+)$/.exec(source);
  if (inRun) {
    const run = await findRun(base, inRun[1]!);
    if (!run) throw refuse(`its run ${inRun[1]} is not in ${base}`);
    return join(run.folder, "artifacts", checkArtifactPath(inRun[2]!));
  }
  // A file URI is absolute: after the directory has moved, what follows the experiment's id still holds.
  const below = /\/(\d+\/(?:models\/)?[\w-]+\/artifacts(?:\/.*)?)$/.exec(source)?.[1];
  const moved = below && join(base, ...decodeURIComponent(below).split("/"));
  if (moved && fileUri(moved) !== source && await orFalse(Deno.stat(moved))) return moved;
  if (source.startsWith("file:")) return fileURLToPath(source);
  throw refuse(`its files are at ${source || "an unknown place"}, which is neither a run nor a local folder`);
}
