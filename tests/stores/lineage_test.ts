import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { gzipSync, strToU8 } from "fflate";
import { DatasetError, MissingInputError } from "@/core/errors.ts";
import type { SourceFile } from "@/core/source.ts";
import { directoryStore } from "@/stores/directory_store.ts";
import {
  fingerprint,
  lineageKey,
  lineageOf,
  rawFolder,
  readLineage,
  sha256,
  writeLineage,
  writeRaw,
} from "@/stores/lineage.ts";
import { memoryStore } from "@/stores/memory_store.ts";
import { folderSource } from "@/stores/sources/folder.ts";

const train = strToU8("Store,Date,Sales\n1,2015-07-31,5263\n");
const store = strToU8("Store,StoreType\n1,c\n");
const now = Temporal.Instant.from("2026-11-21T10:00:00Z");

async function* give(...files: (SourceFile | Error)[]): AsyncGenerator<SourceFile> {
  for (const file of files) {
    if (file instanceof Error) throw await Promise.resolve(file);
    yield file;
  }
}

const emptyStore = async () => directoryStore(await Deno.makeTempDir());
const keys = (prefix: string, from: Awaited<ReturnType<typeof emptyStore>>) => Array.fromAsync(from.list(prefix));

describe("writeRaw()", () => {
  it("stores the files as they came, and says what they are", async () => {
    const to = await emptyStore();
    const files = await writeRaw(
      to,
      "rossmann",
      give({ path: "train.csv", bytes: train, archive: "a.zip" }, { path: "external/x/y.csv", bytes: store }),
    );
    expect(files).toEqual([
      { path: "train.csv", archive: "a.zip", bytes: train.length, sha256: sha256(train) },
      { path: "external/x/y.csv", bytes: store.length, sha256: sha256(store) },
    ]);
    expect(await to.get("data/raw/rossmann/train.csv")).toEqual(train);
    expect(await keys("", to)).toEqual(["data/raw/rossmann/external/x/y.csv", "data/raw/rossmann/train.csv"]);
  });

  it("replaces the files of the ingest before, all of them", async () => {
    const to = await emptyStore();
    await writeRaw(to, "rossmann", give({ path: "old.csv", bytes: store }));
    await writeRaw(to, "walmart", give({ path: "train.csv", bytes: store }));
    await writeRaw(to, "rossmann", give({ path: "train.csv", bytes: train }));
    expect(await keys("", to)).toEqual(["data/raw/rossmann/train.csv", "data/raw/walmart/train.csv"]);
  });

  it("leaves everything as it was when the source fails halfway", async () => {
    const to = await emptyStore();
    await writeRaw(to, "rossmann", give({ path: "train.csv", bytes: train }));
    const trouble = new DatasetError("Cannot read store.csv");
    await expect(writeRaw(to, "rossmann", give({ path: "new.csv", bytes: store }, trouble))).rejects.toBe(trouble);
    expect(await keys("", to)).toEqual(["data/raw/rossmann/train.csv"]);
    expect([...Deno.readDirSync(to.path("data/raw"))].map(({ name }) => name)).toEqual(["rossmann"]);
  });

  it("refuses a source that gives nothing, or a file twice, or one that would land elsewhere", async () => {
    const to = await emptyStore();
    const twice = { path: "train.csv", bytes: train };
    await expect(writeRaw(to, "rossmann", give())).rejects.toThrow(/gave none/);
    await expect(writeRaw(to, "rossmann", give(twice, twice))).rejects.toThrow(/train.csv as the source gave it twice/);
    await expect(writeRaw(to, "rossmann", give({ path: "../x.csv", bytes: train }))).rejects.toThrow(RangeError);
    await expect(writeRaw(to, "../rossmann", give(twice))).rejects.toThrow(RangeError);
    expect(await keys("", to)).toEqual([]);
  });
});

