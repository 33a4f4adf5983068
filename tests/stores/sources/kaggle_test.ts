import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { gzipSync, strToU8, zipSync } from "fflate";
import { KEY, startKaggle, type Trouble } from "../../support/kaggle_server.ts";
import { DatasetError, ParamsError } from "@/core/errors.ts";
import type { Progress } from "@/core/source.ts";
import type { Bytes } from "@/core/store.ts";
import { kaggleSource } from "@/stores/sources/kaggle.ts";
import type { Environment } from "@/stores/sources/kaggle_credentials.ts";

const COMPETITION = "rossmann-store-sales";
const train = strToU8("Store,Sales\n" + "1,5263\n".repeat(30_000));
const store = strToU8("Store,StoreType\n1,c\n");
const some = (): Record<string, Bytes> => ({ "train.csv": train, "store.csv": store });
const text = (bytes: Bytes | undefined) => new TextDecoder().decode(bytes);

/** Downloads from a stand-in with the given trouble; the waits are noted, not waited. */
async function open(files: Record<string, Bytes>, trouble: Trouble = {}, { env = {} as Environment, cache = "" } = {}) {
  const server = startKaggle(COMPETITION, files, trouble);
  const waits: number[] = [], steps: Progress[] = [];
  const folder = cache || await Deno.makeTempDir();
  const source = kaggleSource(COMPETITION, {
    env: { ...server.env, ...env },
    cache: folder,
    sleep: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
    onProgress: (step) => steps.push(step),
  });
  const download = (...patterns: string[]) => Array.fromAsync(source.files(patterns));
  const downloads = () => server.seen.filter(({ host }) => host === "storage");
  return {
    server,
    download,
    downloads,
    waits,
    steps,
    cache: folder,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The message with which a promise rejects, which must be one sentence without the key. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(() => undefined, (error: unknown) => error);
  expect(error).toBeInstanceOf(DatasetError);
  const { message } = error as Error;
  expect(message).not.toContain(KEY);
  expect(message).not.toContain(btoa(`ada:${KEY}`));
  expect(message).not.toContain("Signature");
  expect(message).not.toContain("\n");
  return message;
}

describe("kaggleSource()", () => {
  it("downloads the files that the patterns ask for", async () => {
    await using kaggle = await open(some());
    const files = await kaggle.download("train.csv", "external/weather/*.csv");
    expect(files.map(({ path }) => path)).toEqual(["train.csv"]);
    expect(text(files[0]?.bytes)).toBe(text(train));
    expect(kaggle.downloads().map(({ path }) => path)).toEqual(["/train.csv"]);
  });

  it("sends the token to Kaggle and not to the storage that it redirects to", async () => {
    await using kaggle = await open(some());
    await kaggle.download("store.csv");
    for (const { host, authorization } of kaggle.server.seen) {
      expect(authorization).toBe(host === "api" ? `Basic ${btoa(`ada:${KEY}`)}` : null);
    }
    expect(kaggle.downloads()).toHaveLength(1);
  });

  it("sends KAGGLE_API_TOKEN as a bearer", async () => {
    await using kaggle = await open(some(), {}, { env: { KAGGLE_API_TOKEN: KEY } });
    await kaggle.download("store.csv");
    expect(kaggle.server.seen[0]?.authorization).toBe(`Bearer ${KEY}`);
  });

  it("reads the token from kaggle.json in the home folder", async () => {
    const home = await Deno.makeTempDir();
    await Deno.mkdir(`${home}/.kaggle`);
    await Deno.writeTextFile(`${home}/.kaggle/kaggle.json`, JSON.stringify({ username: "ada", key: KEY }));
    await using kaggle = await open(some());
    const { KAGGLE_API_ENDPOINT } = kaggle.server.env;
    const env = { HOME: home, KAGGLE_API_ENDPOINT };
    const files = await Array.fromAsync(kaggleSource(COMPETITION, { env, cache: kaggle.cache }).files(["store.csv"]));
    expect(text(files[0]?.bytes)).toBe(text(store));
  });

  it("unpacks files that Kaggle packs, whatever they are called", async () => {
    await using kaggle = await open({
      "train.csv.zip": zipSync({ "train.csv": train }),
      "features.csv.gz": gzipSync(store),
      // Kaggle sends some files zipped under their plain name.
      "stores.csv": zipSync({ "stores.csv": store }),
    });
    const files = await kaggle.download("train.csv", "stores.csv", "features.csv");
    expect(files.map(({ path, archive }) => [path, archive])).toEqual([
      ["train.csv", "train.csv.zip"],
      ["stores.csv", "stores.csv"],
      ["features.csv", "features.csv.gz"],
    ]);
    expect(files.map(({ bytes }) => text(bytes))).toEqual([text(train), text(store), text(store)]);
  });

  it("takes the archive of all where the listing names none of the files", async () => {
    await using kaggle = await open({ "deep/train.csv": train, "deep/store.csv": store });
    const files = await kaggle.download("store.csv", "train.csv");
    expect(files.map(({ path, archive }) => [path, archive])).toEqual([
      ["store.csv", `${COMPETITION}.zip`],
      ["train.csv", `${COMPETITION}.zip`],
    ]);
  });

  it("reads a listing of several pages", async () => {
    await using kaggle = await open({ "a.csv": store, "b.csv": store, "train.csv": train }, { pageSize: 1 });
    expect((await kaggle.download("train.csv")).map(({ path }) => path)).toEqual(["train.csv"]);
  });

  it("tells how far it is", async () => {
    await using kaggle = await open(some());
    await kaggle.download("train.csv");
    expect(kaggle.steps.every(({ file, total }) => file === "train.csv" && total === train.length)).toBe(true);
    const done = kaggle.steps.map(({ done }) => done);
    expect(done[0]).toBe(0);
    expect(done.at(-1)).toBe(train.length);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });

  it("goes on where a connection was cut", async () => {
    await using kaggle = await open(some(), { cuts: [100_000, 50_000] });
    const files = await kaggle.download("train.csv");
    expect(text(files[0]?.bytes)).toBe(text(train));
    expect(kaggle.downloads().map(({ range, status }) => [range, status])).toEqual([
      [null, 200],
      ["bytes=100000-", 206],
      ["bytes=150000-", 206],
    ]);
  });

  it("goes on where an earlier run stopped", async () => {
    const cache = await Deno.makeTempDir();
    {
      await using kaggle = await open(some(), { cuts: Array(9).fill(0).with(0, 70_000) }, { cache });
      expect(await refusal(kaggle.download("train.csv"))).toMatch(
        /^Cannot download train.csv from Kaggle as .* 5 times/,
      );
    }
    await using kaggle = await open(some(), {}, { cache });
    expect(text((await kaggle.download("train.csv"))[0]?.bytes)).toBe(text(train));
    expect(kaggle.downloads().map(({ range }) => range)).toEqual(["bytes=70000-"]);
  });

  it("starts again when the file has changed in between", async () => {
    const cache = await Deno.makeTempDir();
    {
      await using kaggle = await open(some(), { cuts: Array(9).fill(0).with(0, 70_000) }, { cache });
      await refusal(kaggle.download("train.csv"));
    }
    const other = strToU8(text(train).replaceAll("5263", "6064"));
    await using kaggle = await open({ "train.csv": other }, {}, { cache });
    expect(text((await kaggle.download("train.csv"))[0]?.bytes)).toBe(text(other));
    expect(kaggle.downloads().map(({ status }) => status)).toEqual([200]);
  });

  it("starts again where the server knows no ranges, or gives no version to go by", async () => {
    for (const trouble of [{ noRanges: true }, { sums: "none" as const }]) {
      await using kaggle = await open(some(), { ...trouble, cuts: [100_000] });
      expect(text((await kaggle.download("train.csv"))[0]?.bytes)).toBe(text(train));
      expect(kaggle.downloads().map(({ status }) => status)).toEqual([200, 200]);
    }
  });

  it("asks for a part that is longer than the file again from the start", async () => {
    const cache = await Deno.makeTempDir();
    await using kaggle = await open(some(), {}, { cache });
    await kaggle.download("store.csv");
    // As a run leaves it that is killed between the last byte and the rename.
    await Deno.rename(`${cache}/${COMPETITION}/store.csv`, `${cache}/${COMPETITION}/store.csv.part`);
    expect(text((await kaggle.download("store.csv"))[0]?.bytes)).toBe(text(store));
    expect(kaggle.downloads().map(({ status }) => status)).toEqual([200, 416, 200]);
  });

  it("does not ask again for what lies whole in the cache, unless it was touched", async () => {
    await using kaggle = await open(some());
    await kaggle.download("store.csv");
    await kaggle.download("store.csv");
    expect(kaggle.downloads()).toHaveLength(1);
    await Deno.writeTextFile(`${kaggle.cache}/${COMPETITION}/store.csv`, "Store,StoreType\n1,b\n");
    expect(text((await kaggle.download("store.csv"))[0]?.bytes)).toBe(text(store));
    expect(kaggle.downloads()).toHaveLength(2);
  });

  it("compares what arrived with each kind of checksum", async () => {
    for (const sums of ["md5", "crc32c", "etag"] as const) {
      await using kaggle = await open(some(), { sums, wrongSums: 1 });
      expect(text((await kaggle.download("train.csv"))[0]?.bytes)).toBe(text(train));
      expect(kaggle.downloads()).toHaveLength(2);
    }
  });

  it("gives up on a file whose checksum stays wrong, and keeps nothing of it", async () => {
    await using kaggle = await open(some(), { wrongSums: 99 });
    expect(await refusal(kaggle.download("store.csv"))).toMatch(
      /another md5 than 127.0.0.1:\d+ says, 5 times in a row/,
    );
    expect((await Deno.stat(`${kaggle.cache}/${COMPETITION}/store.csv.part`)).size).toBe(0);
    await expect(Deno.stat(`${kaggle.cache}/${COMPETITION}/store.csv`)).rejects.toThrow(Deno.errors.NotFound);
  });

  it("waits as long as a busy server asks, and longer each time where it does not", async () => {
    {
      await using kaggle = await open(some(), { busy: { times: 2, status: 429, retryAfter: "7" } });
      await kaggle.download("store.csv");
      expect(kaggle.waits).toEqual([7000, 7000]);
    }
    await using kaggle = await open(some(), { busy: { times: 3, status: 503 } });
    await kaggle.download("store.csv");
    expect(kaggle.waits).toEqual([1000, 2000, 4000]);
  });

  it("never waits for more than two minutes", async () => {
    await using kaggle = await open(some(), { busy: { times: 1, status: 429, retryAfter: "86400" } });
    await kaggle.download("store.csv");
    expect(kaggle.waits).toEqual([120_000]);
  });

  it("gives up on a server that stays broken", async () => {
    await using kaggle = await open(some(), { busy: { times: 99, status: 502 } });
    expect(await refusal(kaggle.download("store.csv"))).toMatch(/answers 502, 5 times in a row: try again later/);
    expect(kaggle.waits).toHaveLength(4);
  });

  it("asks Kaggle for a new signature when the storage says that one has expired", async () => {
    await using kaggle = await open(some(), { expired: 1 });
    expect(text((await kaggle.download("store.csv"))[0]?.bytes)).toBe(text(store));
    expect(kaggle.downloads().map(({ status }) => status)).toEqual([403, 200]);
  });

  it("401: says how to make a token", async () => {
    await using kaggle = await open(some(), {}, { env: { KAGGLE_KEY: "wrong" } });
    const message = await refusal(kaggle.download("store.csv"));
    expect(message).toMatch(/does not know the token \(401\): make a token at https:\/\/www.kaggle.com\/settings/);
    expect(message).not.toContain("wrong");
    expect(kaggle.server.seen).toHaveLength(1);
  });

  it("no token at all: says so before it asks anyone", async () => {
    await using kaggle = await open(some(), {}, { env: { KAGGLE_USERNAME: undefined, KAGGLE_KEY: undefined } });
    expect(await refusal(kaggle.download("store.csv"))).toMatch(/needs a token and found none: make a token/);
    expect(kaggle.server.seen).toHaveLength(0);
  });

  it("403: says where to accept the competition's rules", async () => {
    await using kaggle = await open(some(), { rulesMissing: true });
    expect(await refusal(kaggle.download("store.csv"))).toBe(
      "Cannot download store.csv from Kaggle as Kaggle does not give it to this account yet (403): accept the " +
        "competition's rules at https://www.kaggle.com/competitions/rossmann-store-sales/rules first",
    );
    expect(kaggle.waits).toEqual([]);
  });

  it("404: says that there is no such competition", async () => {
    await using kaggle = await open(some());
    const source = kaggleSource("no-such", { env: kaggle.server.env, cache: kaggle.cache });
    expect(await refusal(Array.fromAsync(source.files(["train.csv"])))).toMatch(/no such competition \(404\)/);
  });

  it("names what the competition has when it has none of the files", async () => {
    await using kaggle = await open({ "sales.csv": store });
    expect(await refusal(kaggle.download("train.csv", "store.csv"))).toMatch(
      /^Cannot find the data in kaggle \(rossmann-store-sales\) as it needs train.csv, store.csv .*: found .*sales.csv$/,
    );
  });

  it("network down: says that the host cannot be reached", async () => {
    const server = startKaggle(COMPETITION, some());
    await server[Symbol.asyncDispose]();
    const sleep = () => Promise.resolve();
    const source = kaggleSource(COMPETITION, { env: server.env, cache: await Deno.makeTempDir(), sleep });
    expect(await refusal(Array.fromAsync(source.files(["train.csv"])))).toMatch(
      /^Cannot list the files of rossmann-store-sales at Kaggle as 127.0.0.1:\d+ cannot be reached \(.*refused/,
    );
  });

  it("refuses listings that are none, or whose names would leave the cache", async () => {
    for (
      const listing of ["<html></html>", "{}", "null", '{"files": [{"name": "../../train.csv"}]}', "[{}]", "[null]"]
    ) {
      await using kaggle = await open(some(), { listing });
      expect(await refusal(kaggle.download("train.csv"))).toMatch(/^Cannot list the files of rossmann-store-sales as/);
    }
  });

  it("refuses to send the token without https", async () => {
    const env = { KAGGLE_API_TOKEN: KEY, KAGGLE_API_ENDPOINT: "http://kaggle.example.org" };
    const source = kaggleSource(COMPETITION, { env, cache: await Deno.makeTempDir() });
    expect(await refusal(Array.fromAsync(source.files(["train.csv"])))).toMatch(/needs to be https/);
  });

  it("refuses names that are no competition's", () => {
    expect(() => kaggleSource("../x", { env: {}, cache: "" })).toThrow(ParamsError);
  });

  it("two runs that want the same file at once both get it whole", async () => {
    await using kaggle = await open(some());
    const both = await Promise.all([kaggle.download("train.csv"), kaggle.download("train.csv")]);
    for (const files of both) expect(text(files[0]?.bytes)).toBe(text(train));
    expect(kaggle.downloads()).toHaveLength(1);
  });
});
