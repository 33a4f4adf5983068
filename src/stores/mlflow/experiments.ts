/**
 * Experiments: named folders of runs.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  appear,
  type ExperimentFolder,
  experimentFolders,
  fileUri,
  inNewFolder,
  stagingFolder,
} from "@/stores/mlflow/layout.ts";
import { type Meta, readMeta, textField, writeMeta } from "@/stores/mlflow/meta.ts";
import { checkExperimentName } from "@/stores/mlflow/names.ts";

/**
 * The id that an experiment's name leads to: 18 digits, as MLflow's own ids have.
 *
 * MLflow draws ids by lot. Here two processes that open the same new experiment at once arrive at the same folder.
 *
 * @param attempt Above 0 when the earlier ids were taken by other experiments.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { experimentId } from "@/stores/mlflow/experiments.ts";
 *
 * expect(experimentId("rossmann")).toMatch(/^[1-9]\d{17}$/);
 * expect(experimentId("rossmann")).toBe(experimentId("rossmann"));
 * expect(experimentId("rossmann")).not.toBe(experimentId("walmart"));
 * ```
 */
export function experimentId(name: string, attempt = 0): string {
  const hash = createHash("sha256").update(attempt === 0 ? name : `${name}\n${attempt}`).digest("hex");
  return String(10n ** 17n + BigInt(`0x${hash}`) % (9n * 10n ** 17n));
}

/**
 * Finds an experiment by name, or makes it.
 *
 * @throws {RangeError} If the name is not one that MLflow takes, or is that of a deleted experiment.
 */
export async function openExperiment(root: string, name: string, now: number): Promise<ExperimentFolder> {
  checkExperimentName(name);
  const known = (await experimentFolders(root)).find(({ meta }) => textField(meta, "name") === name);
  if (known) {
    if (textField(known.meta, "lifecycle_stage") === "deleted") throw deleted(name);
    return known;
  }
  for (let attempt = 0;; attempt++) {
    const id = experimentId(name, attempt);
    const binned = await readMeta(join(root, ".trash", id));
    if (binned) {
      if (textField(binned, "name") === name) throw deleted(name);
      continue;
    }
    const folder = join(root, id);
    const taken = await readMeta(folder);
    if (taken && textField(taken, "name") !== name) continue;
    if (taken) return { id, folder, meta: taken };
    const meta: Meta = {
      artifact_location: fileUri(folder),
      creation_time: now,
      effective_trace_archival_retention: null,
      experiment_id: id,
      last_update_time: now,
      lifecycle_stage: "active",
      name,
      trace_location: null,
      workspace: "default",
    };
    const staging = await stagingFolder(root);
    const first = await inNewFolder(staging, async (made) => {
      await writeMeta(made, meta, staging);
      return await appear(made, folder);
    });
    // Another process was faster, or a folder without metadata was left there.
    if (!first && !await readMeta(folder)) await writeMeta(folder, meta, staging);
    return { id, folder, meta };
  }
}

function deleted(name: string): RangeError {
  return new RangeError(
    `Cannot open the experiment "${name}" as it was deleted: restore it in MLflow, empty MLflow's .trash, or choose another name`,
  );
}
