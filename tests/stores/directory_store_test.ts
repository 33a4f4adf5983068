import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { storeContract } from "../contracts/store_contract.ts";
import { StoreError } from "@/core/errors.ts";
import { directoryStore } from "@/stores/directory_store.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();

storeContract("directoryStore", async () => directoryStore(await Deno.makeTempDir()));

describe("directoryStore()", () => {
  it("makes its folder with the first put", async () => {
    const root = `${await Deno.makeTempDir()}/not/yet`;
    const store = directoryStore(root);
    expect(await store.get("a")).toBeUndefined();
    expect(await Array.fromAsync(store.list(""))).toEqual([]);
    await store.put("a", "1");
    expect(names(root)).toEqual(["a"]);
  });

  it("path() is where a key's file is", async () => {
    const store = directoryStore(await Deno.makeTempDir());
    await store.put("a/b.csv", "y\n1\n");
    expect(await Deno.readTextFile(store.path("a/b.csv"))).toBe("y\n1\n");
    expect(() => store.path("../b.csv")).toThrow(RangeError);
  });

  it("leaves nothing but the file behind", async () => {
    const store = directoryStore(await Deno.makeTempDir());
    for (let i = 0; i < 5; i++) await store.put("a", `${i}`);
    expect(names(store.location)).toEqual(["a"]);
  });

  it("says that a part of the path is a file, and leaves that file alone", async () => {
    const store = directoryStore(await Deno.makeTempDir());
    await store.put("a", "1");
    await expect(store.put("a/b", "2")).rejects.toThrow(/^Cannot write .*b as a part of its path is a file/);
    expect(names(store.location)).toEqual(["a"]);
  });

  it("says that a folder has the name, and leaves nothing unfinished", async () => {
    const store = directoryStore(await Deno.makeTempDir());
    await store.put("a/b", "1");
    await expect(store.put("a", "2")).rejects.toThrow(StoreError);
    expect(names(store.location)).toEqual(["a"]);
  });

  it("does not follow links in circles", async () => {
    const store = directoryStore(await Deno.makeTempDir());
    await store.put("a/b", "1");
    await Deno.symlink(store.location, store.path("a/loop"));
    expect(await Array.fromAsync(store.list(""))).toEqual(["a/b"]);
  });

  it("hides what is still being written, and sweeps what a dead process left", async () => {
    const root = await Deno.makeTempDir();
    await Deno.writeTextFile(`${root}/a.tmp-0123456789ab`, "half");
    const store = directoryStore(root);
    expect(await Array.fromAsync(store.list(""))).toEqual([]);
    await store.put("b", "1");
    expect(names(root)).toEqual(["b"]);
  });

  it("a writer killed at any moment leaves the old value or the new one", async () => {
    const root = await Deno.makeTempDir();
    const [old, fresh] = ["o".repeat(200_000), "n".repeat(3_000_000)];
    // The writer overwrites one key with the two values in turn until it is killed.
    const script = `
      import { directoryStore } from ${JSON.stringify(import.meta.resolve("@/stores/directory_store.ts"))};
      const store = directoryStore(${JSON.stringify(root)});
      console.log("ready");
      for (;;) {
        await store.put("runs/value", "n".repeat(3_000_000));
        await store.put("runs/value", "o".repeat(200_000));
      }`;
    await directoryStore(root).put("runs/value", old);
    for (let round = 0; round < 4; round++) {
      const writer = new Deno.Command(Deno.execPath(), {
        args: ["eval", script],
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
      const reader = writer.stdout.getReader();
      expect((await reader.read()).done).toBe(false);
      // A random moment within the first writes: whatever it hits, the promise is the same.
      await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 60));
      writer.kill("SIGKILL");
      await writer.status;
      await reader.cancel();
      const found = new TextDecoder().decode(await directoryStore(root).get("runs/value"));
      expect(found === old || found === fresh).toBe(true);
    }
    await directoryStore(root).put("runs/next", "1");
    expect(names(`${root}/runs`)).toEqual(["next", "value"]);
  });
});
