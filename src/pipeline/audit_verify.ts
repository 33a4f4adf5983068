/**
 * Checks the audit log, and that whatever is deployed has its line in it.
 *
 * @module
 */
import { isSignatureOf, readSigned } from "@/governance/mod.ts";
import { approvedUsers } from "@/pipeline/approved_users.ts";
import { verifyAudit } from "@/pipeline/audit_log.ts";
import type { Context } from "@/pipeline/context.ts";
import { type Current, currentMetrics, deploymentKeys, readBundle, readCurrent } from "@/pipeline/deployed.ts";
import { datasets } from "@/datasets/mod.ts";

/** What was found. */
export interface Trail {
  readonly lines: number;
  /** Versions in production, over all datasets. */
  readonly deployed: number;
  readonly problems: readonly string[];
}

/** Checks the chain, the signatures in it, and the deployments of every dataset. */
export async function verifyTrail(context: Context): Promise<Trail> {
  const { store } = context;
  const { lines, problems: broken } = await verifyAudit(store);
  const problems = [...broken];
  const list = await approvedUsers(context);
  for (const { seq, facts, user, outcome } of lines) {
    if (outcome !== "done" || typeof facts?.["signature"] !== "string") continue;
    const { statement, signature } = facts;
    const person = list.users.find(({ name }) => name === user);
    // A person who has left, or has a new key, cannot be checked any more; the chain still holds the line.
    if (person?.key === undefined || problems.length > 0) continue;
    const signed = readSigned({ statement, signature });
    const since = lines.findLast(({ action, facts }) =>
      action === "approver:new" && listedKey(facts, user) !== undefined
    );
    if ((since?.seq ?? 0) < seq && !isSignatureOf(signed, person)) {
      problems.push(`line ${seq} carries a signature that is not of ${user}`);
    }
  }
  let deployed = 0;
  for (const dataset of Object.keys(datasets)) {
    const note = (error: unknown) => void problems.push((error as Error).message);
    const current = await readCurrent(store, dataset).catch(note);
    if (!current) continue;
    deployed++;
    const found = await readBundle(context, dataset, current).catch(note);
    const key = deploymentKeys(dataset).metrics, text = new TextDecoder().decode(await store.get(key));
    if (found && text !== `${JSON.stringify(currentMetrics(current, found.metrics), null, 2)}\n`) {
      problems.push(`${key} is not that of version ${current.version}, which is in production: deploy it again`);
    }
    if (!lines.some((line) => isLineOf(line, dataset, current))) {
      problems.push(`version ${current.version} of ${dataset} is in production, and no line tells of it`);
    }
  }
  return { lines: lines.length, deployed, problems };
}

function isLineOf(
  { action, outcome, dataset, version, user, facts }: Awaited<ReturnType<typeof verifyAudit>>["lines"][number],
  wanted: string,
  current: Current,
): boolean {
  const time = (facts?.["statement"] as { time?: unknown } | undefined)?.time;
  return ["deploy", "rollback"].includes(action) && outcome === "done" && dataset === wanted &&
    version === current.version && user === current.user && time === current.time;
}

function listedKey(facts: Readonly<Record<string, unknown>> | undefined, user: string): string | undefined {
  const listed = facts?.["listed"] as readonly { readonly name: string; readonly key: string }[] | undefined;
  return listed?.find(({ name }) => name === user)?.key;
}
