/**
 * Approvals: what a person signed, and whether it still holds.
 *
 * @module
 */
import { GovernanceError } from "@/core/errors.ts";
import { canonical, digest } from "@/governance/canonical.ts";
import { isSignedBy, publicKeyOf, signText } from "@/governance/keys.ts";
import { type ApprovedUsers, demandUser, type User, USERS_FILE } from "@/governance/users.ts";

/** The hashes that tie a statement to one model, the data it was made from, and what was measured and decided. */
export interface Evidence {
  /** Over every file of the version: see {@linkcode filesDigest}. */
  readonly model: string;
  /** The fingerprint of the data. */
  readonly data: string;
  /** The sha256 of `metrics.json`. */
  readonly metrics: string;
  /** The sha256 of the gate's decision. */
  readonly decision: string;
}

/** What a person says, and signs. */
export interface Statement extends Evidence {
  /** What is done to the version: an approval, a deployment, or the return to a version deployed before. */
  readonly action: "approve" | "deploy" | "rollback";
  /** The dataset that the version forecasts: `rossmann`. */
  readonly dataset: string;
  /** The version's number in the registry. */
  readonly version: number;
  /** The name of the person who says it, as `approved_users.json` lists it. */
  readonly user: string;
  /** ISO 8601, UTC. */
  readonly time: string;
}

/** A statement with its signature; null in allow-list mode, where a name is believed. */
export interface Signed {
  /** What was said. */
  readonly statement: Statement;
  /** Ed25519 over the statement: 64 bytes as base64; null in allow-list mode. */
  readonly signature: string | null;
}

/**
 * Signs a statement in the name of a listed person.
 *
 * @param privateKey The person's private key (PEM); left out in allow-list mode, which signs nothing.
 * @throws {GovernanceError} In signed mode, if the key is missing or belongs to somebody else.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { newKeyPair, signStatement } from "@/governance/mod.ts";
 *
 * const { privateKey, publicKey } = newKeyPair();
 * const anna = { name: "anna", role: "approver" as const, key: publicKey };
 * const list = { users: [anna], mode: "signed" as const, twoPersons: false, sealed: true };
 * const statement = {
 *   action: "approve" as const, dataset: "rossmann", version: 3, user: "anna", time: "2026-01-01T00:00:00Z",
 *   model: "m", data: "d", metrics: "s", decision: "g",
 * };
 * expect(signStatement(statement, list, anna, privateKey).signature).toHaveLength(88);
 * expect(() => signStatement(statement, list, anna, newKeyPair().privateKey)).toThrow("belongs to somebody else");
 * ```
 */
export function signStatement(
  statement: Statement,
  { mode }: ApprovedUsers,
  user: User,
  privateKey: string | undefined,
): Signed {
  if (mode === "allow-list") return { statement, signature: null };
  const what = `${statement.action} version ${statement.version} of ${statement.dataset}`;
  if (privateKey === undefined) {
    throw new GovernanceError(
      `Refused to ${what} for ${user.name}: the rule is that it is signed, and no private key was given. ` +
        `To get approved: give the file that \`deno task approver:new\` made with --key FILE`,
      { rule: "signature", user: user.name },
    );
  }
  if (publicKeyOf(privateKey) !== user.key) {
    throw new GovernanceError(
      `Refused to ${what} for ${user.name}: the rule is that ${user.name} signs, and this private key belongs to ` +
        `somebody else. To get approved: sign with your own key, or have your new public key put into ${USERS_FILE}`,
      { rule: "signature", user: user.name },
    );
  }
  return { statement, signature: signText(payload(statement), privateKey) };
}

/**
 * Tells whether a statement was signed by a person as listed.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { isSignatureOf, newKeyPair, readSigned, signStatement } from "@/governance/mod.ts";
 *
 * const { privateKey, publicKey } = newKeyPair();
 * const anna = { name: "anna", role: "approver" as const, key: publicKey };
 * const list = { users: [anna], mode: "signed" as const, twoPersons: false, sealed: true };
 * const statement = {
 *   action: "approve" as const, dataset: "rossmann", version: 3, user: "anna", time: "2026-01-01T00:00:00Z",
 *   model: "m", data: "d", metrics: "s", decision: "g",
 * };
 * const signed = readSigned(JSON.parse(JSON.stringify(signStatement(statement, list, anna, privateKey))));
 * expect(isSignatureOf(signed, anna)).toBe(true);
 * expect(isSignatureOf({ ...signed, statement: { ...statement, version: 4 } }, anna)).toBe(false);
 * ```
 */
export function isSignatureOf({ statement, signature }: Signed, { key }: User): boolean {
  return key !== undefined && signature !== null && isSignedBy(key, payload(statement), signature);
}

