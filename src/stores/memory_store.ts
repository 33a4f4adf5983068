/**
 * A store in memory: for tests and notebooks.
 *
 * @module
 */
import type { Bytes, Store } from "@/core/store.ts";
import { byBytes, checkedKey, checkedPrefix } from "@/stores/key.ts";

/**
 * Makes an empty store that forgets everything with the process. It keeps and gives copies, as a disk would.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { memoryStore } from "@/stores/memory_store.ts";
 *
 * const store = memoryStore();
 * await store.put("flag", "retrain");
 * expect(new TextDecoder().decode(await store.get("flag"))).toBe("retrain");
 * expect(await store.get("other")).toBeUndefined();
 * ```
 */
export function memoryStore(): Store {
  const values = new Map<string, Bytes>();
  // Every method is async, so that a bad key rejects here exactly as it does in the stores that do I/O.
  return {
    location: "memory:",

    async get(key: string): Promise<Bytes | undefined> {
      return await Promise.resolve(values.get(checkedKey(key))?.slice());
    },

    async put(key: string, value: Bytes | string): Promise<void> {
      const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value.slice();
      await Promise.resolve(values.set(checkedKey(key), bytes));
    },

    async create(key: string, value: Bytes | string): Promise<boolean> {
      if (values.has(checkedKey(key))) return false;
      await this.put(key, value);
      return true;
    },

    async *list(prefix: string): AsyncIterable<string> {
      const start = await Promise.resolve(checkedPrefix(prefix));
      yield* [...values.keys()].filter((key) => key.startsWith(start)).sort(byBytes);
    },

    async delete(key: string): Promise<void> {
      await Promise.resolve(values.delete(checkedKey(key)));
    },
  };
}
