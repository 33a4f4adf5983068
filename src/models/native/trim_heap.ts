/**
 * Giving memory that C code has freed back to the machine.
 *
 * @module
 */

/** glibc's own function; undefined where there is none (macOS, Windows, musl) or it may not be called. */
function openTrim(): ((pad: bigint) => unknown) | undefined {
  if (Deno.build.os !== "linux") return undefined;
  try {
    return Deno.dlopen("libc.so.6", { malloc_trim: { parameters: ["usize"], result: "i32" } }).symbols.malloc_trim;
  } catch {
    return undefined;
  }
}

let trim: ReturnType<typeof openTrim> | null = null;

/**
 * Returns the free pages of the C heap to the machine. What Polars, LightGBM and XGBoost freed stays with the process
 * otherwise: hundreds of megabytes after a table of a million rows. Does nothing where glibc is not the C library.
 *
 * Source: malloc_trim(3). Takes some milliseconds. Requires `--allow-ffi`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { trimHeap } from "@/models/native/trim_heap.ts";
 *
 * expect(trimHeap()).toBeUndefined();
 * ```
 */
export function trimHeap(): void {
  if (trim === null) trim = openTrim();
  trim?.(0n);
}
