/**
 * Deploy: put an approved version into production, or refuse and say why.
 *
 * @module
 */
import { GovernanceError, ModelUnavailableError, StoreError } from "@/core/errors.ts";
import type { ModelVersion } from "@/core/registry.ts";
import type { Files } from "@/core/regressor.ts";
import {
  type ApprovedUsers,
  type Decision,
  demandApprovals,
  demandUser,
  digest,
  type Evidence,
  type Signed,
  signStatement,
  type User,
} from "@/governance/mod.ts";
import { approvedUsers, readPrivateKey } from "@/pipeline/approved_users.ts";
import type { Order } from "@/pipeline/approve.ts";
import { appendAudit, auditingRefusals } from "@/pipeline/audit_log.ts";
import { CARD_PAGE, cardDocument } from "@/pipeline/card_document.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import {
  type ApprovalFile,
  type Current,
  currentMetrics,
  currentText,
  deploymentKeys,
  evidenceFor,
  metricsText,
  type Placed,
  readBundle,
  readCurrent,
} from "@/pipeline/deployed.ts";
import { writeJson } from "@/pipeline/json_files.ts";
import {
  APPROVAL_TAG,
  approvalsOf,
  CHAMPION,
  decisionOf,
  noLongerChallenger,
  openVersion,
} from "@/pipeline/versions.ts";
import { CHECKSUMS, replaceDirectory, sealed, whileLocked, writeAtomic } from "@/stores/mod.ts";

/** A version that is in production now. */
export interface Deployment {
  readonly dataset: string;
  readonly version: number;
  /** The version that was current before; null for the first, and when it was this one already. */
  readonly previous: number | null;
  readonly approvers: readonly string[];
  readonly mode: ApprovedUsers["mode"];
  /** The folder of the bundle. */
  readonly folder: string;
  /** Old bundles that were cleared away. */
  readonly removed: readonly number[];
}

/**
 * Exports an approved version (the newest approved one by default) to `models/<dataset>/<version>/`, and makes it current.
 *
 * Nothing of it is visible before it is whole: the folder appears at once, then `current` is replaced at once. Run it again
 * after a crash: what is done already is not done twice.
 *
 * @throws {GovernanceError} If the user may not deploy, or the approval does not hold: also written to the audit log.
 * @throws {StoreError} If another deployment of the dataset is running, or the disk refuses.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { approve } from "@/pipeline/approve.ts";
 * import { newApprover } from "@/pipeline/approver_new.ts";
 * import { verifyTrail } from "@/pipeline/audit_verify.ts";
 * import { openContext } from "@/pipeline/context.ts";
 * import { deploy } from "@/pipeline/deploy.ts";
 * import { readDeployed } from "@/pipeline/deployed.ts";
 * import { gate } from "@/pipeline/gate.ts";
 * import { pipeline } from "@/pipeline/pipeline.ts";
 * import { rollback } from "@/pipeline/rollback.ts";
 *
 * const overrides = { series: 3, steps: 250, windows: 1, models: ["seasonal_naive", "group_median"] };
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * await pipeline(context);
 * const keys = await Deno.makeTempDir();
 * const anna = { user: "anna", key: `${keys}/anna.pem` }, ben = { user: "ben", key: `${keys}/ben.pem` };
 * await newApprover(context, "anna", "approver", { file: anna.key });
 * await newApprover(context, "ben", "deployer", { file: ben.key });
 * expect((await gate(context)).decision.accepted).toBe(true);
 * await expect(deploy(context, ben)).rejects.toThrow("nobody has approved it");
 * await approve(context, anna);
 * expect((await deploy(context, ben)).approvers).toEqual(["anna"]);
 * expect((await readDeployed(context, "rossmann")).version).toBe(1);
 * await expect(rollback(context, ben)).rejects.toThrow("version 1 is the only one");
 * expect(await verifyTrail(context)).toMatchObject({ deployed: 1, problems: [] });
 * ```
 */
export async function deploy(context: Context, order: Order): Promise<Deployment> {
  const dataset = context.profile.name;
  const asked = order.version === undefined ? {} : { version: order.version };
  return await auditingRefusals(context, { user: order.user, action: "deploy", dataset, ...asked }, async () => {
    const list = await approvedUsers(context);
    const user = demandUser(list, order.user, "deployer", `deploy a version of ${dataset}`);
    const number = order.version ?? await newestApproved(context);
    return await alone(context, () => deployAlone(context, list, user, { ...order, version: number }));
  });
}

