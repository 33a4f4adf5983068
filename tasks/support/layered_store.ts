/**
 * A store on which one may write without changing what is below.
 *
 * @module
 */
import type { Bytes, Store } from "@/core/store.ts";

/** A store that keeps what is written to it to itself. */
export interface LayeredStore extends Store {
  /** The keys whose values are not those below. */
  changed(): Promise<readonly string[]>;
  /** Writes them below. */
  settle(): Promise<void>;
}

/** Lays an empty store over another one: reads see both, writes stay above. */
export function layered(below: Store): LayeredStore {
  const above = new Map<string, Bytes>();
  const same = (a: Bytes, b: Bytes | undefined) => b?.length === a.length && a.every((byte, at) => byte === b[at]);
  const bytesOf = (value: Bytes | string): Bytes =>
    typeof value === "string" ? new TextEncoder().encode(value) as Bytes : value;
  const changed = async () => {
    const keys: string[] = [];
    for (const [key, value] of above) if (!same(value, await below.get(key))) keys.push(key);
    return keys;
  };
  return {
    location: below.location,
    get: async (key) => above.get(key) ?? await below.get(key),
    put: (key, value) => Promise.resolve(void above.set(key, bytesOf(value))),
    create: async (key, value) => {
      if (above.has(key) || await below.get(key) !== undefined) return false;
      above.set(key, bytesOf(value));
      return true;
    },
    list: (prefix) => below.list(prefix),
    delete: (key) => Promise.reject(new TypeError(`Cannot delete ${key} in a layer: it lies below`)),
    changed,
    settle: async () => {
      for (const key of await changed()) await below.put(key, above.get(key)!);
    },
  };
}
