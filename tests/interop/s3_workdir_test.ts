import { after, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { createHash } from "node:crypto";
import { s3Store } from "@/stores/mod.ts";
import { errorOf, runTask, startTask, taskDocument } from "../support/command_line.ts";
import { type RealS3, startS3 } from "../support/moto.ts";
import { interopMissing } from "../support/python.ts";

const missing = interopMissing();
const server = missing ? undefined : await startS3();
const SMALL = { dataset: "store-item", series: "10", steps: "400" };
const PANEL = "data/panel/store-item/panel.parquet", FEATURES = "data/features/store-item/features.parquet";

const hashes = async (url: string, env: Readonly<Record<string, string>>, keys: readonly string[]) => {
  const store = s3Store(url, (name) => env[name]);
  return await Promise.all(keys.map(async (key) => {
    const bytes = await store.get(key);
    return bytes === undefined ? "none" : createHash("sha256").update(bytes).digest("hex");
  }));
};

/** A machine: its own folder for copies of the bucket. */
async function machine({ env }: RealS3) {
  const folder = await Deno.makeTempDir({ prefix: "shelfcast-stage-" });
  return {
    env: { ...env, SHELFCAST_STAGE: folder },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** What a run on a plain folder leaves behind. */
async function onDisk(): Promise<string[]> {
  const workdir = await Deno.makeTempDir({ prefix: "shelfcast-" });
  for (const task of ["ingest", "featurize"]) await taskDocument(task, { ...SMALL, workdir });
  const found = await Promise.all(
    [PANEL, FEATURES].map(async (key) =>
      createHash("sha256").update(await Deno.readFile(`${workdir}/${key}`)).digest("hex")
    ),
  );
  await Deno.remove(workdir, { recursive: true });
  return found;
}

describe("tasks with --workdir s3://…", { skip: missing !== false }, () => {
  after(async () => await server?.kill());

  it("leave the bytes in the bucket that they leave in a folder; one machine after another, whole or in parts", async () => {
    const expected = await onDisk();
    const workdir = `${await server!.bucket()}/shop`;
    await using one = await machine(server!);
    await using other = await machine(server!);
    await taskDocument("ingest", { ...SMALL, workdir }, one);
    await taskDocument("featurize", { ...SMALL, workdir }, other);
    expect(await hashes(workdir, server!.env, [PANEL, FEATURES])).toEqual(expected);

    const apart = `${await server!.bucket()}/shop`;
    const both = async (task: string, flags: Record<string, string>) =>
      await Promise.all(
        [one, other].map((at, k) =>
          taskDocument(task, { ...SMALL, ...flags, workdir: apart, partition: `${k + 1}/2` }, at)
        ),
      );
    const merge = (flags: Record<string, string>) =>
      taskDocument<{ complete?: boolean }>("merge", { ...SMALL, ...flags, workdir: apart, parts: "2" }, one);
    await both("ingest", {});
    await merge({ stage: "ingest" });
    for (let round = 1, complete = false; !complete; round++) {
      await both("summarize", { round: String(round) });
      complete = (await merge({ stage: "summarize", round: String(round) })).complete!;
    }
    await both("featurize", {});
    await merge({ stage: "featurize" });
    expect(await hashes(apart, server!.env, [PANEL, FEATURES])).toEqual(expected);
  });

  it("a bucket that goes away is named; once it is back, a rerun leaves the same bytes", async () => {
    const expected = await onDisk();
    const first = await startS3(), bucket = await first.bucket(), workdir = `${bucket}/shop`;
    await using at = await machine(first);
    const options = { env: { ...at.env, AWS_MAX_ATTEMPTS: "2" } };
    await taskDocument("ingest", { ...SMALL, workdir }, options);
    // The server dies while the task computes: it has read its input, and has yet to deliver.
    await using elsewhere = await machine(first);
    const fresh = { env: { ...options.env, SHELFCAST_STAGE: elsewhere.env.SHELFCAST_STAGE } };
    const running = startTask("featurize", { ...SMALL, workdir, json: true }, fresh);
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    await arrives(elsewhere.env.SHELFCAST_STAGE, "featurize.jsonl");
    await first.kill();
    const { code, stdout, stderr } = await running.output();
    expect(code).toBe(2);
    const { name, message } = errorOf({ code, stdout: text(stdout), stderr: text(stderr) });
    expect(name).toBe("StoreError");
    expect(message).toMatch(/^Cannot (write|read|list) s3:\/\/.* at http:\/\/127\.0\.0\.1:\d+ after 2 tries/);

    const refused = await runTask("featurize", { ...SMALL, workdir, json: true }, options);
    expect(refused.code).toBe(2);
    expect(errorOf(refused).message).toContain("Cannot list s3://");

    await using _second = await startS3({ port: first.port });
    await (await fetch(`${first.url}/${bucket.slice("s3://".length)}`, { method: "PUT" })).text();
    for (const task of ["ingest", "featurize"]) await taskDocument(task, { ...SMALL, workdir }, options);
    expect(await hashes(workdir, first.env, [PANEL, FEATURES])).toEqual(expected);
  });
});

/** Waits until a file of that name is somewhere below a folder. */
async function arrives(folder: string, name: string): Promise<void> {
  const find = (at: string): boolean =>
    [...Deno.readDirSync(at)].some((entry) => entry.isDirectory ? find(`${at}/${entry.name}`) : entry.name === name);
  for (let tries = 0; !find(folder); tries++) {
    if (tries > 3_000) throw new Error(`${name} does not arrive`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
