/**
 * Versions from the registry: proven like a deployed bundle, or, for notebooks and tests, as they are.
 *
 * @module
 */
import { GovernanceError, ModelUnavailableError } from "@/core/errors.ts";
import { demandApprovals } from "@/governance/mod.ts";
import { approvedUsers } from "@/pipeline/approved_users.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { evidenceFor } from "@/pipeline/deployed.ts";
import { modelFilesOf, readIntervals } from "@/pipeline/forecast.ts";
import { approvalsOf, decisionOf, openVersion } from "@/pipeline/versions.ts";
import type { ModelSource } from "@/serving/model/load_model.ts";

/** Which version of a registered model is served. */
export interface RegistryChoice {
  /** An alias, `champion`, or a stage, `Production`; the newest version when neither is given. */
  readonly alias?: string;
  readonly stage?: string;
  /** Serves what nobody approved too: never over the network. */
  readonly unapproved?: boolean;
}

/**
 * Reads versions from the run's registry.
 *
 * @throws {ModelUnavailableError} When asked: if there is no such version.
 * @throws {GovernanceError} When asked: if nobody has approved it, unless `unapproved` allows that.
 */
export function registrySource(
  context: Context,
  { alias, stage, unapproved = false }: RegistryChoice = {},
): ModelSource {
  const { registry, profile } = context, name = registeredName(context);
  const chosen = async () => {
    if (alias !== undefined) return await registry.byAlias(name, alias);
    const versions = await registry.versions(name);
    return stage === undefined ? versions.at(-1) : versions.findLast((version) => version.stage === stage);
  };
  return {
    async peek() {
      const version = await chosen();
      return version === undefined ? undefined : String(version.version);
    },
    async read(which) {
      const number = which === undefined ? (await chosen())?.version : Number(which);
      if (number === undefined) {
        throw new ModelUnavailableError(
          `Cannot find the ${alias ?? stage ?? "newest"} version of ${name} in the registry: ` +
            `run \`deno task pipeline --dataset ${profile.name}\`, then approve and deploy it`,
        );
      }
      const { version, files, card } = await openVersion(context, number);
      const approvals = unapproved ? [] : await proven();
      return {
        name,
        version: String(version.version),
        stage: version.stage,
        source: "registry",
        card,
        files: modelFilesOf(files),
        intervals: readIntervals(files),
        approvals: approvals.map(({ statement }) => ({ by: statement.user, at: statement.time })),
      };

      async function proven() {
        const what = `serve version ${version.version} of ${profile.name}`, decision = decisionOf(version);
        if (decision === undefined || !decision.accepted) {
          throw new GovernanceError(`Refused to ${what}: the rule is that the gate accepts it first`, { rule: "gate" });
        }
        const found = approvalsOf(version);
        const evidence = evidenceFor(files, card, decision);
        demandApprovals(
          found,
          { ...evidence, dataset: profile.name, version: version.version },
          await approvedUsers(context),
          what,
        );
        return found;
      }
    },
  };
}
