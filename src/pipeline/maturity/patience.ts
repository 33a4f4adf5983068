/**
 * When to give up on a command: by the work it did, not by the clock, which runs on while other programs have the machine.
 *
 * @module
 */

/** Seconds of the clock, and of work where the system tells it. */
export interface Progress {
  readonly clock: number;
  readonly worked: number | undefined;
}

/** A command that works less than this share of the time does nothing. */
const IDLE = 0.01;

/**
 * Makes a judge of a command's progress, which answers with the reason to end it.
 *
 * It ends a command that worked for its whole budget, or for `seconds` did nothing at all. Where work cannot be told it
 * goes by the clock.
 *
 * @param seconds What the command may take on an idle machine.
 * @param options.cores Processors that it may keep busy.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { patience } from "@/pipeline/maturity/patience.ts";
 *
 * const judge = patience(60, { cores: 1 });
 * // Other programs have the machine: of 100 seconds it got one.
 * expect(judge({ clock: 50, worked: 0.8 })).toBeUndefined();
 * expect(judge({ clock: 100, worked: 1 })).toBeUndefined();
 * expect(judge({ clock: 101, worked: 61 })).toBe("ended after 60 s of work");
 * ```
 */
export function patience(
  seconds: number,
  { cores = navigator.hardwareConcurrency }: { readonly cores?: number } = {},
): (seen: Progress) => string | undefined {
  const budget = seconds * cores;
  let last = { clock: 0, worked: 0 };
  return ({ clock, worked }) => {
    if (worked === undefined) return clock > seconds ? `ended after ${seconds} s` : undefined;
    if (worked > budget) return `ended after ${budget} s of work`;
    if (worked - last.worked >= IDLE * seconds) last = { clock, worked };
    return clock - last.clock > seconds ? `ended as it did nothing for ${seconds} s` : undefined;
  };
}

/**
 * Seconds that a process and the children it waited for have worked; undefined where the system does not tell.
 *
 * Requires `--allow-read=/proc` on Linux.
 */
export function workedSeconds(pid: number): number | undefined {
  try {
    // After the name, which may hold anything: the 12th to 15th fields are its own and its children's ticks, 100 a second.
    const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ").at(-1)!.split(" ");
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
  } catch {
    return undefined;
  }
}
