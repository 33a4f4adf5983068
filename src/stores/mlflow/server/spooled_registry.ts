/**
 * A server's registry that remembers what to register while the server is away.
 *
 * @module
 */
import { StoreError } from "@/core/errors.ts";
import type { ModelVersion, Registry } from "@/core/registry.ts";
import { checkArtifactPath, checkModelName } from "@/stores/mlflow/names.ts";
import { ServerAwayError } from "@/stores/mlflow/server/client.ts";
import { Spool } from "@/stores/mlflow/server/spool.ts";

/** A model is registered as soon as its run is delivered: `deno task tracking:sync`. */
export class RegistrationWaitsError extends StoreError {}

/**
 * Registers models on a server; while the server is away, or the run itself waits for it, what was asked for is kept beside
 * the run, and {@linkcode deliverRegistrations} does it later.
 *
 * @param folder The spool that the runs wait in.
 * @returns A registry whose `register` rejects with `RegistrationWaitsError` when it was put off.
 *
 * @throws {RegistrationWaitsError} Its `register`: while the server is away.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { deliverRegistrations, memoryRegistry, memoryTracker, spooledRegistry } from "@/stores/mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const tracker = memoryTracker({ now: () => 0 }), registry = spooledRegistry(memoryRegistry(tracker, { now: () => 0 }), { folder });
 * {
 *   await using run = await tracker.start("rossmann", "train");
 *   await run.artifact("model/model.txt", "trees");
 *   expect((await registry.register("shelfcast-rossmann", { runId: run.id, path: "model" })).version).toBe(1);
 * }
 * expect(await deliverRegistrations(folder, registry)).toMatchObject({ registered: [], waiting: [] });
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function spooledRegistry(registry: Registry, { folder }: { readonly folder: string }): Registry {
  const spool = new Spool(folder);
  return {
    ...registry,
    async register(name, { runId, path }, options = {}) {
      checkModelName(name);
      checkArtifactPath(path);
      if (!await spool.isWaiting(runId)) {
        try {
          const serverId = (await spool.state(runId))?.serverId ?? runId;
          return await registry.register(name, { runId: serverId, path }, options);
        } catch (error) {
          if (!(error instanceof ServerAwayError)) throw error;
        }
      }
      await spool.setRegistration(runId, { name, path, options });
      throw new RegistrationWaitsError(
        `Put off the registration of ${name} from the run ${runId} until the MLflow server is back: run ` +
          "`deno task tracking:sync` then",
        folder,
      );
    },
  };
}

/** What became of registrations that were put off. */
export interface RegistrationDeliveries {
  /** The versions that the registrations became. */
  readonly registered: readonly ModelVersion[];
  /** Runs that were not delivered yet. */
  readonly waiting: readonly string[];
}

/**
 * Registers what waits, for every run that was delivered. Repeating it registers nothing twice.
 *
 * @param registry The server's own registry.
 * @throws {ServerAwayError} If the server is still away; nothing is lost.
 */
export async function deliverRegistrations(folder: string, registry: Registry): Promise<RegistrationDeliveries> {
  const spool = new Spool(folder), registered: ModelVersion[] = [], waiting: string[] = [];
  for (const id of await spool.registrations()) {
    if (await spool.isWaiting(id)) {
      waiting.push(id);
      continue;
    }
    const { name, path, options } = (await spool.registration(id))!;
    const runId = (await spool.state(id))?.serverId ?? id;
    // An interrupted delivery may have got this far.
    const known = (await registry.versions(name)).find((version) => version.runId === runId);
    registered.push(known ?? await registry.register(name, { runId, path }, options));
    await spool.forgetRegistration(id);
  }
  return { registered, waiting };
}
