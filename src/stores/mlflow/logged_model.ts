/**
 * MLflow 3's logged models in its own directory: a model's files, beside the runs of an experiment.
 *
 * ```text
 * <experiment>/models/<id>/meta.yaml  artifacts/  metrics/  params/  tags/
 * <experiment>/<run>/outputs/<id>/meta.yaml
 * ```
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { appear, fileUri, findRun, inNewFolder, MODELS, stagingFolder } from "@/stores/mlflow/layout.ts";
import { type Meta, numberField, readFolder, readMeta, writeMeta, writeWhole } from "@/stores/mlflow/meta.ts";
import { checkArtifactPath } from "@/stores/mlflow/names.ts";
import { sealedModel, sealOf } from "@/stores/mlflow/sealed_model.ts";

/** MLflow's number for a logged model that is complete. */
const READY = 2;

/** A logged model, by its id and the address of its files. */
export interface LoggedModel {
  readonly id: string;
  readonly artifacts: string;
}

/**
 * Copies a run's model to a logged model that nothing writes to again. Its id comes from the run and the checksums, so
 * equal files of a run are one logged model.
 *
 * @param name The registered model's name, which is the logged model's too: MLflow lists its files among the run's under it.
 * @throws {RangeError} If there is no such run.
 * @throws {ModelUnavailableError} If it has no model there, or a damaged one.
 */
export async function logModel(
  root: string,
  name: string,
  { runId, path }: { readonly runId: string; readonly path: string },
  now: number,
): Promise<LoggedModel> {
  const run = await findRun(root, runId);
  if (!run) throw new RangeError(`Cannot register ${name} from the run ${runId} as ${root} has no such run`);
  const files = await readFolder(join(run.folder, "artifacts", checkArtifactPath(path)));
  const created = numberField((await readMeta(run.folder))!, "start_time");
  const whole = sealedModel(files, { name, runId, path, created });
  const id = `m-${createHash("sha256").update(`${runId}/${name}/${sealOf(whole)}`).digest("hex").slice(0, 32)}`;
  const folder = join(root, run.experimentId, MODELS, id), artifacts = fileUri(folder, "artifacts");
  const staging = await stagingFolder(root);
  await Deno.mkdir(join(root, run.experimentId, MODELS), { recursive: true });
  await inNewFolder(staging, async (made) => {
    for (const [file, bytes] of Object.entries(whole)) await writeWhole(join(made, "artifacts", file), bytes, staging);
    for (const part of ["metrics", "params", "tags"]) await Deno.mkdir(join(made, part));
    await writeMeta(made, {
      artifact_location: artifacts,
      creation_timestamp: now,
      experiment_id: run.experimentId,
      last_updated_timestamp: now,
      model_id: id,
      model_type: null,
      name,
      source_run_id: runId,
      status: READY,
      status_message: null,
    }, staging);
    await appear(made, folder);
  });
  await noteOutput(run.folder, id, staging);
  return { id, artifacts };
}

/** Tells the run that the model came out of it. */
async function noteOutput(run: string, id: string, staging: string): Promise<void> {
  const meta: Meta = {
    destination_id: id,
    destination_type: "MODEL_OUTPUT",
    source_id: id,
    source_type: "RUN_OUTPUT",
    step: 0,
    tags: {},
  };
  await Deno.mkdir(join(run, "outputs"), { recursive: true });
  await inNewFolder(staging, async (made) => {
    await writeMeta(made, meta, staging);
    await appear(made, join(run, "outputs", id));
  });
}
