/**
 * Registered models on an MLflow server, over its REST interface.
 *
 * @module
 */
import { ModelUnavailableError } from "@/core/errors.ts";
import type { ModelVersion, Registry, Stage } from "@/core/registry.ts";
import type { Files } from "@/core/regressor.ts";
import { unknownRun } from "@/stores/mlflow/files_tracker.ts";
import { checkAlias, checkArtifactPath, checkKey, checkModelName, checkRunId } from "@/stores/mlflow/names.ts";
import { sealedModel, sealOf } from "@/stores/mlflow/sealed_model.ts";
import { type ArtifactFolder, artifactFolder } from "@/stores/mlflow/server/artifacts.ts";
import { type Answer, type MlflowClient, orMissing, pages, ServerRefusalError } from "@/stores/mlflow/server/client.ts";
import { pairs } from "@/stores/mlflow/server/server_tracker.ts";
import { verified } from "@/stores/model_bundle.ts";

/** The tag of a logged model that names its files: registering them again uses the same one. */
const SEAL_TAG = "shelfcast.seal";

/**
 * Keeps model versions on an MLflow server.
 *
 * A version's files are those of a logged model (MLflow 3), a copy of the run's that nothing writes to again.
 *
 * @param client The server: see `mlflowClient`.
 *
 * @throws {RangeError} Its methods: if there is no such version; `files` throws a `ModelUnavailableError` where there
 * are none.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mlflowClient, mlflowServerRegistry } from "@/stores/mod.ts";
 *
 * const fetch = () => Promise.resolve(Response.json({ model_versions: [] }));
 * const registry = mlflowServerRegistry(mlflowClient("http://localhost:5000", { fetch }));
 * expect(await registry.versions("shelfcast-rossmann")).toEqual([]);
 * ```
 */
