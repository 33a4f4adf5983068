import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { dirname } from "node:path";
import { gzipSync as nativeGzip } from "node:zlib";
import { gzipSync, strToU8, zipSync } from "fflate";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { DatasetError } from "@/core/errors.ts";
import type { Bytes } from "@/core/store.ts";
import { folderSource } from "@/stores/sources/folder.ts";

const train = strToU8(
  "Store,Sales\n" + Array.from({ length: 2000 }, (_, i) => `${i},${(i * 7919) % 20_011}\n`).join(""),
);
const store = strToU8("Store,StoreType\n1,c\n");
const text = (bytes: Bytes | undefined) => new TextDecoder().decode(bytes);

/** A folder with the given files. */
async function folder(files: Record<string, Bytes | string>): Promise<string> {
  const root = await Deno.makeTempDir();
  for (const [path, value] of Object.entries(files)) {
    await Deno.mkdir(dirname(`${root}/${path}`), { recursive: true });
    await Deno.writeFile(`${root}/${path}`, typeof value === "string" ? strToU8(value) : value);
  }
  return root;
}

/** A zip by a writer that encrypts, and is quick with zeros. */
async function zipOf(name: string, bytes: Bytes, options = {}): Promise<Bytes> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, ...options });
  await writer.add(name, new Uint8ArrayReader(bytes));
  return Uint8Array.from(await writer.close());
}

const take = (path: string, ...patterns: string[]) => Array.fromAsync(folderSource(path).files(patterns));

/** The message with which a folder is refused: one sentence that names the file. */
async function refusal(path: string, ...patterns: string[]): Promise<string> {
  const error = await take(path, ...(patterns.length > 0 ? patterns : ["train.csv"])).then(() => undefined, (e) => e);
  expect(error).toBeInstanceOf(DatasetError);
  expect(error.message).toMatch(/^Cannot /);
  expect(error.message).not.toContain("\n");
  return error.message;
}

describe("folderSource().places()", () => {
  const places = (path: string, ...patterns: string[]) => Array.fromAsync(folderSource(path).places!(patterns));

  it("tells where plain files lie, reads what is packed, and has the files that files() has", async () => {
    const root = await folder({
      "train.csv": train,
      "train.csv.gz": gzipSync(store),
      "store.csv.gz": gzipSync(store),
      "weather/Berlin.csv": store,
      "others.zip": zipSync({ "weather/Bayern.csv": store, "test.csv": store }),
    });
    const patterns = ["train.csv", "store.csv", "test.csv", "weather/*.csv"];
    const found = await places(root, ...patterns);
    expect(found.map((file) => [file.path, "place" in file ? file.place : text(file.bytes)]).sort()).toEqual([
      ["store.csv", text(store)],
      ["test.csv", text(store)],
      ["train.csv", `${root}/train.csv`],
      ["weather/Berlin.csv", text(store)],
    ]);
    expect(found.map(({ path }) => path).sort()).toEqual(
      (await take(root, ...patterns)).map(({ path }) => path).sort(),
    );
  });

  it("reads what is packed under a plain name, refuses web pages, and a folder without any of the files", async () => {
    const [file] = await places(await folder({ "train.csv": gzipSync(train) }), "train.csv");
    expect("bytes" in file! && text(file.bytes)).toBe(text(train));
    await expect(places(await folder({ "train.csv": "<!DOCTYPE html><title>Sign in" }), "train.csv")).rejects.toThrow(
      "web page",
    );
    await expect(places(await folder({ "readme.txt": "x" }), "train.csv")).rejects.toThrow("Cannot find the data");
  });
});

