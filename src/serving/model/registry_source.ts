/**
 * Versions straight from the registry: for notebooks, tests and a look at what is not approved yet, never by default.
 *
 * @module
 */
import { ModelUnavailableError } from "@/core/errors.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import type { ModelSource } from "@/serving/model/load_model.ts";

/** Reads the newest version, or the one that an alias or number names. */
export function registrySource(context: Context, alias?: string): ModelSource {
  const { registry, profile } = context, name = registeredName(context);
  const chosen = async (which?: string) => {
    if (which === undefined && alias !== undefined) return await registry.byAlias(name, alias);
    const versions = await registry.versions(name);
    return which === undefined ? versions.at(-1) : versions.find(({ version }) => String(version) === which);
  };
  return {
    async peek() {
      const version = await chosen();
      return version === undefined ? undefined : String(version.version);
    },
    async read(which) {
      const version = await chosen(which);
      if (version === undefined) {
        throw new ModelUnavailableError(
          `Cannot find ${which === undefined ? "a version" : `version ${which}`} of ${name} in the registry: ` +
            `run \`deno task pipeline --dataset ${profile.name}\` first`,
        );
      }
      const { "card.json": bytes, MLmodel: _m, "checksums.json": _s, ...files } = await registry.files(version);
      const card = JSON.parse(new TextDecoder().decode(bytes)) as ModelCard;
      const number = String(version.version);
      return { name, version: number, stage: version.stage, source: "registry", card, files, approvals: [] };
    },
  };
}
