import { after, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Buffer } from "node:buffer";
import { StoreError } from "@/core/errors.ts";
import { s3Store } from "@/stores/mod.ts";
import { storeContract } from "../contracts/store_contract.ts";
import { startS3 } from "../support/moto.ts";
import { interopMissing } from "../support/python.ts";

const missing = interopMissing();
const server = missing ? undefined : await startS3();
const envOf = (values: Readonly<Record<string, string>>) => (name: string) => values[name];
const open = async (prefix = "", more: Readonly<Record<string, string>> = {}) =>
  s3Store(`${await server!.bucket()}${prefix}`, envOf({ ...server!.env, ...more }));
const several = (bytes: number) => {
  const value = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) value[i] = (i * 31) % 251;
  return value;
};

if (server !== undefined) {
  storeContract("s3Store on moto", () => open());
  storeContract("s3Store under a prefix of a bucket on moto", () => open("/team/shop"));
}

describe("s3Store()", { skip: missing !== false }, () => {
  after(async () => await server?.kill());

  it("writes a value that is too large for one request in parts, and gives it back whole", async () => {
    const store = await open("/large");
    const value = several(19_000_000);
    await store.put("value", value);
    expect(Buffer.compare((await store.get("value"))!, value)).toBe(0);
    const [entry] = await Array.fromAsync(store.entries(""));
    expect(entry).toMatchObject({ key: "value", bytes: 19_000_000 });
    // S3 marks the tag of a value that came in parts by their number.
    expect(entry!.etag).toMatch(/-3"$/);
  });

  it("copies files of this disk there and back, a part at a time", async () => {
    const store = await open("/files"), folder = await Deno.makeTempDir();
    for (const bytes of [0, 7, 17_000_000]) {
      await Deno.writeFile(`${folder}/here`, several(bytes));
      await store.upload(`${folder}/here`, "there");
      expect(await store.download("there", `${folder}/back`)).toBe(true);
      expect(Buffer.compare(await Deno.readFile(`${folder}/back`), several(bytes))).toBe(0);
    }
    expect(await store.download("nothing", `${folder}/no`)).toBe(false);
    await Deno.remove(folder, { recursive: true });
  });

  it("lists more keys than one page holds", async () => {
    const store = await open("/many");
    const keys = Array.from({ length: 1_050 }, (_, i) => `k/${String(i).padStart(4, "0")}`);
    for (let at = 0; at < keys.length; at += 50) {
      await Promise.all(keys.slice(at, at + 50).map((key) => store.put(key, "")));
    }
    expect(await Array.fromAsync(store.list("k/"))).toEqual(keys);
  });

  it("neighbours of a prefix are not its keys", async () => {
    const bucket = await server!.bucket(), env = envOf(server!.env);
    const [team, other] = [s3Store(`${bucket}/team`, env), s3Store(`${bucket}/team2`, env)];
    await team.put("a", "1");
    await other.put("a", "2");
    expect(await Array.fromAsync(team.list(""))).toEqual(["a"]);
    expect(new TextDecoder().decode(await other.get("a"))).toBe("2");
  });

  it("says that there is no bucket of that name", async () => {
    const store = s3Store("s3://nobody-made-this", envOf(server!.env));
    await expect(store.put("a", "1")).rejects.toThrow(/Cannot write s3:\/\/nobody-made-this\/a .*NoSuchBucket/);
    await expect(store.get("a")).rejects.toThrow("there is no bucket of that name");
    await expect(Array.fromAsync(store.list(""))).rejects.toThrow(StoreError);
  });

  it("names the variable that is missing", () => {
    expect(() => s3Store("s3://shop", envOf({ AWS_ACCESS_KEY_ID: "me" }))).toThrow("AWS_SECRET_ACCESS_KEY is not set");
    expect(() => s3Store("s3://", envOf(server!.env))).toThrow("s3://bucket/prefix");
  });

  it("a server that is away is asked again, and then named", async () => {
    const gone = await startS3();
    const store = s3Store(await gone.bucket(), envOf({ ...gone.env, AWS_MAX_ATTEMPTS: "3" }));
    await store.put("a", "1");
    await gone.kill();
    await expect(store.put("b", "2")).rejects.toThrow(
      new RegExp(`Cannot write s3://.*/b at http://127.0.0.1:${gone.port} after 3 tries: `),
    );
    await expect(store.get("a")).rejects.toThrow(StoreError);
  });

  it("tries again while the server is busy, and what it then does is done once", async () => {
    const bucket = await server!.bucket();
    let asked = 0, loses = false;
    await using busy = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      asked++;
      if (asked % 3 !== 0) return new Response("<Error><Code>SlowDown</Code></Error>", { status: 503 });
      const { pathname, search } = new URL(request.url);
      const body = request.method === "PUT" ? { body: await request.bytes() } : {};
      const answer = await fetch(`${server!.url}${pathname}${search}`, {
        method: request.method,
        headers: request.headers,
        ...body,
      });
      if (!loses) return answer;
      loses = false;
      await answer.body?.cancel();
      return new Response("", { status: 504 });
    });
    const { port } = busy.addr as Deno.NetAddr;
    const store = s3Store(
      bucket,
      envOf({ ...server!.env, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_MAX_ATTEMPTS: "9" }),
    );
    expect(await store.create("a", "1")).toBe(true);
    expect(asked).toBe(3);
    expect(await store.create("a", "2")).toBe(false);
    expect(new TextDecoder().decode(await store.get("a"))).toBe("1");
    // A writer that was asked to come again looks whether the value that is there is its own.
    expect(asked).toBe(12);
    loses = true;
    expect(await store.create("b", "mine")).toBe(true);
  });
});