describe("folderSource() finds", () => {
  it("plain files, in the order of the patterns, each once", async () => {
    const path = await folder({ "train.csv": train, "store.csv": store, "other.csv": "x" });
    const files = await take(path, "store.csv", "train.csv", "t*.csv");
    expect(files.map((file) => file.path)).toEqual(["store.csv", "train.csv"]);
    expect(files.every((file) => file.archive === undefined)).toBe(true);
    expect(text(files[1]?.bytes)).toBe(text(train));
  });

  it("the same bytes in every packing", async () => {
    const both = { "train.csv": train, "store.csv": store };
    const packings: Record<string, Record<string, Bytes>> = {
      "each as .gz": { "train.csv.gz": gzipSync(train), "store.csv.gz": gzipSync(store) },
      "each as .zip": {
        "train.csv.zip": zipSync({ "train.csv": train }),
        "store.csv.zip": zipSync({ "store.csv": store }),
      },
      "mixed": { "train.csv.zip": zipSync({ "train.csv": train }), "store.csv": store },
      "one zip": { "rossmann-store-sales.zip": zipSync(both) },
      "one zip with a folder": { "a.zip": zipSync({ a: both }) },
      "one zip, stored": { "a.zip": zipSync(both, { level: 0 }) },
      "zips in a zip": {
        "walmart.zip": zipSync({ "train.csv.zip": zipSync({ "train.csv": train }), "store.csv.gz": gzipSync(store) }),
      },
      "a zip of everything in a zip": { "a.zip": zipSync({ "b.zip": zipSync(both) }) },
      "plain names over packed bytes": { "train.csv": gzipSync(train), "store.csv": zipSync({ "store.csv": store }) },
      "gz of several members": {
        "train.csv.gz": Uint8Array.from([...gzipSync(train.slice(0, 9)), ...gzipSync(train.slice(9))]),
        "store.csv": store,
      },
    };
    for (const [packing, files] of Object.entries(packings)) {
      const taken = await take(await folder(files), "train.csv", "store.csv");
      expect([packing, ...taken.map((file) => file.path)]).toEqual([packing, "train.csv", "store.csv"]);
      expect(text(taken[0]?.bytes)).toBe(text(train));
      expect(text(taken[1]?.bytes)).toBe(text(store));
    }
  });

  it("what it took a file from", async () => {
    const inner = zipSync({ "train.csv": train });
    const path = await folder({ "walmart.zip": zipSync({ "train.csv.zip": inner, "stores.csv": store }) });
    const files = await take(path, "train.csv", "stores.csv");
    expect(files.map((file) => file.archive)).toEqual(["walmart.zip/train.csv.zip", "walmart.zip"]);
  });

  it("a file as it is before a packed one", async () => {
    const path = await folder({
      "train.csv": train,
      "train.csv.gz": gzipSync(store),
      "a.zip": zipSync({ "train.csv": store }),
    });
    const files = await take(path, "train.csv");
    expect(files.map(({ bytes }) => text(bytes))).toEqual([text(train)]);
  });

  it("families of files, sorted, in folders and in archives", async () => {
    const family = {
      "external/weather/Bayern.csv": store,
      "external/weather/Berlin.csv": store,
      "external/x.csv": store,
    };
    for (const files of [{ "train.csv": train, ...family }, { "a.zip": zipSync({ "train.csv": train, ...family }) }]) {
      const taken = await take(await folder(files), "train.csv", "external/weather/*.csv");
      expect(taken.map((file) => file.path)).toEqual([
        "train.csv",
        "external/weather/Bayern.csv",
        "external/weather/Berlin.csv",
      ]);
    }
  });

  it("names as they are written, and follows links", async () => {
    const path = await folder({ "Train.csv": train, "store.csv": store });
    expect(await take(path, "train.csv", "store.csv")).toHaveLength(1);
    await Deno.symlink(`${path}/Train.csv`, `${path}/train.csv`);
    expect(await take(path, "train.csv", "store.csv")).toHaveLength(2);
  });

  it("the data in an archive or file that is named itself", async () => {
    const path = await folder({ "rossmann.zip": zipSync({ "train.csv": train }), "train.csv.gz": gzipSync(train) });
    expect(text((await take(`${path}/rossmann.zip`, "train.csv"))[0]?.bytes)).toBe(text(train));
    expect(text((await take(`${path}/train.csv.gz`, "train.csv"))[0]?.bytes)).toBe(text(train));
  });

  it("the right archive beside others, broken ones included", async () => {
    const path = await folder({
      "a.zip": "not a zip",
      "b.zip": zipSync({ "train.csv": train }),
      "photos.zip": zipSync({ "cat.jpg": store }),
    });
    expect((await take(path, "train.csv")).map((file) => file.archive)).toEqual(["b.zip"]);
  });

  it("nothing in what macOS adds to archives", async () => {
    const path = await folder({
      "a.zip": zipSync({ "__MACOSX/._train.csv": store, "train.csv": train, ".DS_Store": store }),
    });
    expect((await take(path, "*.csv")).map((file) => file.path)).toEqual(["train.csv"]);
  });
});

