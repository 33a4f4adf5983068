/**
 * Ed25519 keys as people pass them on: the private one as a PEM file, the public one as a line of base64.
 *
 * @module
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { Buffer } from "node:buffer";
import { GovernanceError } from "@/core/errors.ts";

/** A person's new keys. */
export interface KeyPair {
  /** PEM (PKCS#8): stays with the person. */
  readonly privateKey: string;
  /** 32 bytes as base64: goes into `approved_users.json`. */
  readonly publicKey: string;
}

/** What stands before the 32 bytes of every Ed25519 public key in DER. */
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");

/**
 * Makes a new pair of keys.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { isSignedBy, newKeyPair, signText } from "@/governance/mod.ts";
 *
 * const { privateKey, publicKey } = newKeyPair();
 * const signature = signText("approve version 3", privateKey);
 * expect(isSignedBy(publicKey, "approve version 3", signature)).toBe(true);
 * expect(isSignedBy(publicKey, "approve version 4", signature)).toBe(false);
 * ```
 */
export function newKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: rawPublic(publicKey),
  };
}

/**
 * The public half of a private key.
 *
 * @throws {GovernanceError} If the text is not an Ed25519 private key.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { newKeyPair, publicKeyOf } from "@/governance/mod.ts";
 *
 * const { privateKey, publicKey } = newKeyPair();
 * expect(publicKeyOf(privateKey)).toBe(publicKey);
 * ```
 */
export function publicKeyOf(privateKey: string): string {
  return rawPublic(createPublicKey(openPrivate(privateKey)));
}

/**
 * Signs a text.
 *
 * @returns 64 bytes as base64; the same text and key always give the same signature.
 * @throws {GovernanceError} If the text is not an Ed25519 private key.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { newKeyPair, signText } from "@/governance/mod.ts";
 *
 * const { privateKey } = newKeyPair();
 * expect(signText("approve", privateKey)).toHaveLength(88);
 * ```
 */
export function signText(text: string, privateKey: string): string {
  return sign(null, new TextEncoder().encode(text), openPrivate(privateKey)).toString("base64");
}

/**
 * Tells whether a text was signed by the owner of a public key. A damaged key or signature is no reason to throw: it is
 * not that person's signature.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { isSignedBy } from "@/governance/mod.ts";
 *
 * expect(isSignedBy("not a key", "approve", "not a signature")).toBe(false);
 * ```
 */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    const raw = Buffer.from(publicKey, "base64"), bytes = Buffer.from(signature, "base64");
    // Base64 can be read in more ways than one; only the form that we write counts, so that no byte may differ.
    if (raw.toString("base64") !== publicKey || bytes.toString("base64") !== signature) return false;
    if (raw.length !== 32 || bytes.length !== 64) return false;
    const key = createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: "der", type: "spki" });
    return verify(null, new TextEncoder().encode(text), key, bytes);
  } catch {
    return false;
  }
}

function openPrivate(privateKey: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(privateKey);
  } catch {
    // Said below, without the library's words: they might quote the key.
  }
  if (key?.asymmetricKeyType !== "ed25519") {
    throw new GovernanceError(
      "Cannot sign as the key file does not hold an Ed25519 private key: make one with `deno task approver:new NAME`",
    );
  }
  return key;
}

function rawPublic(key: KeyObject): string {
  return (key.export({ type: "spki", format: "der" }) as Buffer).subarray(SPKI_HEAD.length).toString("base64");
}
