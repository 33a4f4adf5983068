/**
 * Rollback: make the version current again that was current before.
 *
 * @module
 */
import { ModelUnavailableError } from "@/core/errors.ts";
import { demandUser } from "@/governance/mod.ts";
import { approvedUsers } from "@/pipeline/approved_users.ts";
import type { Order } from "@/pipeline/approve.ts";
import { auditingRefusals } from "@/pipeline/audit_log.ts";
import type { Context } from "@/pipeline/context.ts";
import { alone, followCurrent, makeCurrent, signedOrder } from "@/pipeline/deploy.ts";
import { readBundle, readCurrent } from "@/pipeline/deployed.ts";

/** What a rollback changed. */
export interface RolledBack {
  readonly dataset: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Goes back by one version. The older bundle is verified like a new one: its approval must still hold today.
 *
 * @throws {ModelUnavailableError} If there is nothing to go back to, or the older bundle is damaged.
 * @throws {GovernanceError} If the user may not deploy: also written to the audit log.
 */
export async function rollback(context: Context, { user: name, key }: Omit<Order, "version">): Promise<RolledBack> {
  const { store, profile, log } = context, dataset = profile.name;
  return await auditingRefusals(context, { user: name, action: "rollback", dataset }, async () => {
    const list = await approvedUsers(context);
    const user = demandUser(list, name, "deployer", `roll back ${dataset}`);
    return await alone(context, async () => {
      const current = await readCurrent(store, dataset);
      const [target, ...before] = current?.before ?? [];
      if (current === undefined || target === undefined) {
        if (current !== undefined) await followCurrent(context, current);
        const there = current === undefined ? "nothing is deployed" : `version ${current.version} is the only one`;
        throw new ModelUnavailableError(`Cannot roll back ${dataset} as there is no version before: ${there}`);
      }
      const { approval } = await readBundle(context, dataset, target);
      const { model, data, metrics, decision } = approval.approvals[0]!.statement;
      const evidence = { model, data, metrics, decision };
      const signed = await signedOrder(context, "rollback", target.version, evidence, list, user, key);
      const facts = { ...signed, mode: list.mode, from: current.version };
      await makeCurrent(context, target, current, signed, { action: "rollback", before, facts });
      log.info("rolled back", { from: current.version, to: target.version, user: name });
      return { dataset, from: current.version, to: target.version };
    });
  });
}