export function mlflowServerRegistry(client: MlflowClient): Registry {
  const call = client.call;

  async function versionOf(name: string, version: number): Promise<Answer | undefined> {
    const query = { name: checkModelName(name), version };
    return (await orMissing(call("GET", "model-versions/get", { query })))?.model_version;
  }

  async function versions(name: string): Promise<readonly ModelVersion[]> {
    const filter = checkModelName(name).includes("'") ? `name="${name}"` : `name='${name}'`;
    const found: ModelVersion[] = [];
    for await (const page of pages(client, "GET", "model-versions/search", { filter, max_results: 1_000 })) {
      found.push(...(page.model_versions ?? []).map(modelVersion));
    }
    return found.sort((a, b) => a.version - b.version);
  }

  async function demandVersion(name: string, version: number, what: string): Promise<ModelVersion> {
    const found = await versionOf(name, version);
    if (found) return modelVersion(found);
    const known = (await versions(name)).map((other) => other.version).join(", ") || "none";
    throw new RangeError(`Cannot ${what} as there is no such version: there are ${known}`);
  }

  /** The logged model that holds these files: one that the run has already, or a new one. */
  async function loggedModel(run: Answer, name: string, whole: Files): Promise<string> {
    const { run_id, experiment_id } = run.info, seal = sealOf(whole);
    for (const { model_id } of run.outputs?.model_outputs ?? []) {
      const known = (await orMissing(call("GET", `logged-models/${model_id}`)))?.model;
      if (known?.info.status !== "LOGGED_MODEL_READY" || known.info.name !== name) continue;
      if (pairs(known.info.tags)[SEAL_TAG] === seal) return model_id;
    }
    const { model } = await call("POST", "logged-models", {
      json: { experiment_id, name, source_run_id: run_id, tags: [{ key: SEAL_TAG, value: seal }] },
    });
    const { model_id, artifact_uri } = model.info;
    const folder = artifactFolder(client, artifact_uri);
    for (const [file, bytes] of Object.entries(whole)) await folder.put(file, bytes);
    await call("PATCH", `logged-models/${model_id}`, { json: { model_id, status: "LOGGED_MODEL_READY" } });
    await call("POST", "runs/outputs", { json: { run_id, models: [{ model_id, step: 0 }] } });
    return model_id;
  }

  async function openModel(name: string): Promise<void> {
    try {
      await call("POST", "registered-models/create", { json: { name } });
    } catch (error) {
      if (!(error instanceof ServerRefusalError) || error.code !== "RESOURCE_ALREADY_EXISTS") throw error;
    }
  }

  async function register(
    name: string,
    { runId, path }: { readonly runId: string; readonly path: string },
    { stage = "None", description = "", tags = {} }: Parameters<Registry["register"]>[2] = {},
  ): Promise<ModelVersion> {
    checkModelName(name);
    checkArtifactPath(path);
    for (const tag of Object.keys(tags)) checkKey("tag", tag);
    const run = (await orMissing(call("GET", "runs/get", { query: { run_id: checkRunId(runId) } })))?.run;
    if (!run) throw unknownRun(`register ${name} from`, runId, client.url);
    const files = await artifactFolder(client, run.info.artifact_uri).files(path);
    const whole = sealedModel(files, { name, runId, path, created: Number(run.info.start_time) });
    const model_id = await loggedModel(run, name, whole);
    await openModel(name);
    const { model_version } = await call("POST", "model-versions/create", {
      json: {
        name,
        source: `models:/${model_id}`,
        model_id,
        run_id: runId,
        description,
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      },
    });
    const made = modelVersion(model_version);
    return stage === "None" ? made : await transition(name, made.version, stage);
  }

  async function transition(
    name: string,
    version: number,
    stage: Stage,
    { archive = false }: { readonly archive?: boolean } = {},
  ): Promise<ModelVersion> {
    await demandVersion(name, version, `move ${name} version ${version} to ${stage}`);
    // MLflow refuses to clear the stages that hold any number of versions.
    const archive_existing_versions = archive && (stage === "Staging" || stage === "Production");
    const json = { name, version: String(version), stage, archive_existing_versions };
    return modelVersion((await call("POST", "model-versions/transition-stage", { json })).model_version);
  }

  async function artifacts({ name, version }: ModelVersion): Promise<ArtifactFolder> {
    const refuse = (why: string) =>
      new ModelUnavailableError(`Cannot use the model ${name} version ${version}: ${why}`);
    const found = await versionOf(name, version);
    if (!found) throw refuse(`${client.url} has no such version`);
    const { artifact_uri: uri } = await call("GET", "model-versions/get-download-uri", { query: { name, version } });
    const id = /^models:\/(m-\w+)$/.exec(uri || found.source)?.[1];
    if (id === undefined) return artifactFolder(client, uri);
    const model = (await orMissing(call("GET", `logged-models/${id}`)))?.model;
    if (!model) throw refuse(`its logged model ${id} is not on ${client.url}`);
    return artifactFolder(client, model.info.artifact_uri);
  }

  return {
    register,
    versions,
    transition,
    async files(version) {
      const what = `${version.name} version ${version.version}`;
      const files = await (await artifacts(version)).files();
      if (Object.keys(files).length === 0) {
        throw new ModelUnavailableError(`Cannot use the model ${what}: the server has no files of it`);
      }
      return verified(files, what);
    },
    async tag(name, version, tags) {
      for (const key of Object.keys(tags)) checkKey("tag", key);
      await demandVersion(name, version, `tag ${name} version ${version}`);
      for (const [key, value] of Object.entries(tags)) {
        await call("POST", "model-versions/set-tag", { json: { name, version: String(version), key, value } });
      }
    },
    async alias(name, alias, version) {
      checkAlias(alias);
      await demandVersion(name, version, `give ${name} version ${version} the alias "${alias}"`);
      await call("POST", "registered-models/alias", { json: { name, alias, version: String(version) } });
    },
    async unalias(name, alias) {
      const query = { name: checkModelName(name), alias: checkAlias(alias) };
      await orMissing(call("DELETE", "registered-models/alias", { json: query }));
    },
    async byAlias(name, alias) {
      checkAlias(alias);
      const number = (await this.aliases(name))[alias];
      const found = number === undefined ? undefined : await versionOf(name, number);
      return found && modelVersion(found);
    },
    async aliases(name) {
      const query = { name: checkModelName(name) };
      const model = (await orMissing(call("GET", "registered-models/get", { query })))?.registered_model;
      const list: { alias: string; version: string }[] = model?.aliases ?? [];
      return Object.fromEntries(list.map(({ alias, version }) => [alias, Number(version)]));
    },
    async models() {
      const names: string[] = [];
      for await (const page of pages(client, "GET", "registered-models/search", { max_results: 1_000 })) {
        names.push(...(page.registered_models ?? []).map(({ name }: Answer) => name));
      }
      return names.sort();
    },
  };
}

function modelVersion(found: Answer): ModelVersion {
  return {
    name: found.name,
    version: Number(found.version),
    stage: (found.current_stage || "None") as Stage,
    runId: found.run_id ?? "",
    description: found.description ?? "",
    created: Number(found.creation_timestamp),
    tags: pairs(found.tags),
  };
}