describe("sha256()", () => {
  it("agrees with the published test vector", () => {
    expect(sha256(strToU8("abc"))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

describe("fingerprint()", () => {
  const a = { path: "a.csv", sha256: sha256(train) }, b = { path: "b.csv", sha256: sha256(store) };

  it("is what sha256sum makes of its own sorted output", () => {
    const lines = [`${a.sha256}  a.csv\n`, `${b.sha256}  b.csv\n`].sort().join("");
    expect(fingerprint({ files: [b, a] })).toBe(sha256(strToU8(lines)));
  });

  it("changes with a byte, a name, a swap, a missing file", () => {
    const swapped = [{ ...a, sha256: b.sha256 }, { ...b, sha256: a.sha256 }];
    const others = [[a], swapped, [a, { ...b, path: "c.csv" }], [a, { ...b, sha256: sha256(strToU8("")) }], []];
    const prints = [[a, b], ...others].map((files) => fingerprint({ files }));
    expect(new Set(prints).size).toBe(prints.length);
  });

  it("is the same however the files were packed", async () => {
    const [plain, packed] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
    await Deno.writeFile(`${plain}/train.csv`, train);
    await Deno.writeFile(`${packed}/train.csv.gz`, gzipSync(train));
    const prints = await Promise.all([plain, packed].map(async (folder) => {
      const files = await writeRaw(await emptyStore(), "rossmann", folderSource(folder).files(["train.csv"]));
      return fingerprint({ files });
    }));
    expect(prints[0]).toBe(prints[1]);
  });
});

describe("lineageOf()", () => {
  const files = [
    { path: "train.csv", archive: "a.zip", bytes: train.length, sha256: sha256(train) },
    { path: "store.csv", bytes: store.length, sha256: sha256(store) },
  ];
  const table = { rows: 1, columns: ["Store", "Date", "Sales"], first: "2015-07-31", last: "2015-07-31" };
  const record = lineageOf({ dataset: "rossmann", source: "/data", files, tables: { "train.csv": table }, now });

  it("says of each file where it came from and what it holds, sorted by path", () => {
    expect(record.files).toEqual([
      {
        ...{ source: "/data", path: "store.csv", archive: null, bytes: store.length, sha256: sha256(store) },
        ...{ rows: null, columns: null, first: null, last: null, time: "2026-11-21T10:00:00Z" },
      },
      {
        ...{ source: "/data", path: "train.csv", archive: "a.zip", bytes: train.length, sha256: sha256(train) },
        ...table,
        time: "2026-11-21T10:00:00Z",
      },
    ]);
    expect(record.fingerprint).toBe(fingerprint({ files }));
  });

  it("identifies the data, not the ingest", () => {
    const later = lineageOf({ dataset: "rossmann", source: "kaggle", files, tables: {}, now: now.add({ hours: 1 }) });
    expect(later.fingerprint).toBe(record.fingerprint);
  });

  it("refuses a table without a file", () => {
    expect(() => lineageOf({ dataset: "rossmann", source: "x", files, tables: { "test.csv": table }, now })).toThrow(
      "Cannot record the table of test.csv as it is not among the stored files: train.csv, store.csv",
    );
  });

  it("comes back from a store as it was", async () => {
    const to = memoryStore();
    await writeLineage(to, record);
    expect(await readLineage(to, "rossmann")).toEqual(record);
    expect(rawFolder("rossmann")).toBe("data/raw/rossmann");
  });

  it("is missed by name, and not trusted when damaged", async () => {
    const to = memoryStore();
    await expect(readLineage(to, "rossmann")).rejects.toThrow(MissingInputError);
    const changed = { ...record, files: record.files.slice(1) };
    for (const text of ["{", "null", "{}", JSON.stringify(changed)]) {
      await to.put(lineageKey("rossmann"), text);
      await expect(readLineage(to, "rossmann")).rejects.toThrow(
        /rossmann.json as it is damaged .*run `deno task ingest`/,
      );
    }
  });
});
