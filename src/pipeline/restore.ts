/**
 * Restore: bring a registered version back into a checkout that has nothing.
 *
 * @module
 */
import { resolve } from "node:path";
import { stringify } from "yaml";
import { ParamsError } from "@/core/errors.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import type { Files } from "@/core/regressor.ts";
import { canonical } from "@/governance/mod.ts";
import { CARD_PAGE, cardDocument } from "@/pipeline/card_document.ts";
import type { Context } from "@/pipeline/context.ts";
import { metricsText } from "@/pipeline/deployed.ts";
import { modelFilesOf } from "@/pipeline/forecast.ts";
import { loaderOf } from "@/pipeline/models.ts";
import { approvalsOf, decisionOf, type OpenVersion, openVersion } from "@/pipeline/versions.ts";
import { mlflowFilesRegistry, replaceDirectory, sealed, writeAtomic } from "@/stores/mod.ts";

/** A version that is back. */
export interface Restored {
  readonly name: string;
  readonly version: number;
  readonly champion: string;
  /** How many columns the model reads; it was loaded to tell. */
  readonly features: number;
  readonly folder: string;
  readonly files: readonly string[];
}

/**
 * Writes a version's model, card, metrics, approvals and params to `models/<dataset>/restored/<version>/`, verified.
 *
 * The params are those of its run, as a file that `--params` takes. Nothing is put into production: that is for `deploy`.
 *
 * @param options.from Another `mlruns` folder than the working folder's, a backup say.
 * @throws {ModelUnavailableError} If there is no such version, or its files are damaged.
 */
export async function restore(
  context: Context,
  version: number,
  { from }: { readonly from?: string } = {},
): Promise<Restored> {
  const { profile, store, log } = context;
  const opened = await openVersion(from === undefined ? context : await onFolder(context, from), version);
  const { card, files } = opened;
  using model = await loaderOf(card.champion, { ...profile, horizon: card.horizon }, card.kinds).load(
    modelFilesOf(files),
  );
  const whole = sealed({ ...files, ...documentsOf(opened, profile) });
  const key = `models/${profile.name}/restored/${version}`;
  await replaceDirectory(store.path(key), async (folder) => {
    for (const [name, bytes] of Object.entries(whole)) await writeAtomic(`${folder}/${name}`, bytes, { sweep: false });
  });
  log.info("restored", { version, from: from ?? "the registry" });
  return {
    name: opened.version.name,
    version,
    champion: card.champion,
    features: model.features.length,
    folder: store.path(key),
    files: Object.keys(whole).sort(),
  };
}

function documentsOf({ version, card }: OpenVersion, profile: DatasetProfile): Files {
  const decision = decisionOf(version), approvals = approvalsOf(version);
  const documents = {
    "metrics.json": metricsText(card),
    "params.yaml": stringify(card.choices),
    [CARD_PAGE]: cardDocument(card, profile, {
      name: version.name,
      version: version.version,
      approvals,
      ...(decision === undefined ? {} : { decision }),
    }),
    ...(decision === undefined ? {} : { "approval.json": `${canonical({ decision, approvals })}\n` }),
  };
  return Object.fromEntries(Object.entries(documents).map(([name, text]) => [name, new TextEncoder().encode(text)]));
}

async function onFolder(context: Context, from: string): Promise<Context> {
  const folder = resolve(from);
  const isFolder = await Deno.stat(folder).then(({ isDirectory }) => isDirectory, () => false);
  if (!isFolder) {
    throw new ParamsError(`Cannot restore from ${folder} as there is no such folder: give one like mlruns`);
  }
  return { ...context, registry: mlflowFilesRegistry(folder, { now: () => context.now().epochMilliseconds }) };
}
