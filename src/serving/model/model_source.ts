/**
 * The source that `--model` names.
 *
 * @module
 */
import { ParamsError } from "@/core/errors.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { deployedSource } from "@/serving/model/deployed_source.ts";
import { dvcSource } from "@/serving/model/dvc_source.ts";
import type { ModelSource } from "@/serving/model/load_model.ts";
import { registrySource } from "@/serving/model/registry_source.ts";

/**
 * Opens a source: `dir` is the deployed bundle, `dvc` the one that a DVC remote has, `models:/<name>/<stage>` and
 * `models:/<name>@<alias>` are the registry's.
 *
 * @throws {ParamsError} If the address is none of these, or names another model.
 */
export function modelSource(context: Context, address = "dir"): ModelSource {
  if (address === "dir") return deployedSource(context);
  if (address === "dvc") return dvcSource(context);
  const match = /^models:\/([\w.-]+)(?:\/(\w+)|@([\w.-]+))$/.exec(address);
  if (match === null) {
    throw new ParamsError(
      `Cannot serve --model ${address}: expected dir, dvc, models:/NAME/Production or models:/NAME@champion`,
    );
  }
  const [, name, stage, alias] = match;
  if (name !== registeredName(context)) {
    throw new ParamsError(
      `Cannot serve ${name} for ${context.profile.name}: its registered model is ${registeredName(context)}`,
    );
  }
  return registrySource(context, alias === undefined ? { stage: stage! } : { alias });
}
