import { ParamsError } from "@/core/errors.ts";
import type { Quarantine } from "@/pipeline/validate.ts";
import type { Flag, FlagValues } from "./command.ts";

/** The flags of tasks that may set rows aside. */
export const QUARANTINE_FLAGS = {
  quarantine: { type: "boolean", about: "set rows that break critical rules aside, and go on with the rest" },
  "quarantine-share": { type: "string", value: "SHARE", about: "at most this share of a table (default 0.05)" },
} as const satisfies Record<string, Flag>;

/** What the flags allow; undefined when nothing may be set aside. */
export function quarantineOf(values: FlagValues): Quarantine | undefined {
  const text = values["quarantine-share"] ?? "0.05";
  const share = Number(text);
  if (!(share >= 0 && share <= 1)) {
    throw new ParamsError(`Cannot use --quarantine-share ${text}: expected a share from 0 to 1`);
  }
  return values["quarantine"] ? { share } : undefined;
}