async function deployAlone(
  context: Context,
  list: ApprovedUsers,
  user: User,
  order: Order & { readonly version: number },
): Promise<Deployment> {
  const { store, profile, params, log } = context, dataset = profile.name;
  const keys = deploymentKeys(dataset);
  const { version, files, card } = await openVersion(context, order.version);
  const what = `deploy version ${version.version} of ${dataset}`;
  const current = await readCurrent(store, dataset).catch(() => undefined);
  const { decision, approvals, evidence } = provenApprovals(version, { files, card }, list, what);
  demandSameChampion(decision, version.version, current, what, user.name);
  const signed = await signedOrder(context, "deploy", version.version, evidence, list, user, order.key);
  const placed = await placeBundle(context, version.version, files, card, { mode: list.mode, decision, approvals });
  await makeCurrent(context, placed, current, signed, {
    action: "deploy",
    facts: {
      ...signed,
      mode: list.mode,
      bundle: placed.bundle,
      approvers: approvals.map(({ statement }) => statement.user),
    },
  });
  const removed = await clearAway(context, params.governance.keep);
  log.info("deployed", { version: version.version, user: user.name, removed });
  return {
    dataset,
    version: version.version,
    previous: current === undefined || current.version === version.version ? null : current.version,
    approvers: approvals.map(({ statement }) => statement.user),
    mode: list.mode,
    folder: store.path(keys.bundle(version.version)),
    removed,
  };
}

/** What an approval must prove before anything is exported. */
function provenApprovals(
  version: ModelVersion,
  { files, card }: { readonly files: Files; readonly card: Parameters<typeof evidenceFor>[1] },
  list: ApprovedUsers,
  what: string,
): { decision: Decision; approvals: readonly Signed[]; evidence: Evidence } {
  const decision = decisionOf(version);
  const dataset = card.dataset, number = version.version;
  if (decision === undefined || !decision.accepted) {
    const found = decision === undefined ? "it was never judged" : `it was refused: ${decision.reasons[0]}`;
    throw new GovernanceError(
      `Refused to ${what}: the rule is that the gate accepts a version before production, and ${found}. ` +
        `To get approved: \`deno task approve --dataset ${dataset} --version ${number} --user NAME\``,
      { rule: "gate" },
    );
  }
  const evidence = evidenceFor(files, card, decision);
  // Who approved an earlier decision and not this one has not approved this one.
  const all = approvalsOf(version), own = all.filter(({ statement }) => statement.decision === evidence.decision);
  const approvals = own.length > 0 ? own : all;
  demandApprovals(approvals, { ...evidence, dataset, version: number }, list, what);
  return { decision, approvals, evidence };
}

/** An approval says "better than what is there": it does not hold once something else is there. */
function demandSameChampion(
  decision: Decision,
  version: number,
  current: Current | undefined,
  what: string,
  user: string,
): void {
  if (current === undefined || current.version === version || decision.champion === current.version) return;
  const judged = decision.champion === null ? "as the first model" : `against version ${decision.champion}`;
  throw new GovernanceError(
    `Refused to ${what} for ${user}: the rule is that a version was judged against the one in production, and it was ` +
      `judged ${judged}, while version ${current.version} is in production. To get approved: ` +
      `\`deno task approve --version ${version} --user NAME\` again`,
    { rule: "champion", user },
  );
}

/** A deed in the name of a person: signed like an approval, and kept in the audit log. */
export async function signedOrder(
  context: Context,
  action: "deploy" | "rollback",
  version: number,
  evidence: Evidence,
  list: ApprovedUsers,
  user: User,
  keyFile: string | undefined,
): Promise<Signed> {
  const key = list.mode === "signed" ? await readPrivateKey(context, user.name, keyFile) : undefined;
  const time = context.now().toString();
  return signStatement(
    { action, dataset: context.profile.name, version, user: user.name, time, ...evidence },
    list,
    user,
    key,
  );
}

