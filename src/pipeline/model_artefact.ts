import type { LineageArtefact } from "@/core/open_lineage.ts";
import type { Files } from "@/core/regressor.ts";
import { modelFilesOf } from "@/pipeline/forecast.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { hashFiles, recordLineage } from "@/pipeline/record_lineage.ts";

/** A registered model as an artefact of lineage: the files that make its forecasts, and its card. */
export function modelArtefact(name: string, version: number, files: Files): LineageArtefact {
  const kept = [...Object.keys(modelFilesOf(files)), "card.json"].filter((file) => files[file] !== undefined);
  return hashFiles(`models:/${name}/${version}`, files, kept);
}

/**
 * Records that a file of forecasts was made by a registered version.
 *
 * @param inputs What else it was made from: the files with the history and the plan.
 */
export async function recordForecast(
  context: Context,
  version: number,
  file: string,
  inputs: readonly string[],
): Promise<void> {
  const name = registeredName(context);
  const own = (await context.registry.versions(name)).find((one) => one.version === version);
  if (own === undefined) return;
  const artefact = modelArtefact(name, version, await context.registry.files(own));
  await recordLineage(context, { job: "forecast", inputs: [artefact, ...inputs], outputs: [file] });
}
