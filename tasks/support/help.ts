/**
 * What a task says of itself: for `--help`, and as a document (`--help --json`) for shells that complete its flags.
 *
 * @module
 */
import { terminal } from "./terminal.ts";

/** A flag of a task, for parsing and for `--help`. */
export interface Flag {
  readonly type: "string" | "boolean";
  /** What stands for the value in the help: `DATE`. */
  readonly value?: string;
  readonly about: string;
  /** The values that it may have, where they are few. */
  readonly oneOf?: readonly string[];
}

/** What there is to say of a task. */
export interface Described {
  /** The name after `deno task`. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly about: string;
  /** One line that works when pasted. */
  readonly example: string;
  /** The one word that may stand without a flag: `deno task reproduce RUN`. */
  readonly positional?: { readonly name: string; readonly about: string; readonly oneOf?: readonly string[] };
  readonly flags?: Readonly<Record<string, Flag>>;
}

/** The help as a person reads it. */
export function helpText({ name, about, example, positional, flags = {} }: Described): string {
  const all = Object.entries(flags);
  const heads = all.map(([flag, { value }]) => `--${flag}${value ? ` ${value}` : ""}`);
  const width = Math.max(...heads.map((head) => head.length));
  const lines = all.map(([, flag], i) => `  ${heads[i]!.padEnd(width)}  ${flag.about}`);
  const word = positional === undefined ? "" : ` ${positional.name.toUpperCase()}`;
  if (positional !== undefined) lines.unshift(`  ${positional.name.toUpperCase().padEnd(width)}  ${positional.about}`);
  return `${about}\n\nUsage: deno task ${name}${word} [flags]\n\n${lines.join("\n")}\n\nExample:\n  ${example}`;
}

/** Prints the help, as a document where `--json` is given too. */
export function printHelp({ name, about, example, positional, flags = {} }: Described, args: readonly string[]): void {
  const document = { name, about, example, ...positional === undefined ? {} : { positional }, flags };
  terminal.print(args.includes("--json") ? JSON.stringify(document, null, 2) : helpText(document));
}
