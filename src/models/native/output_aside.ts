/**
 * What C code prints, out of the way of a task's result.
 *
 * @module
 */

const OUT = 1, ERR = 2;

/**
 * Lets what is printed on stdout go to stderr until it is disposed: while it connects, LightGBM tells how it goes, from
 * threads whose log level cannot be set, and stdout belongs to the task's result. Does nothing but on Linux.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { outputAside } from "@/models/native/output_aside.ts";
 *
 * {
 *   using _aside = outputAside();
 *   Deno.stdout.writeSync(new Uint8Array(0));
 * }
 * expect(Deno.stdout.writeSync(new Uint8Array(0))).toBe(0);
 * ```
 */
export function outputAside(): Disposable {
  if (Deno.build.os !== "linux") return { [Symbol.dispose]: () => {} };
  const libc = Deno.dlopen("libc.so.6", {
    dup: { parameters: ["i32"], result: "i32" },
    dup2: { parameters: ["i32", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
    fflush: { parameters: ["pointer"], result: "i32" },
  });
  const { dup, dup2, close, fflush } = libc.symbols;
  const kept = dup(OUT);
  dup2(ERR, OUT);
  return {
    [Symbol.dispose]() {
      fflush(null); // what is still in C's buffer
      dup2(kept, OUT);
      close(kept);
      libc.close();
    },
  };
}
