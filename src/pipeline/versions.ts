/**
 * Registered versions as approvals see them: files, card, and what is known of the gate and the approvals.
 *
 * @module
 */
import { GovernanceError, ModelUnavailableError } from "@/core/errors.ts";
import type { ModelVersion, Registry } from "@/core/registry.ts";
import type { Files } from "@/core/regressor.ts";
import { canonical, type Decision, readSigned, type Signed } from "@/governance/mod.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { readCard } from "@/pipeline/forecast.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";

/** The tags of a version that hold the gate's decision and, one per approver, the approvals. */
export const GATE_TAG = "shelfcast.gate", APPROVAL_TAG = "shelfcast.approval.";

/** A registered version, its files verified. */
export interface OpenVersion {
  readonly version: ModelVersion;
  readonly files: Files;
  readonly card: ModelCard;
}

/**
 * Finds a version of the run's registered model, the newest one by default, and reads its files.
 *
 * @throws {ModelUnavailableError} If there is no such version, or its files are damaged.
 */
export async function openVersion(context: Context, number?: number): Promise<OpenVersion> {
  const version = await findVersion(context, number);
  const files = await context.registry.files(version);
  return { version, files, card: readCard(files["card.json"], `${version.name} version ${version.version}`) };
}

/** Finds a version by its number, the newest one by default. */
export async function findVersion(context: Context, number?: number): Promise<ModelVersion> {
  const { registry, profile } = context;
  const name = registeredName(context);
  const versions = await registry.versions(name);
  const found = number === undefined ? versions.at(-1) : versions.find(({ version }) => version === number);
  if (found !== undefined) return found;
  throw new ModelUnavailableError(
    versions.length === 0
      ? `Cannot find a registered model named ${name}: run \`deno task pipeline --dataset ${profile.name}\` first`
      : `Cannot find version ${number} of ${name}: there are ${versions.map(({ version }) => version).join(", ")}`,
  );
}

/** The aliases of the version in production, and of the newest one that the gate accepted to follow it. */
export const CHAMPION = "champion", CHALLENGER = "challenger";

/** Keeps the gate's decision with the version: one that it accepted is the challenger, one that it refused is not. */
export async function keepDecision({ registry }: Context, { name, version }: ModelVersion, decision: Decision) {
  await registry.tag(name, version, { [GATE_TAG]: canonical(decision) });
  if (decision.accepted) await registry.alias(name, CHALLENGER, version);
  else await noLongerChallenger(registry, name, version);
}

/** Takes the alias from a version that was refused, or is in production now. */
export async function noLongerChallenger(registry: Registry, name: string, version: number): Promise<void> {
  if ((await registry.aliases(name))[CHALLENGER] === version) await registry.unalias(name, CHALLENGER);
}

/** Keeps an approval with the version. */
export async function keepApproval({ registry }: Context, { name, version }: ModelVersion, signed: Signed) {
  await registry.tag(name, version, { [`${APPROVAL_TAG}${signed.statement.user}`]: canonical(signed) });
}

/** The gate's decision on a version; undefined when it was never judged. */
export function decisionOf(version: ModelVersion): Decision | undefined {
  const text = version.tags[GATE_TAG];
  return text === undefined ? undefined : fromTag(version, GATE_TAG, text) as Decision;
}

/** The approvals of a version, in the order of the approvers' names. */
export function approvalsOf(version: ModelVersion): Signed[] {
  return Object.keys(version.tags).filter((tag) => tag.startsWith(APPROVAL_TAG)).sort()
    .map((tag) => readSigned(fromTag(version, tag, version.tags[tag]!)));
}

function fromTag({ name, version }: ModelVersion, tag: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GovernanceError(`Cannot use ${name} version ${version} as its tag ${tag} is not JSON: approve again`, {
      rule: "approval",
      cause,
    });
  }
}
