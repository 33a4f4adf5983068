/**
 * The list of approved users: a new person with a pair of keys, and the seal on a reviewed change.
 *
 * @module
 */
import { dirname } from "node:path";
import { GovernanceError, ParamsError } from "@/core/errors.ts";
import { type ApprovedUsers, newKeyPair, type Role, USERS_FILE, usersText } from "@/governance/mod.ts";
import { privateKeyFile, unsealedUsers } from "@/pipeline/approved_users.ts";
import { appendAudit, demandWholeAudit } from "@/pipeline/audit_log.ts";
import type { Context } from "@/pipeline/context.ts";
import { explainDiskError } from "@/stores/mod.ts";

/** A person who was just listed. */
export interface NewApprover {
  readonly name: string;
  readonly role: Role;
  readonly publicKey: string;
  /** Where the private key is. */
  readonly file: string;
  /** Where the list is. */
  readonly list: string;
}

/**
 * Makes keys for a person, keeps the private one outside the project with mode 600, and lists the public one.
 *
 * Somebody who is listed already gets a new key; versions that were approved with the old one must be approved again.
 *
 * @throws {ParamsError} If the name is not one, or the private key would be inside the project, or its file is there.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { newApprover, sealUsers } from "@/pipeline/approver_new.ts";
 * import { verifyAudit } from "@/pipeline/audit_log.ts";
 * import { openContext } from "@/pipeline/context.ts";
 *
 * const context = await openContext({ workdir: await Deno.makeTempDir() });
 * const { file } = await newApprover(context, "anna", "approver", { file: `${await Deno.makeTempDir()}/anna.pem` });
 * expect(await Deno.readTextFile(file)).toContain("PRIVATE KEY");
 * const { users } = await sealUsers(context, "anna");
 * expect(users.map(({ name, role }) => `${name}: ${role}`)).toEqual(["anna: approver"]);
 * expect((await verifyAudit(context.store)).lines.map(({ action }) => action)).toEqual(["approver:new", "approver:seal"]);
 * ```
 */
export async function newApprover(
  context: Context,
  name: string,
  role: Role,
  { file, by = name }: { readonly file?: string; readonly by?: string } = {},
): Promise<NewApprover> {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) {
    throw new ParamsError(`Cannot list "${name}": a name has lower case letters, digits, dots and dashes, 64 at most`);
  }
  await demandWholeAudit(context.store);
  const list = await unsealedUsers(context);
  const path = privateKeyFile(context, name, file);
  const { privateKey, publicKey } = newKeyPair();
  await writePrivate(path, privateKey);
  try {
    const users = [...list.users.filter((user) => user.name !== name), { name, role, key: publicKey }];
    await writeUsers(context, { ...list, users }, by, "approver:new");
  } catch (error) {
    await Deno.remove(path).catch(() => {});
    throw error;
  }
  return { name, role, publicKey, file: path, list: context.store.path(USERS_FILE) };
}

/**
 * Seals the list after a reviewed change by hand.
 *
 * @throws {GovernanceError} If the file breaks the schema.
 */
export async function sealUsers(context: Context, by: string): Promise<ApprovedUsers> {
  await demandWholeAudit(context.store);
  const list = await unsealedUsers(context);
  await writeUsers(context, list, by, "approver:seal");
  return list;
}

async function writeUsers(context: Context, list: ApprovedUsers, by: string, action: string): Promise<void> {
  const text = usersText(list);
  const listed = list.users.map(({ name, role, key }) => ({ name, role, key: key?.slice(0, 12) ?? null }));
  await appendAudit(context, {
    user: by,
    action,
    outcome: "done",
    facts: { listed, mode: list.mode, twoPersons: list.twoPersons },
  });
  await context.store.put(USERS_FILE, text);
}

/** Only its owner may ever read it: the mode is there before the first byte, and no other file is replaced. */
async function writePrivate(path: string, privateKey: string): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
    const bytes = new TextEncoder().encode(privateKey);
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new ParamsError(`Cannot write a private key to ${path} as a file is there: keep it, or move it away first`);
    }
    throw error instanceof GovernanceError ? error : explainDiskError("write", path, error);
  }
}