/** Writes the bundle, unless the very same one is there and whole. */
async function placeBundle(
  context: Context,
  version: number,
  files: Files,
  card: Parameters<typeof evidenceFor>[1],
  approval: ApprovalFile,
): Promise<Placed> {
  const { store, profile } = context;
  const text = (value: string) => new TextEncoder().encode(value);
  const whole = sealed({
    ...files,
    "metrics.json": text(metricsText(card)),
    "approval.json": text(`${JSON.stringify(approval, null, 2)}\n`),
    [CARD_PAGE]: text(cardDocument(card, profile, { name: registeredName(context), version, ...approval })),
  });
  const placed: Placed = { version, bundle: digest(whole[CHECKSUMS]!) };
  const isThere = await readBundle(context, profile.name, placed).then(() => true, () => false);
  if (isThere) return placed;
  await replaceDirectory(store.path(deploymentKeys(profile.name).bundle(version)), async (folder) => {
    for (const [name, bytes] of Object.entries(whole)) {
      await writeAtomic(`${folder}/${name}`, bytes, { sweep: false });
    }
  });
  return placed;
}

/**
 * Moves `current`, writes the audit line and `metrics.json`, and tells the registry. The audit line comes before `current`:
 * what is in production is always in the log, and a line whose deed a crash prevented is repeated by the next try.
 */
export async function makeCurrent(
  context: Context,
  placed: Placed,
  current: Current | undefined,
  { statement }: Signed,
  { action, before, facts }: {
    readonly action: "deploy" | "rollback";
    readonly before?: readonly Placed[];
    readonly facts: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { store, profile } = context, { user, time } = statement;
  // Proven from disk, as the server will read it.
  await readBundle(context, profile.name, placed);
  await appendAudit(context, {
    user,
    action,
    dataset: profile.name,
    version: placed.version,
    outcome: "done",
    facts,
  });
  const next: Current = { ...placed, before: before ?? historyAfter(current, placed), user, time };
  await store.put(deploymentKeys(profile.name).current, currentText(next));
  await followCurrent(context, next);
}

/**
 * Has `metrics.json` and the registry say what `current` says. Whoever is told that there is nothing to change calls it as
 * well: a crash right after `current` was moved leaves the others behind.
 */
export async function followCurrent(context: Context, current: Current): Promise<void> {
  const { store, registry, profile } = context, { version } = current;
  const { metrics } = await readBundle(context, profile.name, current);
  await writeJson(store, deploymentKeys(profile.name).metrics, currentMetrics(current, metrics));
  const name = registeredName(context);
  await registry.transition(name, version, "Production", { archive: true });
  await registry.alias(name, CHAMPION, version);
  await noLongerChallenger(registry, name, version);
}

/** What was current goes to the front of what was before; nothing is there twice. */
function historyAfter(current: Current | undefined, { version }: Placed): readonly Placed[] {
  if (current === undefined) return [];
  const { version: own, bundle, before } = current;
  return [{ version: own, bundle }, ...before.filter((placed) => placed.version !== own)]
    .filter((placed) => placed.version !== version);
}

/** Removes the oldest bundles, so that `keep` of those before the current one stay. */
async function clearAway({ store, profile }: Context, keep: number): Promise<number[]> {
  const keys = deploymentKeys(profile.name);
  const current = (await readCurrent(store, profile.name))!;
  const kept = current.before.slice(0, keep), gone = current.before.slice(keep);
  if (gone.length === 0) return [];
  await store.put(keys.current, currentText({ ...current, before: kept }));
  for (const { version } of gone) {
    await Deno.remove(store.path(keys.bundle(version)), { recursive: true }).catch(() => {});
  }
  return gone.map(({ version }) => version);
}

/** One deployment of a dataset at a time: the second one is told. */
export async function alone<Result>({ store, profile }: Context, work: () => Promise<Result>): Promise<Result> {
  const { lock, folder } = deploymentKeys(profile.name);
  const busy = () =>
    new StoreError(
      `Cannot change what is in production in ${folder} as another deployment of ${profile.name} is running: ` +
        `wait until it is done, then look at ${folder}/current`,
      store.path(lock),
    );
  return await whileLocked(store.path(lock), busy, work);
}

async function newestApproved(context: Context): Promise<number> {
  const name = registeredName(context);
  const versions = await context.registry.versions(name);
  const approved = versions.findLast(({ tags }) => Object.keys(tags).some((tag) => tag.startsWith(APPROVAL_TAG)));
  if (approved !== undefined) return approved.version;
  const newest = versions.at(-1);
  if (newest === undefined) {
    throw new ModelUnavailableError(
      `Cannot find a registered model named ${name}: run \`deno task pipeline --dataset ${context.profile.name}\` first`,
    );
  }
  return newest.version;
}
