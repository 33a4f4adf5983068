import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { StoreError } from "@/core/errors.ts";
import { createAtomic, explainDiskError, replaceDirectory, sweepUnfinished, writeAtomic } from "@/stores/atomic.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
const unfinished = "x.tmp-0123456789ab";

describe("writeAtomic()", () => {
  it("leaves no trace when the disk refuses", async () => {
    const folder = await Deno.makeTempDir();
    await Deno.mkdir(`${folder}/taken`);
    await expect(writeAtomic(`${folder}/taken`, "x")).rejects.toThrow(/taken as a folder has that name/);
    await expect(writeAtomic(`${folder}/${"x".repeat(300)}`, "x")).rejects.toThrow(/the name is too long/);
    expect(names(folder)).toEqual(["taken"]);
  });

  it("leaves what another writer is writing alone", async () => {
    const folder = await Deno.makeTempDir();
    await createAtomic(`${folder}/slow`, async (temp) => {
      await Deno.writeTextFile(temp, "slow");
      await writeAtomic(`${folder}/quick`, "quick");
    });
    expect(names(folder)).toEqual(["quick", "slow"]);
    expect(await Deno.readTextFile(`${folder}/slow`)).toBe("slow");
  });
});

describe("createAtomic()", () => {
  it("keeps the old file, and passes the error on, when writing fails", async () => {
    const folder = await Deno.makeTempDir();
    await writeAtomic(`${folder}/a`, "old");
    const trouble = new RangeError("no such column");
    await expect(createAtomic(`${folder}/a`, () => Promise.reject(trouble))).rejects.toBe(trouble);
    expect(names(folder)).toEqual(["a"]);
    expect(await Deno.readTextFile(`${folder}/a`)).toBe("old");
  });
});

describe("replaceDirectory()", () => {
  const fill = (text: string) => async (folder: string) => {
    await Deno.writeTextFile(`${folder}/one`, text);
    await Deno.writeTextFile(`${folder}/two`, text);
  };
  const read = (folder: string) => names(folder).map((name) => Deno.readTextFileSync(`${folder}/${name}`));

  it("shows the new folder only when it is full", async () => {
    const root = await Deno.makeTempDir();
    await replaceDirectory(`${root}/raw`, fill("old"));
    await replaceDirectory(`${root}/raw`, async (folder) => {
      await Deno.writeTextFile(`${folder}/one`, "new");
      expect(read(`${root}/raw`)).toEqual(["old", "old"]);
    });
    expect(read(`${root}/raw`)).toEqual(["new"]);
    expect(names(root)).toEqual(["raw"]);
  });

  it("keeps the old folder when filling fails", async () => {
    const root = await Deno.makeTempDir();
    await replaceDirectory(`${root}/raw`, fill("old"));
    const trouble = new Error("cut");
    await expect(replaceDirectory(`${root}/raw`, () => Promise.reject(trouble))).rejects.toBe(trouble);
    expect(read(`${root}/raw`)).toEqual(["old", "old"]);
    expect(names(root)).toEqual(["raw"]);
  });

  it("several at once leave one whole folder", async () => {
    const root = await Deno.makeTempDir();
    await Promise.all(["a", "b", "c", "d", "e"].map((text) => replaceDirectory(`${root}/raw`, fill(text))));
    const [one, two] = read(`${root}/raw`);
    expect(one).toBe(two);
    expect(names(root)).toEqual(["raw"]);
  });

  it("a process killed at any moment leaves the old folder or the new one, once the next run begins", async () => {
    const root = await Deno.makeTempDir();
    const script = `
      import { replaceDirectory } from ${JSON.stringify(import.meta.resolve("@/stores/atomic.ts"))};
      console.log("ready");
      for (let i = 0;; i++) {
        await replaceDirectory(${JSON.stringify(`${root}/raw`)}, async (folder) => {
          await Deno.writeTextFile(folder + "/one", String(i));
          await Deno.writeTextFile(folder + "/two", String(i));
        });
      }`;
    await replaceDirectory(`${root}/raw`, fill("first"));
    for (let round = 0; round < 4; round++) {
      const command = new Deno.Command(Deno.execPath(), { args: ["eval", script], stdout: "piped", stderr: "inherit" });
      const writer = command.spawn();
      const reader = writer.stdout.getReader();
      expect((await reader.read()).done).toBe(false);
      await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 40));
      writer.kill("SIGKILL");
      await writer.status;
      await reader.cancel();
      await sweepUnfinished(root);
      expect(names(root)).toEqual(["raw"]);
      const [one, two] = read(`${root}/raw`);
      expect(one).toBe(two);
    }
  });
});

describe("sweepUnfinished()", () => {
  it("removes leftover files and folders, and nothing else", async () => {
    const root = await Deno.makeTempDir();
    await Deno.writeTextFile(`${root}/${unfinished}`, "");
    await Deno.mkdir(`${root}/y.tmp-0123456789ab/deep`, { recursive: true });
    await Deno.writeTextFile(`${root}/x.tmp`, "");
    await Deno.writeTextFile(`${root}/x.tmp-notes`, "");
    await sweepUnfinished(root);
    expect(names(root)).toEqual(["x.tmp", "x.tmp-notes"]);
  });

  it("puts a folder back that was lost in the middle of a swap, and forgets it when there is a new one", async () => {
    const root = await Deno.makeTempDir();
    await Deno.mkdir(`${root}/${unfinished}-old`);
    await Deno.writeTextFile(`${root}/${unfinished}-old/a`, "1");
    await sweepUnfinished(root);
    expect(names(root)).toEqual(["x"]);
    await Deno.mkdir(`${root}/${unfinished}-old`);
    await sweepUnfinished(root);
    expect(names(root)).toEqual(["x"]);
    expect(names(`${root}/x`)).toEqual(["a"]);
  });

  it("does nothing where there is no folder", async () => {
    const root = await Deno.makeTempDir();
    await sweepUnfinished(`${root}/none`);
    expect(names(root)).toEqual([]);
  });
});

describe("explainDiskError()", () => {
  it("says what would help, and keeps the cause", () => {
    const error = (code: string) => Object.assign(new Error(`os error ${code}`), { code });
    const sentences: Record<string, RegExp> = {
      EACCES: /^Cannot write f as this user may not write there: change the folder's permissions, or choose another/,
      EROFS: /the disk is read-only/,
      ENOSPC: /the disk is full: free some space/,
      EDQUOT: /share of the disk is used up/,
      EWEIRD: /the system refused: os error EWEIRD/,
    };
    for (const [code, sentence] of Object.entries(sentences)) {
      const cause = error(code), explained = explainDiskError("write", "f", cause);
      expect(explained).toBeInstanceOf(StoreError);
      expect(explained.message).toMatch(sentence);
      expect(explained.cause).toBe(cause);
      expect(explained.path).toBe("f");
    }
    expect(explainDiskError("read", "f", new Deno.errors.NotCapable("no")).message).toMatch(
      /run deno with --allow-read/,
    );
  });
});
