/**
 * The deployed bundle as a DVC remote has it: for a server that has only a checkout.
 *
 * @module
 */
import { dirname } from "node:path";
import { ModelUnavailableError } from "@/core/errors.ts";
import type { Context } from "@/pipeline/context.ts";
import { deploymentKeys } from "@/pipeline/deployed.ts";
import { deployedSource } from "@/serving/model/deployed_source.ts";
import type { ModelSource } from "@/serving/model/load_model.ts";
import { type DvcProject, dvcPull, dvcStages, openDvc, openRemote } from "@/stores/mod.ts";

/**
 * Brings `models/<dataset>`, as its `.dvc` file names it, from the project's DVC remote, then reads it like any deployed
 * bundle: checksums, approval and audit are proven all the same.
 *
 * A newer `.dvc` file (a `git pull`) is a newer model.
 */
export function dvcSource(context: Context): ModelSource {
  const { store, profile, env } = context, { folder } = deploymentKeys(profile.name);
  const deployed = deployedSource(context);
  const open = () => openDvc(dirname(store.path("dvc.yaml")));
  const kept = async ({ root }: DvcProject) =>
    (await dvcStages(root)).flatMap(({ outs }) => outs).find(({ path, md5 }) => path === folder && md5 !== undefined);
  return {
    async peek() {
      return (await kept(await open()))?.md5;
    },
    async read(which) {
      const project = await open();
      if (await kept(project) === undefined) {
        throw new ModelUnavailableError(
          `Cannot find ${folder} among what DVC keeps: where it was deployed, run \`deno task dvc:add ${folder}\` and ` +
            "`deno task dvc:push`, and bring its .dvc file here",
        );
      }
      await dvcPull(project, openRemote(project, undefined, env), { only: (path) => path === folder });
      return { ...await deployed.read(which), source: "dvc" };
    },
  };
}
