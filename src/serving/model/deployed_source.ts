/**
 * The model in production: files, checksums, approval and audit are proven before anything of it is opened.
 *
 * @module
 */
import { ModelUnavailableError } from "@/core/errors.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { readBundle, readCurrent, readDeployed } from "@/pipeline/deployed.ts";
import { readIntervals } from "@/pipeline/forecast.ts";
import type { ModelSource, VerifiedModel } from "@/serving/model/load_model.ts";

/**
 * Reads what `deno task deploy` made current, or a bundle that was current before (for a shadow or a canary).
 *
 * @throws {ModelUnavailableError} When asked: if nothing is deployed, or a bundle is damaged.
 * @throws {GovernanceError} When asked: if its approval does not hold today.
 */
export function deployedSource(context: Context): ModelSource {
  const { store, profile } = context, dataset = profile.name;
  type Bundle = Awaited<ReturnType<typeof readBundle>>;
  const served = (
    { version, card, files, bundle, approval }: Bundle,
    stage: VerifiedModel["stage"],
  ): VerifiedModel => ({
    name: registeredName(context),
    version: String(version),
    stage,
    source: "deployed",
    card,
    files,
    intervals: readIntervals(bundle),
    approvals: approval.approvals.map(({ statement }) => ({ by: statement.user, at: statement.time })),
  });
  return {
    async peek() {
      const current = await readCurrent(store, dataset).catch(() => undefined);
      return current === undefined ? undefined : `${current.version} ${current.bundle}`;
    },
    async read(which) {
      if (which === undefined) return served(await readDeployed(context, dataset), "Production");
      const current = await readCurrent(store, dataset);
      const placed = [...current === undefined ? [] : [current, ...current.before]]
        .find(({ version }) => String(version) === which);
      if (placed === undefined) {
        throw new ModelUnavailableError(
          `Cannot find version ${which} of ${dataset} among the bundles that are or were deployed`,
        );
      }
      return served(await readBundle(context, dataset, placed), placed === current ? "Production" : "Archived");
    },
  };
}
