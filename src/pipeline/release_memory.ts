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
 */
export function releaseMemory(): void {
  (globalThis as { gc?: () => void }).gc?.();
  trimHeap();
}
