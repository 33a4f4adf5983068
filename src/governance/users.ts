/**
 * Who may approve and deploy: the file `approved_users.json`.
 *
 * ```json
 * {
 *   "users": [
 *     { "name": "anna", "role": "approver", "key": "5TEc7…=" },
 *     { "name": "ben", "role": "deployer", "key": "x9wQk…=" }
 *   ],
 *   "mode": "signed",
 *   "two_persons": false,
 *   "seal": "…"
 * }
 * ```
 *
 * `mode` is `signed` when left out: approvals and deployments carry Ed25519 signatures. `allow-list` trusts whoever types
 * a listed name. With `two_persons`, two different approvers must approve. The seal is the sha256 of the file without it:
 * `deno task approver:new` and `approver:seal` write it, and a change that nobody sealed is found.
 *
 * @module
 */
import { Ajv } from "ajv";
import { GovernanceError } from "@/core/errors.ts";
import { nearestNames } from "@/core/names.ts";
import { digest } from "@/governance/canonical.ts";

/** What a person may do; each role may also do what the later ones may. */
export const ROLES = ["approver", "deployer", "planner", "viewer"] as const;

/** A person's role. */
export type Role = typeof ROLES[number];

/** A person who is listed. */
export interface User {
  /** In small letters, unique in the file: `anna`. */
  readonly name: string;
  /** What the person may do. */
  readonly role: Role;
  /** Ed25519, 32 bytes as base64; may be missing in allow-list mode. */
  readonly key?: string;
}

/** Who may do what, and by which rules. */
export interface ApprovedUsers {
  /** Everybody who is listed, in the order of the file. */
  readonly users: readonly User[];
  /** Whether approvals and deployments carry signatures, or a listed name is believed. */
  readonly mode: "signed" | "allow-list";
  /** Whether two different approvers must approve a version. */
  readonly twoPersons: boolean;
  /** Whether the file carries a seal, which then was right. */
  readonly sealed: boolean;
}

/** The name of the file. */
export const USERS_FILE = "approved_users.json";

/** The JSON Schema of the file. */
const usersSchema = {
  type: "object",
  additionalProperties: false,
  required: ["users"],
  properties: {
    users: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["name", "role"],
        properties: {
          name: { type: "string", pattern: "^[a-z0-9][a-z0-9._-]{0,63}$" },
          role: { type: "string", enum: ROLES },
          key: { type: "string", pattern: "^[A-Za-z0-9+/]{43}=$" },
        },
      },
    },
    mode: { type: "string", enum: ["signed", "allow-list"] },
    two_persons: { type: "boolean" },
    seal: { type: "string", pattern: "^[0-9a-f]{64}$" },
  },
} as const;

interface UsersDocument {
  readonly users: readonly User[];
  readonly mode?: ApprovedUsers["mode"];
  readonly two_persons?: boolean;
  readonly seal?: string;
}

const validate = new Ajv({ allErrors: true, verbose: true }).compile<UsersDocument>(usersSchema);

/**
 * Reads the text of `approved_users.json`.
 *
 * @throws {GovernanceError} If it is not JSON, breaks the schema, lists a name or a key twice, or was changed after it
 * was sealed; in signed mode also if it lists somebody and was never sealed.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readUsers, usersText } from "@/governance/mod.ts";
 *
 * const text = usersText({ users: [{ name: "anna", role: "approver" }], mode: "allow-list", twoPersons: false });
 * expect(readUsers(text).users[0]?.name).toBe("anna");
 * expect(() => readUsers(text.replace("anna", "anne"))).toThrow("changed after it was sealed");
 * ```
 */
export function readUsers(text: string): ApprovedUsers {
  const document = parseUsers(text);
  const { users, mode = "signed", two_persons: twoPersons = false, seal } = document;
  if (seal !== undefined && seal !== sealOf(text)) {
    throw refuse(`it was changed after it was sealed: if the change is meant, run \`deno task approver:seal\``);
  }
  if (mode === "signed" && seal === undefined && users.length > 0) {
    throw refuse(`it lists people and has no seal: review it, then run \`deno task approver:seal\``);
  }
  return { users, mode, twoPersons, sealed: seal !== undefined };
}

/**
 * Reads the file as it is, its seal unchecked: for the tasks that change the file, and only for them.
 *
 * @throws {GovernanceError} If it is not JSON, breaks the schema, or lists a name or a key twice.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readUnsealedUsers } from "@/governance/mod.ts";
 *
 * expect(readUnsealedUsers('{ "users": [] }')).toEqual({ users: [], mode: "signed", twoPersons: false, sealed: false });
 * ```
 */
export function readUnsealedUsers(text: string): ApprovedUsers {
  const { users, mode = "signed", two_persons: twoPersons = false } = parseUsers(text);
  return { users, mode, twoPersons, sealed: false };
}

