/**
 * Requests in the name of a person: only a listed deployer may change what answers.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { GovernanceError } from "@/core/errors.ts";
import { type ApprovedUsers, demandUser, isSignedBy, type Role, signText, type User } from "@/governance/mod.ts";

/** Minutes that a signature is good for. */
const MINUTES = 5;

/** What is signed: everything that the request does, and when it was signed. */
function requestText(method: string, path: string, time: string, body: string): string {
  return [method.toUpperCase(), path, time, createHash("sha256").update(body).digest("hex")].join("\n");
}

/**
 * Signs a request: the headers to send with it.
 *
 * @param privateKey PEM, as `deno task approver:new` made it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { newKeyPair } from "@/governance/mod.ts";
 * import { signRequest } from "@/serving/signed_request.ts";
 *
 * const headers = signRequest({ method: "POST", path: "/admin/reload", body: "{}" }, {
 *   user: "ben", privateKey: newKeyPair().privateKey, now: Temporal.Instant.from("2026-01-01T00:00:00Z"),
 * });
 * expect(headers["x-shelfcast-user"]).toBe("ben");
 * ```
 */
export function signRequest(
  { method, path, body }: { readonly method: string; readonly path: string; readonly body: string },
  { user, privateKey, now }: { readonly user: string; readonly privateKey: string; readonly now: Temporal.Instant },
): Readonly<Record<string, string>> {
  const time = now.toString();
  return {
    "x-shelfcast-user": user,
    "x-shelfcast-time": time,
    "x-shelfcast-signature": signText(requestText(method, path, time, body), privateKey),
  };
}

/** Signatures that were used: each is good for one request. */
export class UsedSignatures {
  readonly #until = new Map<string, number>();

  /** Notes a signature; false if it was used before. */
  use(signature: string, now: Temporal.Instant): boolean {
    const at = now.epochMilliseconds;
    for (const [old, until] of this.#until) if (until < at) this.#until.delete(old);
    if (this.#until.has(signature)) return false;
    this.#until.set(signature, at + 2 * MINUTES * 60_000);
    return true;
  }
}

/** What a signature is held against. */
interface Proof {
  readonly list: ApprovedUsers;
  readonly now: Temporal.Instant;
  readonly used: UsedSignatures;
}

/** Returns the deployer who signed a request; see `demandSigner`. */
export function demandDeployer(request: Request, path: string, body: string, proof: Proof): User {
  return demandSigner(request, path, body, { ...proof, role: "deployer", to: "change what is served" });
}

/**
 * Returns who signed a request.
 *
 * A list in allow-list mode proves nobody's name, so that over the network it allows nothing.
 *
 * @param proof.role The role that it takes, or one that may do as much.
 * @param proof.to What the person wants to do, for the message.
 * @throws {GovernanceError} If nobody did, or somebody who may not.
 */
export function demandSigner(
  request: Request,
  path: string,
  body: string,
  { list, now, used, role, to }: Proof & { readonly role: Role; readonly to: string },
): User {
  const header = (name: string) => request.headers.get(`x-shelfcast-${name}`) ?? "";
  const name = header("user"), time = header("time"), signature = header("signature");
  if (name === "" || time === "" || signature === "") {
    throw new GovernanceError(
      `Refused: this takes a ${role}'s signed request (x-shelfcast-user, -time and -signature)`,
    );
  }
  if (list.mode !== "signed") {
    throw new GovernanceError(
      "Refused: the list of approved users believes names, which over the network proves nothing",
    );
  }
  const user = demandUser(list, name, role, to);
  let age: number;
  try {
    age = Math.abs(now.since(Temporal.Instant.from(time)).total("minutes"));
  } catch {
    throw new GovernanceError("Refused: x-shelfcast-time must be an instant, such as 2026-01-01T00:00:00Z");
  }
  if (age > MINUTES) throw new GovernanceError(`Refused: the request was signed more than ${MINUTES} minutes away`);
  if (!isSignedBy(user.key!, requestText(request.method, path, time, body), signature)) {
    throw new GovernanceError(`Refused: the signature is not ${name}'s for this request`);
  }
  if (!used.use(signature, now)) throw new GovernanceError("Refused: this signature was used already");
  return user;
}
