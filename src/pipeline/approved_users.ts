/**
 * Where the list of approved users and people's private keys are.
 *
 * @module
 */
import { join, relative, resolve } from "node:path";
import { GovernanceError, ParamsError } from "@/core/errors.ts";
import type { LocalStore, Store } from "@/core/store.ts";
import { type ApprovedUsers, readUnsealedUsers, readUsers, USERS_FILE } from "@/governance/mod.ts";
import { explainDiskError } from "@/stores/mod.ts";

/** Where `approved_users.json` may be: the working folder's own comes first, then the project's. */
export interface UsersPlace {
  readonly store: Store;
  readonly project: Store;
}

/**
 * Reads who may approve and deploy.
 *
 * @throws {GovernanceError} If the file is missing, broken, or was changed after it was sealed.
 */
export async function approvedUsers(place: UsersPlace): Promise<ApprovedUsers> {
  return readUsers(await usersFileText(place));
}

/** Reads the list although its seal may be missing or wrong: for the tasks that change and seal it. */
export async function unsealedUsers(place: UsersPlace): Promise<ApprovedUsers> {
  return readUnsealedUsers(await usersFileText(place));
}

async function usersFileText({ store, project }: UsersPlace): Promise<string> {
  const bytes = await store.get(USERS_FILE) ?? await project.get(USERS_FILE);
  if (bytes === undefined) {
    throw new GovernanceError(
      `Cannot find ${USERS_FILE}: nobody may approve. To get approved: run \`deno task approver:new NAME\``,
      { rule: "users file" },
    );
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** What of the world a private key may come from. */
export interface KeyPlace {
  readonly store: LocalStore;
  readonly project: LocalStore;
  env(name: string): string | undefined;
}

/**
 * The file of a person's private key: the one that was named, or `SHELFCAST_KEY`, or `~/.config/shelfcast/<name>.pem`.
 *
 * @throws {ParamsError} If it would be inside the project or the working folder, or there is no home folder.
 */
export function privateKeyFile({ store, project, env }: KeyPlace, name: string, file?: string): string {
  const home = env("HOME") ?? env("USERPROFILE");
  const named = file ?? env("SHELFCAST_KEY") ??
    (home === undefined || home === "" ? undefined : join(home, ".config", "shelfcast", `${name}.pem`));
  if (named === undefined) {
    throw new ParamsError("Cannot place the private key as there is no home folder: give a file with --key FILE");
  }
  const path = resolve(named);
  for (const { location } of [project, store]) {
    const inside = relative(location, path);
    if (!inside.startsWith("..") && inside !== path) {
      throw new ParamsError(
        `Cannot keep a private key in ${path} as that is inside ${location}, where it could be shared by accident: ` +
          `give a file elsewhere with --key FILE`,
      );
    }
  }
  return path;
}

/**
 * Reads a person's private key; undefined where there is none at the usual place and none was named.
 *
 * @throws {GovernanceError} If others may read the file, as then anybody could have signed.
 * @throws {StoreError} If a file that was named cannot be read.
 */
export async function readPrivateKey(place: KeyPlace, name: string, file?: string): Promise<string | undefined> {
  const path = privateKeyFile(place, name, file);
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    if (file === undefined && error instanceof Deno.errors.NotFound) return undefined;
    throw explainDiskError("read", path, error);
  }
  if (Deno.build.os !== "windows" && info.mode !== null && (info.mode & 0o077) !== 0) {
    throw new GovernanceError(
      `Refused the private key ${path} of ${name}: the rule is that nobody else may read it. ` +
        `To get approved: chmod 600 ${path}, or make a new key if somebody has read it`,
      { rule: "private key", user: name },
    );
  }
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw explainDiskError("read", path, error);
  }
}
