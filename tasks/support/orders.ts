/**
 * The flags of tasks that act in somebody's name.
 *
 * @module
 */
import { ParamsError } from "@/core/errors.ts";
import type { Order } from "@/pipeline/approve.ts";
import type { Flag, FlagValues } from "./command.ts";

/** Who acts, with which key. */
export const USER_FLAGS = {
  user: { type: "string", value: "NAME", about: "who you are in approved_users.json" },
  key: {
    type: "string",
    value: "FILE",
    about: "your private key (default: SHELFCAST_KEY, or ~/.config/shelfcast/NAME.pem)",
  },
} as const satisfies Record<string, Flag>;

/** Which registered version. */
export const VERSION_FLAG = {
  version: { type: "string", value: "N", about: "the registered version (default: the newest)" },
} as const satisfies Record<string, Flag>;

/** Reads the flags of an order. */
export function orderOf(values: FlagValues, what: string): Order {
  const { user, key } = values;
  if (user === undefined || user === "") {
    throw new ParamsError(`Cannot ${what} as --user NAME is missing: give the name you have in approved_users.json`);
  }
  const version = versionOf(values);
  return {
    user: String(user),
    ...(version === undefined ? {} : { version }),
    ...(key === undefined ? {} : { key: String(key) }),
  };
}

/** Reads `--version`; undefined when it is left out. */
export function versionOf({ version }: FlagValues): number | undefined {
  if (version === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(String(version))) return Number(version);
  throw new ParamsError(`Cannot use --version ${version}: expected a whole number from 1 on`);
}

/** A line for people that says how much a name is worth. */
export function modeNote(mode: "signed" | "allow-list"): string {
  return mode === "signed" ? "" : "\nnote: allow-list mode, nothing is signed: whoever types a listed name is believed";
}