/**
 * Demands that a version is approved: by somebody listed with the right role, signed, for exactly these hashes; by two
 * different approvers where the file asks for two.
 *
 * @param approvals What was found; every one of them must hold.
 * @param what What is being done, for the message: `deploy version 3 of rossmann`.
 * @throws {GovernanceError} Names the rule that is broken, the person, and the way to get approved.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { demandApprovals } from "@/governance/mod.ts";
 *
 * const list = { users: [], mode: "signed" as const, twoPersons: false, sealed: true };
 * const about = { dataset: "rossmann", version: 3, model: "m", data: "d", metrics: "s", decision: "g" };
 * expect(() => demandApprovals([], about, list, "deploy version 3")).toThrow("nobody has approved it");
 * ```
 */
export function demandApprovals(
  approvals: readonly Signed[],
  about: Evidence & { readonly dataset: string; readonly version: number },
  list: ApprovedUsers,
  what: string,
): void {
  const { dataset, version } = about;
  const way = `To get approved: \`deno task approve --dataset ${dataset} --version ${version} --user NAME\``;
  if (approvals.length === 0) {
    throw new GovernanceError(
      `Refused to ${what}: the rule is that an approver has approved it, and nobody has approved it. ${way}`,
      { rule: "approval" },
    );
  }
  for (const approval of approvals) demandApproval(approval, about, list, what, way);
  const people = new Set(approvals.map(({ statement }) => statement.user));
  if (list.twoPersons && people.size < 2) {
    throw new GovernanceError(
      `Refused to ${what}: the rule is that two different approvers approve, and only ${[...people][0]} has. ${way}`,
      { rule: "two persons" },
    );
  }
}

function demandApproval(
  approval: Signed,
  about: Evidence & { readonly dataset: string; readonly version: number },
  list: ApprovedUsers,
  what: string,
  way: string,
): void {
  const { statement, signature } = approval;
  const user = demandUser(list, statement.user, "approver", what);
  const refuse = (rule: string, found: string) =>
    new GovernanceError(`Refused to ${what}: the rule is that ${rule}, and ${found}. ${way}`, {
      rule: "signature",
      user: user.name,
    });
  if (statement.action !== "approve") {
    throw refuse("an approval says so", `the statement of ${user.name} says "${statement.action}"`);
  }
  if (statement.dataset !== about.dataset || statement.version !== about.version) {
    throw refuse(
      "an approval is for this version",
      `${user.name} approved version ${statement.version} of ${statement.dataset}`,
    );
  }
  if (list.mode === "signed" && !isSignatureOf(approval, user)) {
    throw refuse(
      "the signature is the approver's",
      signature === null ? `the approval of ${user.name} is not signed` : `that of ${user.name} does not verify`,
    );
  }
  const parts = { model: "model's files", data: "data", metrics: "metrics", decision: "gate's decision" } as const;
  for (const [part, words] of Object.entries(parts) as [keyof typeof parts, string][]) {
    if (statement[part] !== about[part]) {
      throw refuse(
        `what was approved is what is there`,
        `the ${words} changed after ${user.name} approved: ${statement[part].slice(0, 12)} became ` +
          about[part].slice(0, 12),
      );
    }
  }
}

/**
 * Reads an approval from what a file or a tag held.
 *
 * @throws {GovernanceError} If it is not an approval.
 */
export function readSigned(value: unknown): Signed {
  const { statement, signature } = Object(value) as Partial<Signed>;
  const texts = ["action", "dataset", "user", "time", "model", "data", "metrics", "decision"] as const;
  const whole = statement !== null && typeof statement === "object" &&
    texts.every((name) => typeof statement[name] === "string") && Number.isInteger(statement.version) &&
    Object.keys(statement).length === texts.length + 1 && Object.keys(Object(value)).length === 2 &&
    (signature === null || typeof signature === "string");
  if (!whole) {
    throw new GovernanceError("Cannot read an approval as it is not one: approve again", { rule: "approval" });
  }
  return { statement, signature };
}

/**
 * The digest of a version's files: the same names and bytes always have the same.
 *
 * @param checksums Name → sha256 of each file.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { filesDigest } from "@/governance/mod.ts";
 *
 * expect(filesDigest({ "b.txt": "02", "a.txt": "01" })).toBe(filesDigest({ "a.txt": "01", "b.txt": "02" }));
 * ```
 */
export function filesDigest(checksums: Readonly<Record<string, string>>): string {
  return digest(canonical(checksums));
}

/** What is signed: a purpose in front, so that a signature can never be taken for one of something else. */
function payload(statement: Statement): string {
  return `shelfcast ${statement.action}\n${canonical(statement)}`;
}
