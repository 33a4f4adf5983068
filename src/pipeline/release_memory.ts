/**
 * Giving back memory that the garbage collector does not know to be large.
 *
 * @module
 */
import { trimHeap } from "@/models/native/trim_heap.ts";

/**
 * Collects garbage now, where the process allows it (`--v8-flags=--expose-gc`, as the tasks have it), and returns what is
 * free to the machine.
 *
 * A table of Polars is a few bytes to V8 and hundreds of megabytes to the machine, so V8 sees no reason to hurry.
 *
 * @param options.idle There is nothing to do just now: V8 lets go of compiled code and empty pages too (150 MB after a
 * large batch), and compiles again what is called again.
 */
export function releaseMemory({ idle = false }: { readonly idle?: boolean } = {}): void {
  const { gc } = globalThis as { gc?: (options?: { readonly type: "major"; readonly flavor: "last-resort" }) => void };
  if (idle) gc?.({ type: "major", flavor: "last-resort" });
  else gc?.();
  trimHeap();
}
