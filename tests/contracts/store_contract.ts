/**
 * What every store promises, whatever it is made of. A new store calls this once from its own test file.
 *
 * @module
 */
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import type { Bytes, Store } from "@/core/store.ts";

const text = (bytes: Bytes | undefined) => bytes === undefined ? undefined : new TextDecoder().decode(bytes);
const keys = (store: Store, prefix: string) => Array.fromAsync(store.list(prefix));

/** Runs the contract over stores that `open` makes; each test gets an empty one of its own. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`${name} keeps the contract of a store`, () => {
    it("get() gives back what put() was given", async () => {
      const store = await open();
      await store.put("models/rossmann/1/card.json", "{}");
      expect(text(await store.get("models/rossmann/1/card.json"))).toBe("{}");
    });

    it("get() of a key that is not there is undefined", async () => {
      const store = await open();
      await store.put("a/b", "value");
      for (const key of ["other", "a", "a/b/c", "a/bb"]) expect(await store.get(key)).toBeUndefined();
    });

    it("put() replaces the value", async () => {
      const store = await open();
      await store.put("a", "a long old value");
      await store.put("a", "new");
      expect(text(await store.get("a"))).toBe("new");
      expect(await keys(store, "")).toEqual(["a"]);
    });

    it("create() writes where there is nothing, and leaves what is there", async () => {
      const store = await open();
      expect(await store.create("claims/1", "first")).toBe(true);
      expect(await store.create("claims/1", "second")).toBe(false);
      expect(text(await store.get("claims/1"))).toBe("first");
      expect(await keys(store, "")).toEqual(["claims/1"]);
    });

    it("of many who create() one key at once, one is told that it was the first", async () => {
      const store = await open();
      const values = Array.from({ length: 8 }, (_, i) => String.fromCharCode(97 + i).repeat(30_000));
      const first = await Promise.all(values.map((value) => store.create("contested", value)));
      expect(first.filter(Boolean)).toHaveLength(1);
      expect(text(await store.get("contested"))).toBe(values[first.indexOf(true)]);
    });

    it("an empty value is a value", async () => {
      const store = await open();
      await store.put("empty", "");
      expect(await store.get("empty")).toEqual(new Uint8Array(0));
      expect(await keys(store, "")).toEqual(["empty"]);
    });

    it("keeps any bytes, zeros and line ends included", async () => {
      const store = await open();
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
          await store.put("bytes", Uint8Array.from(bytes));
          expect(await store.get("bytes")).toEqual(Uint8Array.from(bytes));
        }),
        { seed: 1, numRuns: 20 },
      );
    });

    it("keeps a value of several megabytes whole", async () => {
      const store = await open();
      const value = Uint8Array.from({ length: 3_000_001 }, (_, i) => i % 251);
      await store.put("large", value);
      // Not toEqual: that takes seconds over millions of numbers.
      expect(Buffer.compare((await store.get("large"))!, value)).toBe(0);
    });

    it("neither shares memory with what was put nor with what was got", async () => {
      const store = await open();
      const value = Uint8Array.of(1, 2, 3);
      await store.put("a", value);
      value[0] = 9;
      (await store.get("a"))![1] = 9;
      expect(await store.get("a")).toEqual(Uint8Array.of(1, 2, 3));
    });

    it("list() gives the keys with the prefix, in the order of their bytes", async () => {
      const store = await open();
      for (const key of ["b/2", "b/10", "a", "b/é", "b/Z", "bb", "c/d/e"]) await store.put(key, key);
      expect(await keys(store, "b/")).toEqual(["b/10", "b/2", "b/Z", "b/é"]);
      expect(await keys(store, "b")).toEqual(["b/10", "b/2", "b/Z", "b/é", "bb"]);
      expect(await keys(store, "b/1")).toEqual(["b/10"]);
      expect(await keys(store, "c/d/e")).toEqual(["c/d/e"]);
      expect(await keys(store, "")).toEqual(["a", "b/10", "b/2", "b/Z", "b/é", "bb", "c/d/e"]);
    });

    it("list() of a prefix that no key has is empty", async () => {
      const store = await open();
      expect(await keys(store, "")).toEqual([]);
      await store.put("a/b", "");
      expect(await keys(store, "x/")).toEqual([]);
      expect(await keys(store, "a/b/")).toEqual([]);
    });

    it("keys may hold any letters, spaces and dots", async () => {
      const store = await open();
      const strange = [
        "Müller & Söhne/größe.csv",
        "日本/売上.csv",
        "a b/c  d",
        ".hidden",
        "x..y/…",
        "😀",
        "100%/a?b#c",
      ];
      for (const key of strange) await store.put(key, key);
      for (const key of strange) expect(text(await store.get(key))).toBe(key);
      expect(new Set(await keys(store, ""))).toEqual(new Set(strange));
    });

    it("delete() removes one key and leaves its neighbours", async () => {
      const store = await open();
      for (const key of ["a/b", "a/bc", "a/d/e"]) await store.put(key, key);
      await store.delete("a/b");
      expect(await store.get("a/b")).toBeUndefined();
      expect(await keys(store, "")).toEqual(["a/bc", "a/d/e"]);
    });

    it("delete() does nothing when there is no such key", async () => {
      const store = await open();
      await store.put("a/b", "value");
      for (const key of ["a", "x", "a/b/c"]) await store.delete(key);
      expect(await keys(store, "")).toEqual(["a/b"]);
    });

    it("refuses keys that would leave the store", async () => {
      const store = await open();
      const escaping = [
        "",
        "/etc/passwd",
        "../a",
        "a/../../b",
        "a/./b",
        "a//b",
        "a/",
        "a\\b",
        "a\0b",
        "C:/a",
        "..",
        ".",
      ];
      for (const key of escaping) {
        await expect(store.put(key, "x")).rejects.toThrow(RangeError);
        await expect(store.get(key)).rejects.toThrow(RangeError);
        await expect(store.delete(key)).rejects.toThrow(RangeError);
      }
      for (const prefix of ["/", "../", "a/../", "a\\"]) await expect(keys(store, prefix)).rejects.toThrow(RangeError);
      expect(await keys(store, "")).toEqual([]);
    });

    it("refuses the names that unfinished writes have", async () => {
      const store = await open();
      await expect(store.put("a.tmp-0123456789ab", "x")).rejects.toThrow("unfinished");
    });

    it("concurrent puts of one key leave one whole value", async () => {
      const store = await open();
      const values = Array.from({ length: 12 }, (_, i) => String.fromCharCode(97 + i).repeat(50_000 + i));
      await Promise.all(values.map((value) => store.put("contested", value)));
      expect(values).toContain(text(await store.get("contested")));
      expect(await keys(store, "")).toEqual(["contested"]);
    });

    it("a reader during a put sees a whole value", async () => {
      const store = await open();
      const [one, other] = ["1".repeat(400_000), "2".repeat(300_000)];
      await store.put("a", one);
      const writing = (async () => {
        for (let i = 0; i < 6; i++) await store.put("a", i % 2 === 0 ? other : one);
      })();
      for (let i = 0; i < 12; i++) expect([one, other]).toContain(text(await store.get("a")));
      await writing;
    });
  });
}