describe("folderSource() refuses", () => {
  it("a folder that does not exist, saying what it would look for", async () => {
    expect(await refusal("/no/such/folder", "train.csv", "store.csv")).toBe(
      "Cannot read the folder /no/such/folder as it does not exist: it is searched for train.csv, store.csv",
    );
  });

  it("a folder without the data, naming what is there", async () => {
    const path = await folder({ "Train.CSV": train, "readme.txt": "x" });
    expect(await refusal(path)).toMatch(/it needs train.csv \(each also as .*\): found Train.CSV, readme.txt$/);
    expect(await refusal(await folder({}))).toMatch(/: found nothing$/);
    expect(await refusal(await folder({ "a.zip": zipSync({ "x.csv": store }) }))).toMatch(
      /: found a.zip, a.zip\/x.csv$/,
    );
  });

  it("archives that are cut off, wherever they are cut", async () => {
    const gz = gzipSync(train), zip = zipSync({ "train.csv": train });
    for (const part of [0.999, 0.5, 0.01]) {
      const shorter = (bytes: Bytes) => bytes.slice(0, Math.floor(bytes.length * part));
      expect(await refusal(await folder({ "train.csv.gz": shorter(gz) }))).toMatch(
        /train.csv.gz as it is truncated.*again$/,
      );
      expect(await refusal(await folder({ "train.csv.zip": shorter(zip) }))).toMatch(
        /train.csv.zip as it is trunc.*again$/,
      );
      expect(await refusal(await folder({ "a.zip": shorter(zip) }))).toMatch(/a.zip as it is truncated.*again$/);
    }
  });

  it("archives with a changed byte", async () => {
    const gz = gzipSync(train), zip = zipSync({ "train.csv": train });
    gz[Math.floor(gz.length / 2)]! ^= 0xFF;
    zip[Math.floor(zip.length / 2)]! ^= 0xFF;
    expect(await refusal(await folder({ "train.csv.gz": gz }))).toMatch(/train.csv.gz as it is corrupt/);
    expect(await refusal(await folder({ "a.zip": zip }))).toMatch(/a.zip as it is corrupt at its entry "train.csv"/);
    const stored = zipSync({ "train.csv": train }, { level: 0 });
    stored[stored.indexOf(0x37, 100)]! ^= 1;
    expect(await refusal(await folder({ "a.zip": stored }))).toMatch(/a.zip as it is corrupt at its entry/);
  });

  it("files that are not what their names say", async () => {
    expect(await refusal(await folder({ "train.csv.gz": train }))).toMatch(/train.csv.gz as it is not gzip/);
    expect(await refusal(await folder({ "train.csv.zip": train }))).toMatch(
      /train.csv.zip as it is truncated or corrupt/,
    );
    expect(await refusal(await folder({ "train.csv.zip": zipSync({ "a.csv": train, "b.csv": train }) }))).toMatch(
      /Cannot find train.csv in train.csv.zip .*: found a.csv, b.csv/,
    );
  });

  it("entries that would land outside the folder, even where nobody asked for them", async () => {
    for (
      const evil of ["../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "a/../../evil.csv", "..\\evil.csv", "C:/evil.csv"]
    ) {
      const path = await folder({ "a.zip": zipSync({ "train.csv": train, [evil]: store }) });
      expect(await refusal(path)).toMatch(
        /^Cannot unpack a.zip as its entry ".*evil.csv" would land outside the folder/,
      );
    }
  });

  it("bombs, before they are unpacked", async () => {
    const zeros = new Uint8Array(80_000_000);
    const zip = await zipOf("train.csv", zeros);
    expect(await refusal(await folder({ "a.zip": zip }))).toMatch(
      /"train.csv" would become 80,000,000 bytes.*zip bomb/,
    );
    expect(await refusal(await folder({ "train.csv": new Uint8Array(nativeGzip(zeros)) }))).toMatch(
      /would become 67,108,864 bytes or more/,
    );
    // A directory that understates the size does not help.
    const lying = zip.slice(), view = new DataView(lying.buffer);
    const directory = lying.findLastIndex((_, i) => i + 4 <= lying.length && view.getUint32(i, true) === 0x02014B50);
    view.setUint32(directory + 24, 1000, true);
    expect(await refusal(await folder({ "a.zip": lying }))).toMatch(/a.zip as it is corrupt at its entry "train.csv"/);
  });

  it("more than the limit, whatever the ratio", async () => {
    const path = await folder({ "a.zip": zipSync({ "train.csv": train }) });
    const source = folderSource(path, { limits: { bytes: 1000, ratio: 1e9, harmless: 1e9 } });
    await expect(Array.fromAsync(source.files(["train.csv"]))).rejects.toThrow("would become");
  });

  it("encrypted entries, saying what to do", async () => {
    const path = await folder({ "a.zip": await zipOf("train.csv", train, { password: "secret", zipCrypto: true }) });
    expect(await refusal(path)).toMatch(/its entry "train.csv" is encrypted: unpack it with its password first/);
  });

  it("web pages in place of data, packed or not", async () => {
    const pages = ["<!DOCTYPE html><html>Sign in</html>", "\uFEFF \n<HTML>", "<?xml version='1.0'?><Error/>"];
    for (const page of pages) {
      for (const files of [{ "train.csv": page }, { "train.csv.gz": page }, { "train.csv.zip": page }]) {
        expect(await refusal(await folder(files))).toMatch(/^Cannot read train.csv.* web page.* download it again/);
      }
      expect(await refusal(await folder({ "train.csv.gz": gzipSync(strToU8(page)) }))).toMatch(/web page/);
      expect(await refusal(await folder({ "a.zip": page }))).toMatch(/^Cannot read a.zip .*web page/);
    }
  });

  it("two archives that have the same file", async () => {
    const zip = zipSync({ "train.csv": train });
    expect(await refusal(await folder({ "a.zip": zip, "b.zip": zip }))).toMatch(
      /Cannot tell which train.csv is meant as both a.zip and b.zip have one/,
    );
  });

  it("a file that cannot be read", async () => {
    const path = await folder({ "other.csv": store });
    await Deno.mkdir(`${path}/train.csv`);
    expect(await refusal(path)).toMatch(/found other.csv/);
    expect(await refusal(`${path}/other.csv/deeper`)).toMatch(
      /as a part of its path is a file where a folder is needed/,
    );
  });
});