/**
 * Writes the text of `approved_users.json`, sealed.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readUsers, usersText } from "@/governance/mod.ts";
 *
 * const text = usersText({ users: [], mode: "signed", twoPersons: true });
 * expect(readUsers(text)).toEqual({ users: [], mode: "signed", twoPersons: true, sealed: true });
 * ```
 */
export function usersText({ users, mode, twoPersons }: Omit<ApprovedUsers, "sealed">): string {
  const lines = users.map((user) => `    ${JSON.stringify(user).replaceAll(/([{,:])"/g, '$1 "').replace(/}$/, " }")}`);
  const list = lines.length === 0 ? "[]" : `[\n${lines.join(",\n")}\n  ]`;
  const draft =
    `{\n  "users": ${list},\n  "mode": "${mode}",\n  "two_persons": ${twoPersons},\n  "seal": "${BLANK}"\n}\n`;
  return draft.replace(BLANK, sealOf(draft));
}

/**
 * Returns a listed person who may do something, or says how to become one.
 *
 * @param role What it takes: somebody with a role that stands before it may do it too.
 * @param what The deed, for the message: `deploy version 3 of rossmann`.
 * @throws {GovernanceError} If the person is not listed or has another role, or in signed mode has no key.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { demandUser } from "@/governance/mod.ts";
 *
 * const list = { users: [{ name: "vera", role: "viewer" as const }], mode: "allow-list" as const, twoPersons: false, sealed: true };
 * expect(() => demandUser(list, "vera", "deployer", "deploy version 3")).toThrow("vera is a viewer");
 * ```
 */
export function demandUser(list: ApprovedUsers, name: string, role: Role, what: string): User {
  const user = list.users.find((user) => user.name === name);
  if (user === undefined) {
    const near = nearestNames(name, list.users.map((user) => user.name), 1);
    const hint = near.length === 0 ? "nobody is listed yet" : `did you mean "${near[0]}"?`;
    throw new GovernanceError(
      `Refused to ${what} for ${name}: the rule is that the user is listed in ${USERS_FILE}, and ${name} is not ` +
        `(${hint}). To get approved: run \`deno task approver:new ${name} --role ${role}\` and have the change reviewed`,
      { rule: "listed", user: name },
    );
  }
  if (ROLES.indexOf(user.role) > ROLES.indexOf(role)) {
    throw new GovernanceError(
      `Refused to ${what} for ${name}: the rule is that it takes the role ${role}, and ${name} is a ${user.role}. ` +
        `To get approved: have the role changed in ${USERS_FILE} and sealed (\`deno task approver:seal\`), ` +
        `or ask ${whoMay(list, role)}`,
      { rule: "role", user: name },
    );
  }
  if (list.mode === "signed" && user.key === undefined) {
    throw new GovernanceError(
      `Refused to ${what} for ${name}: the rule is that approvals are signed, and ${name} has no public key in ` +
        `${USERS_FILE}. To get approved: run \`deno task approver:new ${name} --role ${user.role}\``,
      { rule: "key", user: name },
    );
  }
  return user;
}

/** The listed people whose role suffices, for messages. */
function whoMay({ users }: ApprovedUsers, role: Role): string {
  const names = users.filter((user) => ROLES.indexOf(user.role) <= ROLES.indexOf(role)).map(({ name }) => name);
  return names.length === 0 ? `somebody who is listed as ${role}` : names.join(" or ");
}

const BLANK = "0".repeat(64);

/** The sha256 of the text with a blank seal; line ends do not count, as git may change them. */
function sealOf(text: string): string {
  return digest(text.replaceAll("\r\n", "\n").replace(/("seal"\s*:\s*")[0-9a-f]{64}(")/, `$1${BLANK}$2`));
}

function parseUsers(text: string): UsersDocument {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw refuse(`it is not JSON: ${(error as Error).message}`);
  }
  if (!validate(document)) {
    const problems = (validate.errors ?? []).map(({ instancePath, message, params, data }) => {
      const extra = params["additionalProperty"];
      const where = instancePath.slice(1).replaceAll("/", ".") || "the file";
      if (extra !== undefined) return `${where} has an unknown name ${JSON.stringify(extra)}`;
      const allowed = params["allowedValues"] === undefined ? "" : ` (${params["allowedValues"].join(", ")})`;
      return `${where} ${message}${allowed}, found ${JSON.stringify(data).slice(0, 60)}`;
    });
    throw refuse(problems.join("; "));
  }
  for (const field of ["name", "key"] as const) {
    const values = document.users.map((user) => user[field]).filter((value) => value !== undefined);
    const twice = values.find((value, at) => values.indexOf(value) !== at);
    if (twice !== undefined) throw refuse(`it has the ${field} ${twice} twice, and a person counts once`);
  }
  return document;
}

function refuse(why: string): GovernanceError {
  return new GovernanceError(`Cannot use ${USERS_FILE} as ${why}`, { rule: "users file" });
}
