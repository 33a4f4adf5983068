/**
 * Approve: a listed approver puts a signature under a version that the gate accepts.
 *
 * @module
 */
import { demandUser, type Signed, signStatement, type Statement } from "@/governance/mod.ts";
import { approvedUsers, readPrivateKey } from "@/pipeline/approved_users.ts";
import { appendAudit, auditingRefusals } from "@/pipeline/audit_log.ts";
import type { Context } from "@/pipeline/context.ts";
import { evidenceFor } from "@/pipeline/deployed.ts";
import { gate, type Judged } from "@/pipeline/gate.ts";
import { approvalsOf, findVersion, keepApproval } from "@/pipeline/versions.ts";

/** Who does something, to which version. */
export interface Order {
  readonly user: string;
  /** The newest version by default. */
  readonly version?: number;
  /** The file of the private key; see `privateKeyFile` for where it is looked for. */
  readonly key?: string;
}

/** An approved version. */
export interface Approved extends Judged {
  readonly signed: Signed;
  /** Everybody who has approved it so far. */
  readonly approvers: readonly string[];
  /** How many more approvers it takes. */
  readonly missing: number;
  readonly mode: "signed" | "allow-list";
}

/**
 * Judges a version once more, signs {model, data, metrics, decision, time} in the approver's name, and keeps that with the
 * version. Refusals are written to the audit log too.
 *
 * @throws {GateError} If the gate refuses the version.
 * @throws {GovernanceError} If the user may not approve, or the audit log was tampered with.
 */
export async function approve(context: Context, order: Order): Promise<Approved> {
  const { profile } = context, dataset = profile.name;
  const event = { user: order.user, action: "approve", dataset };
  const asked = order.version === undefined ? {} : { version: order.version };
  return await auditingRefusals(context, { ...event, ...asked }, async () => {
    const list = await approvedUsers(context);
    const user = demandUser(list, order.user, "approver", `approve a version of ${dataset}`);
    const judged = await gate(context, order.version);
    const { version, files, card, decision } = judged;
    const statement: Statement = {
      action: "approve",
      dataset,
      version: version.version,
      user: user.name,
      time: context.now().toString(),
      ...evidenceFor(files, card, decision),
    };
    const key = list.mode === "signed" ? await readPrivateKey(context, user.name, order.key) : undefined;
    const signed = signStatement(statement, list, user, key);
    // The line first: an approval that counts is always in the log.
    const facts = { ...signed, mode: list.mode, against: decision.against };
    await appendAudit(context, { ...event, version: version.version, outcome: "done", facts });
    await keepApproval(context, version, signed);
    const approvers = approvalsOf(await findVersion(context, version.version))
      .filter(({ statement }) => statement.model === signed.statement.model)
      .filter(({ statement }) => statement.decision === signed.statement.decision)
      .map(({ statement }) => statement.user);
    const missing = Math.max(0, (list.twoPersons ? 2 : 1) - approvers.length);
    return { ...judged, signed, approvers, missing, mode: list.mode };
  });
}
